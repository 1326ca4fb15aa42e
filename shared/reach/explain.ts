/**
 * Why one end can or cannot reach another on one port: each direction's chain through the tiers, the rule that decided,
 * what nearly matched, and the smallest change that would turn the answer. As data; `describe.ts` makes sentences of it.
 */
import type { Reach } from './evaluate.ts';
import {
  type Action,
  type Chain,
  type ChainTier,
  type Direction,
  denyTier,
  networkTier,
  type Policy,
  type ResolvedRule,
  type Tier,
} from './policy.ts';
import { firstPort, lastPort, none, type PortRange, type PortSetId, type Protocol, protocols } from './port-set.ts';

/** A policy by name, with where it stands. */
export interface PolicyPlace {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

export interface RulePlace extends PolicyPlace {
  readonly direction: Direction;
  /** From 0, in the policy's list of the direction. */
  readonly rule: number;
  /** As people search for it: `spec.ingress[0]`. */
  readonly path: string;
  readonly ruleName?: string;
}

/** One thing that was asked on the way to the verdict. */
export interface Step {
  /** The id of the tier. */
  readonly tier: string;
  readonly place: RulePlace;
  readonly action: Action;
  /** `peer`: the ports fit and the peer does not; `ports`: the reverse. */
  readonly match: 'yes' | 'not-the-peer' | 'not-the-port';
}

export type Decision =
  /** The end is outside the cluster: no policy of the cluster holds it in this direction. */
  | { readonly by: 'outside' }
  | { readonly by: 'host-network' }
  /** No policy selects the pods in this direction: everything is allowed. */
  | { readonly by: 'no-policy' }
  | { readonly by: 'rule'; readonly tier: string; readonly places: readonly RulePlace[] }
  /** Policies isolate the pods and none of their rules fits: the tier ends with denying. */
  | { readonly by: 'isolation'; readonly tier: string; readonly policies: readonly PolicyPlace[] };

export type Change =
  /** Add the port to a rule that names the peer already. */
  | { readonly kind: 'add-port'; readonly place: RulePlace }
  /** Add the peer to a rule that names the port already. */
  | { readonly kind: 'add-peer'; readonly place: RulePlace }
  /** `forEveryone`: no selector finds the peer, so the rule must name no peer at all. */
  | {
      readonly kind: 'add-rule';
      readonly direction: Direction;
      readonly policy: PolicyPlace;
      readonly forEveryone: boolean;
    }
  /** An admin or baseline rule denies: let it pass, or put a rule before it. */
  | { readonly kind: 'change-action'; readonly place: RulePlace }
  /** Take the peer or port out of every rule that decides. */
  | { readonly kind: 'narrow-rules'; readonly places: readonly RulePlace[] }
  /** Nothing isolates the pods: a policy that does, without a rule for the peer, would deny. */
  | { readonly kind: 'add-policy'; readonly direction: Direction; readonly namespace: string };

export interface DirectionExplanation {
  readonly direction: Direction;
  readonly verdict: 'allowed' | 'denied';
  readonly decision: Decision;
  /** In the order asked: rules that matched, and rules that nearly did. */
  readonly steps: readonly Step[];
}

export interface Explanation {
  readonly verdict: 'allowed' | 'denied';
  /** Leaving the sender, then entering the receiver. */
  readonly directions: readonly [DirectionExplanation, DirectionExplanation];
  /** All of these together turn the verdict; empty where no policy can. */
  readonly smallestChange: readonly Change[];
  /** The tiers that there are, in the order in which they are asked. */
  readonly tiers: readonly Tier[];
  /** What was decided where Kubernetes decides nothing. */
  readonly choices: readonly string[];
}

/** Ports that share one explanation. */
export interface ExplainedPorts {
  readonly ports: readonly PortRange[];
  readonly explanation: Explanation;
}

/**
 * All ports of a pair, each in exactly one entry: ports that are decided alike by the same rules share one. Its steps are
 * those that hold for all of its ports, and its smallest change is one for all of them. What is allowed comes first.
 */
export function explainPorts(reach: Reach, from: number, to: number): ExplainedPorts[] {
  const rules = [...rulesOf(reach.chain(from, 'egress')), ...rulesOf(reach.chain(to, 'ingress'))];
  const ranges = rules.flatMap((rule) => reach.ports.ranges(reach.portsOf(rule.rule, to)));
  const found = new Map<string, { directions: Explanation['directions']; readonly ports: PortRange[] }>();
  for (const protocol of protocols) {
    const own = ranges.filter((range) => range.protocol === protocol);
    const starts = [...new Set([firstPort, ...own.flatMap((range) => [range.start, range.end + 1])])]
      .filter((start) => start <= lastPort)
      .sort((a, b) => a - b);
    starts.forEach((start, i) => {
      const directions = explainDirections(reach, from, to, protocol, start);
      const range = { protocol, start, end: (starts[i + 1] ?? lastPort + 1) - 1 };
      const key = JSON.stringify(directions.map((d) => [d.verdict, d.decision]));
      const same = found.get(key);
      if (same === undefined) found.set(key, { directions, ports: [range] });
      else {
        const [egress, ingress] = same.directions;
        same.directions = [withCommonSteps(egress, directions[0]), withCommonSteps(ingress, directions[1])];
        same.ports.push(range);
      }
    });
  }
  const entries = [...found.values()].map(({ directions, ports }) => ({
    ports: reach.ports.ranges(reach.ports.of(ports)),
    explanation: conclude(reach, from, to, directions),
  }));
  const isAllowed = ({ explanation }: ExplainedPorts) => explanation.verdict === 'allowed';
  return [...entries.filter(isAllowed), ...entries.filter((entry) => !isAllowed(entry))];
}

function withCommonSteps(a: DirectionExplanation, b: DirectionExplanation): DirectionExplanation {
  const other = new Set(b.steps.map((step) => JSON.stringify(step)));
  return { ...a, steps: a.steps.filter((step) => other.has(JSON.stringify(step))) };
}

function rulesOf(chain: Chain): ResolvedRule[] {
  return chain.flatMap((tier) => tier.rules);
}

/** `from` and `to` are things of the evaluation: pods, then address pieces. */
export function explain(reach: Reach, from: number, to: number, protocol: Protocol, port: number): Explanation {
  return conclude(reach, from, to, explainDirections(reach, from, to, protocol, port));
}

function explainDirections(
  reach: Reach,
  from: number,
  to: number,
  protocol: Protocol,
  port: number,
): Explanation['directions'] {
  const probe: PortSetId = reach.ports.of([{ protocol, start: port, end: port }]);
  return [
    explainDirection(reach, 'egress', from, to, to, probe),
    explainDirection(reach, 'ingress', to, from, to, probe),
  ];
}

function conclude(reach: Reach, from: number, to: number, directions: Explanation['directions']): Explanation {
  const [egress, ingress] = directions;
  const verdict = egress.verdict === 'allowed' && ingress.verdict === 'allowed' ? 'allowed' : 'denied';
  const changes =
    verdict === 'denied'
      ? [changeToAllow(egress, reach.isUnseen(to)), changeToAllow(ingress, reach.isUnseen(from))]
      : [changeToDeny(reach, ingress, to) ?? changeToDeny(reach, egress, from)];
  const smallestChange = changes.flatMap((change) => change ?? []);
  return { verdict, directions, smallestChange, tiers: reach.tiers, choices: reach.choices };
}

function explainDirection(
  reach: Reach,
  direction: Direction,
  subject: number,
  peer: number,
  receiver: number,
  probe: PortSetId,
): DirectionExplanation {
  const done = (
    verdict: 'allowed' | 'denied',
    decision: Decision,
    steps: readonly Step[] = [],
  ): DirectionExplanation => ({ direction, verdict, decision, steps });
  if (!reach.isPod(subject)) return done('allowed', { by: 'outside' });
  const chain = reach.chain(subject, direction);
  const peerClass = reach.classes.classOf[peer] ?? 0;
  const steps: Step[] = [];

  const ask = (resolved: ResolvedRule): boolean => {
    const hasPeer = resolved.peers.has(peerClass);
    const hasPort = reach.ports.intersect(reach.portsOf(resolved.rule, receiver), probe) !== none;
    if (!hasPeer && !hasPort) return false;
    const match = hasPeer && hasPort ? 'yes' : hasPeer ? 'not-the-port' : 'not-the-peer';
    steps.push({
      tier: resolved.policy.tier.id,
      place: rulePlace(resolved, direction),
      action: resolved.rule.action,
      match,
    });
    return match === 'yes';
  };
  for (const { tier, ends, isolatedBy, rules } of chain) {
    const decided = firstMatch(tier, rules, ask);
    const [first] = decided;
    if (first !== undefined && first.rule.action !== 'pass') {
      const places = decided.map((r) => rulePlace(r, direction));
      return done(first.rule.action === 'allow' ? 'allowed' : 'denied', { by: 'rule', tier: tier.id, places }, steps);
    }
    if (first === undefined && ends === 'deny')
      return done('denied', { by: 'isolation', tier: tier.id, policies: isolatedBy.map(policyPlace) }, steps);
  }
  return done('allowed', reach.isUnseen(subject) ? { by: 'host-network' } : { by: 'no-policy' }, steps);
}

/**
 * The rule that decides in a tier. Where it is one of the network policies that allows, the others that would allow it as
 * well are among the answer: without all of them the verdict would stay.
 */
function firstMatch(tier: Tier, rules: ChainTier['rules'], ask: (rule: ResolvedRule) => boolean): ResolvedRule[] {
  const found: ResolvedRule[] = [];
  for (const rule of rules) {
    if (found.length > 0 && (tier !== networkTier || rule.rule.action !== 'allow')) break;
    if (!ask(rule)) continue;
    found.push(rule);
    if (rule.rule.action !== 'allow') break;
  }
  return found;
}

function changeToAllow(explanation: DirectionExplanation, isPeerUnseen: boolean): Change | undefined {
  const { decision, direction, steps, verdict } = explanation;
  if (verdict === 'allowed') return undefined;
  if (decision.by === 'rule') {
    const [place] = decision.places;
    // Nothing comes before a rule of the deny tier, so only that rule itself can give way.
    if (place !== undefined)
      return decision.tier === denyTier.id
        ? { kind: 'narrow-rules', places: [place] }
        : { kind: 'change-action', place };
  }
  const tier = decision.by === 'isolation' ? decision.tier : networkTier.id;
  const near = (match: Step['match']) =>
    steps.find((s) => s.tier === tier && s.action === 'allow' && s.match === match)?.place;
  const forPort = near('not-the-port');
  if (forPort !== undefined) return { kind: 'add-port', place: forPort };
  const forPeer = near('not-the-peer');
  if (forPeer !== undefined && !isPeerUnseen) return { kind: 'add-peer', place: forPeer };
  const policy = decision.by === 'isolation' ? decision.policies[0] : undefined;
  return {
    kind: 'add-rule',
    direction,
    policy: policy ?? { kind: 'NetworkPolicy', name: '' },
    forEveryone: isPeerUnseen,
  };
}

function changeToDeny(reach: Reach, explanation: DirectionExplanation, subject: number): Change | undefined {
  const { decision, direction } = explanation;
  if (decision.by === 'rule') {
    const [place] = decision.places;
    if (decision.tier !== networkTier.id && place !== undefined) return { kind: 'change-action', place };
    return { kind: 'narrow-rules', places: decision.places };
  }
  const namespace = reach.pods[subject]?.namespace;
  return decision.by === 'no-policy' && namespace !== undefined
    ? { kind: 'add-policy', direction, namespace }
    : undefined;
}

function policyPlace(policy: Policy): PolicyPlace {
  const { file, line } = policy.source;
  return {
    kind: policy.kind,
    ...(policy.namespace !== undefined && { namespace: policy.namespace }),
    name: policy.name,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
  };
}

function rulePlace({ policy, rule }: ResolvedRule, direction: Direction): RulePlace {
  const path = rule.path ?? ['spec', direction, rule.index];
  const line = policy.source.positionOf?.(path).line;
  return {
    ...policyPlace(policy),
    ...(line !== undefined && { line }),
    direction,
    rule: rule.index,
    path: path.reduce<string>(
      (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
      '',
    ),
    ...(rule.name !== undefined && { ruleName: rule.name }),
  };
}
