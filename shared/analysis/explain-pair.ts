/**
 * Why one end of a design can or cannot reach another, from its exported manifests: the verdict, each direction's way
 * through the tiers of policies with the rules and their lines, and what would turn the answer. Plain data for a window.
 */
import { endRef, type Ref } from '../model/index.ts';
import { isOneMesh, seenFrom } from '../proof/index.ts';
import {
  adminTier,
  baselineTier,
  type Change,
  type DirectionExplanation,
  denyTier,
  describePorts,
  type ExplainedPorts,
  explain,
  explainPorts,
  formatEnd,
  groupByClass,
  networkTier,
  type PolicyPlace,
  type PortRange,
  type Protocol,
  protocols,
  type RulePlace,
  type Tier,
} from '../reach/index.ts';
import { crossing } from './explain-crossing.ts';
import {
  type AskedEnd,
  allowedAt,
  allowedPorts,
  type ClusterReach,
  causesAt,
  isHiddenByNodes,
  type Meeting,
  type ReachModel,
  titleOf,
} from './reach-model.ts';

export interface ExplainQuestion {
  readonly from: AskedEnd;
  readonly to: AskedEnd;
  /** A port of the receiver's pods; absent for all ports. */
  readonly port?: { readonly protocol: Protocol; readonly port: number };
}

export type Verdict = 'allowed' | 'denied';

export interface ExplainAnswer {
  /** `partly`: some of the ports or addresses that were asked about. */
  readonly verdict: Verdict | 'partly';
  /** One sentence. */
  readonly headline: string;
  /** Ports and addresses that are decided alike, those that are allowed first. */
  readonly cases: readonly ExplainedCase[];
  /** How the question was read where a drawing and addresses are not the same thing. */
  readonly notes: readonly string[];
  /** The flows that mean this pair, and the zone that opens itself; empty where nothing does. */
  readonly drawn: readonly Ref[];
  /** Other pairs to ask about instead: the legs of a way through a proxy. */
  readonly legs: ReadonlyArray<{ readonly from: AskedEnd; readonly to: AskedEnd; readonly text: string }>;
  /** What was decided where Kubernetes decides nothing. */
  readonly choices: readonly string[];
}

export interface ExplainedCase {
  readonly verdict: Verdict;
  /** `TCP 8080`; with the addresses where an end has several kinds of them. */
  readonly title: string;
  /** Leaving the sender, then entering the receiver. */
  readonly directions: readonly [ExplainedDirection, ExplainedDirection];
  /** All of them together turn the verdict. */
  readonly changes: readonly ExplainedChange[];
}

export interface ExplainedDirection {
  readonly direction: 'egress' | 'ingress';
  readonly title: string;
  readonly verdict: Verdict;
  /** What decided, one sentence. */
  readonly decision: string;
  /** The tiers in the order in which they are asked; empty where no policy of a cluster is asked. */
  readonly tiers: readonly ExplainedTier[];
}

export interface ExplainedTier {
  /** Its id. */
  readonly tier: string;
  readonly title: string;
  /** `passes`: nothing in it decided, and the next tier was asked. */
  readonly outcome: 'allows' | 'denies' | 'passes' | 'not-asked';
  /** Goes on after the title: `no rule matches.` */
  readonly text: string;
  readonly rules: readonly ExplainedRule[];
}

export interface ExplainedRule {
  readonly outcome: 'allows' | 'denies' | 'passes' | 'not-the-peer' | 'not-the-port' | 'isolates';
  readonly place: PolicyPlace;
  /** `spec.ingress[0]`; absent where the policy as a whole is meant. */
  readonly path?: string;
  /** From 1, for people; absent where the policy as a whole is meant. */
  readonly number?: number;
  /** The flows and zones of the design that made the policy say so. */
  readonly causes: readonly Ref[];
}

export interface ExplainedChange {
  readonly text: string;
  readonly place?: PolicyPlace;
}

export function explainPair(model: ReachModel, question: ExplainQuestion): ExplainAnswer {
  const { from, to, port } = question;
  const asked = port && [{ protocol: port.protocol, start: port.port, end: port.port }];
  const names = { from: titleOf(model, from), to: titleOf(model, to) };
  const drawn = meaning(model, from, to);
  const refuse = (headline: string): ExplainAnswer => ({
    verdict: 'denied',
    headline,
    cases: [],
    notes: [],
    drawn: [],
    legs: [],
    choices: [],
  });
  if (from.kind === 'workload' && to.kind === 'workload' && from.id === to.id)
    return refuse('A workload is never compared with itself. Choose two different ends.');
  const inside = [from, to].flatMap((end) => (end.kind === 'workload' ? [end.id] : []));
  if (inside.length === 0)
    return refuse('Between two ends outside every cluster no policy decides. Choose a workload for one of them.');
  for (const id of inside) {
    if (model.clusterOf(id)?.things.has(id) !== true)
      return refuse(
        `The export does not hold “${id}”, so nothing can be said about it. Put its namespace into a cluster.`,
      );
  }
  const found = foundAt(model, from, to, asked);
  const cases = [...found.cases].sort((a, b) => Number(a.verdict === 'denied') - Number(b.verdict === 'denied'));
  const isAllowed = cases.some((c) => c.verdict === 'allowed');
  const verdict = isAllowed ? (cases.every((c) => c.verdict === 'allowed') ? 'allowed' : 'partly') : 'denied';
  const open = asked ?? allowedPorts(model, from, to);
  const what = !isAllowed && port === undefined ? 'on any port' : `on ${portsText(isAllowed ? open : (asked ?? []))}`;
  const only = verdict === 'partly' ? (port === undefined ? ' only' : ' at some of its addresses') : '';
  return {
    verdict,
    headline: `${names.from} ${isAllowed ? 'can' : 'cannot'} reach ${names.to} ${what}${only}.`,
    cases,
    notes: found.notes,
    drawn,
    legs: proxyLegs(model, from, to),
    choices: found.choices,
  };
}

/** `all ports`, `TCP 8080`. */
export function portsText(ports: readonly PortRange[]): string {
  const text = describePorts(ports);
  return text === 'all connections' ? 'all ports' : text;
}

interface Found {
  readonly cases: readonly ExplainedCase[];
  readonly notes: readonly string[];
  readonly choices: readonly string[];
}

/** In every cluster in which the ends meet: and where a cluster replaces another each case says which. */
function foundAt(model: ReachModel, from: AskedEnd, to: AskedEnd, asked: readonly PortRange[] | undefined): Found {
  const meetings =
    from.kind === 'workload' && to.kind === 'workload'
      ? model.meetings(from.id, to.id)
      : [from, to].flatMap((end) =>
          end.kind === 'workload' ? model.homesOf(end.id).map((home): Meeting => [home, home]) : [],
        );
  const isPlural = [from, to].some((end) => end.kind === 'workload' && model.homesOf(end.id).length > 1);
  const all = meetings.map(([a, b]): Found => {
    const found =
      a === b || from.kind !== 'workload' || to.kind !== 'workload'
        ? casesInside(model, a, from, to, asked)
        : casesBetween(model, [a, b], from.id, to.id, asked);
    if (!isPlural) return found;
    const where = a === b ? `in ${a.cluster}` : `from ${a.cluster} to ${b.cluster}`;
    return { ...found, cases: found.cases.map((c) => ({ ...c, title: `${c.title} · ${where}` })) };
  });
  return {
    cases: all.flatMap((f) => f.cases),
    notes: [...new Set(all.flatMap((f) => f.notes))],
    choices: [...new Set(all.flatMap((f) => f.choices))].sort(),
  };
}

function casesInside(
  model: ReachModel,
  own: ClusterReach,
  from: AskedEnd,
  to: AskedEnd,
  asked: readonly PortRange[] | undefined,
): Found {
  const home = from.kind === 'workload' ? from : to;
  if (home.kind !== 'workload') return { cases: [], notes: [], choices: [] };
  const notes: string[] = [];
  const thingsOf = (end: AskedEnd, direction: 'ingress' | 'egress') =>
    end.kind === 'workload' ? [own.things.get(end.id) ?? 0] : model.addressesOf(end, home.id, direction, own);
  const [senders, receivers] = [thingsOf(from, 'ingress'), thingsOf(to, 'egress')];
  if (from.kind === 'external' && isHiddenByNodes(model, home.id))
    notes.push(
      `The service of ${titleOf(model, home)} hides its clients behind its own nodes (externalTrafficPolicy: Cluster), so the addresses of the nodes are judged.`,
    );
  for (const [end, things] of [
    [from, senders],
    [to, receivers],
  ] as const)
    if (things.length === 0)
      notes.push(`${titleOf(model, end)} has no address that policies could name, so nothing can be judged.`);

  const groups = new Map<string, { readonly entry: ExplainedPorts; readonly cidrs: string[] }>();
  const endOf = (end: AskedEnd) => (end.kind === 'workload' ? { namespace: '', kind: '', name: '' } : { cidrs: [] });
  for (const a of groupByClass(own.reach, { end: endOf(from), things: senders }))
    for (const b of groupByClass(own.reach, { end: endOf(to), things: receivers })) {
      const cidrs = ['cidrs' in a.end ? a.end.cidrs : [], 'cidrs' in b.end ? b.end.cidrs : []].flat();
      for (const entry of entriesOf(own, a.things[0] ?? 0, b.things[0] ?? 0, asked)) {
        const key = JSON.stringify([entry.ports, entry.explanation.directions.map((d) => [d.verdict, d.decision])]);
        const known = groups.get(key);
        if (known === undefined) groups.set(key, { entry, cidrs });
        else known.cidrs.push(...cidrs);
      }
    }
  const isSplit = new Set([...groups.values()].map((g) => g.cidrs.join())).size > 1;
  const about = aboutPair(model, from, to);
  const cases = [...groups.values()].map(({ entry, cidrs }): ExplainedCase => {
    const { directions, verdict, smallestChange } = entry.explanation;
    const what = portsText(entry.ports);
    const context = { model, about, what, from: titleOf(model, from), to: titleOf(model, to) };
    return {
      verdict,
      title: isSplit ? `${what} · ${shortRanges(cidrs)}` : what,
      directions: [
        directionOf(context, entry.explanation.tiers, directions[0], `Leaving ${context.from}`),
        directionOf(context, entry.explanation.tiers, directions[1], `Entering ${context.to}`),
      ],
      changes: smallestChange.map((change) => changeOf(context, change, verdict)),
    };
  });
  return { cases, notes, choices: own.reach.choices };
}

function casesBetween(
  model: ReachModel,
  [a, b]: Meeting,
  from: string,
  to: string,
  asked: readonly PortRange[] | undefined,
): Found {
  const { index } = model;
  const records = [index.get('cluster', a.cluster), index.get('cluster', b.cluster)];
  const [ends, way] = [
    { from: { kind: 'workload', id: from } as const, to: { kind: 'workload', id: to } as const },
    crossing(model, [a, b], from, to),
  ];
  if (way === undefined) return { cases: [], notes: [], choices: [] };
  const table = a.reach.ports;
  const open = table.of(allowedAt(model, [a, b], from, to));
  const all = table.of(asked ?? protocols.map((protocol) => ({ protocol, start: 1, end: 65535 })));
  const about = aboutPair(model, ends.from, ends.to);
  const parts = [
    { verdict: 'allowed' as const, ports: table.ranges(table.intersect(all, open)) },
    { verdict: 'denied' as const, ports: table.ranges(table.subtract(all, open)) },
  ].filter((part) => part.ports.length > 0);
  const cases = parts.map(({ verdict, ports }): ExplainedCase => {
    const what = portsText(ports);
    const context = { model, about, what, from: titleOf(model, ends.from), to: titleOf(model, ends.to) };
    const probe = { protocol: ports[0]?.protocol ?? 'TCP', port: ports[0]?.start ?? 1 };
    const [out, into] = way.legsFor(probe.protocol, probe.port);
    const outward = { ...context, what: out?.what ?? what, to: out?.address ?? context.to };
    const inward = { ...context, from: into?.address ?? context.from };
    // A side that lets it through already needs no change, and says how to deny it instead.
    const isWanted = (leg: typeof out) => leg?.direction.verdict === verdict;
    const outChanges = (isWanted(out) ? (out?.smallestChange ?? []) : []).map((change) =>
      changeOf(outward, change, verdict),
    );
    const inChanges = (isWanted(into) ? (into?.smallestChange ?? []) : []).map((change) =>
      changeOf(inward, change, verdict),
    );
    const changes =
      verdict === 'denied'
        ? [...(out === undefined ? [{ text: way.addressNeeded }] : outChanges), ...inChanges]
        : inChanges;
    return {
      verdict,
      title: what,
      directions: [
        out === undefined
          ? nowhere('egress', `Leaving ${context.from}`, way.noAddress)
          : directionOf(
              { ...context, what: out.what, to: out.address },
              a.reach.tiers,
              out.direction,
              `Leaving ${context.from} for ${out.address}`,
            ),
        into === undefined
          ? nowhere(
              'ingress',
              `Entering ${context.to}`,
              `${context.from} is seen from no known address, so no rule can name it.`,
            )
          : directionOf(
              { ...context, from: into.address },
              b.reach.tiers,
              into.direction,
              `Entering ${context.to} from ${into.address}`,
            ),
      ],
      changes,
    };
  });
  const [x, y] = records;
  const mesh =
    x !== undefined && y !== undefined && isOneMesh(x, y) && !way.byIdentity
      ? [
          'Both clusters belong to one mesh, whose own kind of policy decides; what stands here is judged by address only.',
        ]
      : [];
  return {
    cases,
    notes: [
      way.byIdentity
        ? `The two are in different clusters of one mesh, “${a.cluster}” and “${b.cluster}”, and each side’s policies know the other’s pods by name.`
        : `The two are in different clusters, “${a.cluster}” and “${b.cluster}”. No policy knows a pod of the other cluster, so each side is judged by the addresses it sees${seenFrom(index, { cluster: a.cluster, workload: from }).length > 0 ? ': whoever shares them is allowed the same' : ''}.`,
      ...mesh,
    ],
    choices: [...new Set([...a.reach.choices, ...b.reach.choices])].sort(),
  };
}

function nowhere(direction: 'egress' | 'ingress', title: string, decision: string): ExplainedDirection {
  return { direction, title, verdict: 'denied', decision, tiers: [] };
}

function entriesOf(
  { reach }: ClusterReach,
  from: number,
  to: number,
  asked: readonly PortRange[] | undefined,
): readonly ExplainedPorts[] {
  if (asked === undefined) return explainPorts(reach, from, to);
  return asked.map((range) => ({
    ports: [range],
    explanation: explain(reach, from, to, range.protocol, range.start),
  }));
}

interface Context {
  readonly model: ReachModel;
  readonly about: (cause: Ref) => boolean;
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

const tierTitles = new Map([
  [denyTier.id, 'Denying policies'],
  [adminTier.id, 'Admin policies'],
  [networkTier.id, 'Network policies'],
  [baselineTier.id, 'Baseline policies'],
]);

function directionOf(
  context: Context,
  order: readonly Tier[],
  explanation: DirectionExplanation,
  title: string,
): ExplainedDirection {
  const { direction, verdict, decision } = explanation;
  const peer = direction === 'egress' ? context.to : context.from;
  const done = (text: string, tiers: readonly ExplainedTier[]) => ({
    direction,
    title,
    verdict,
    decision: text,
    tiers,
  });
  if (decision.by === 'outside') return done('Outside the cluster, where none of its policies holds.', []);
  if (decision.by === 'host-network')
    return done('The pods are on the host network, where network policies do not hold them.', []);
  const deciding = decision.by === 'rule' || decision.by === 'isolation' ? decision.tier : undefined;
  const at = deciding === undefined ? order.length : order.findIndex((t) => t.id === deciding);
  const tiers = order.map(({ id: tier }, i): ExplainedTier => {
    const base = { tier, title: tierTitles.get(tier) ?? `Tier ${tier}` };
    if (i > at) return { ...base, outcome: 'not-asked', text: 'not asked.', rules: [] };
    const steps = explanation.steps.filter((step) => step.tier === tier);
    const rules = steps.map(({ place, match, action }): ExplainedRule => {
      const outcome = match !== 'yes' ? match : action === 'allow' ? 'allows' : action === 'deny' ? 'denies' : 'passes';
      return ruleOf(context, place, outcome);
    });
    const outcome = i < at ? 'passes' : verdict === 'allowed' ? 'allows' : 'denies';
    if (tier === deciding && decision.by === 'isolation') {
      const isolating = decision.policies.map((place) => policyOf(context, place));
      const subject = isolating.length === 1 ? 'It has' : 'They have';
      return {
        ...base,
        outcome,
        text: `${isolating.length === 1 ? 'a policy isolates' : `${isolating.length} policies isolate`} the pods for ${direction}. ${subject} no rule for ${peer} on ${context.what}: that rule is missing.`,
        rules: [...isolating, ...rules],
      };
    }
    const hits = rules.filter((rule) => rule.outcome === outcome).length;
    const text =
      outcome === 'passes'
        ? rules.some((rule) => rule.outcome === 'passes')
          ? 'passed on to the next tier.'
          : 'no rule matches.'
        : `${hits === 1 ? 'one rule' : `${hits} rules`} ${outcome === 'allows' ? (hits === 1 ? 'allows' : 'allow') : 'denies'} it.`;
    return { ...base, outcome, text, rules };
  });
  return done(sentence(decision.by, verdict, direction), tiers);
}

function sentence(by: 'no-policy' | 'rule' | 'isolation', verdict: Verdict, direction: string): string {
  if (by === 'no-policy') return `No policy isolates the pods for ${direction}, so everything is allowed.`;
  if (by === 'isolation') return 'Isolated, and no rule allows it.';
  return verdict === 'allowed' ? 'A rule allows it.' : 'A rule denies it.';
}

function ruleOf({ model, about }: Context, place: RulePlace, outcome: ExplainedRule['outcome']): ExplainedRule {
  return {
    outcome,
    place,
    path: `spec.${place.direction}[${place.rule}]`,
    number: place.rule + 1,
    causes: causesAt(model, place, about),
  };
}

function policyOf({ model, about }: Context, place: PolicyPlace): ExplainedRule {
  return { outcome: 'isolates', place, causes: causesAt(model, place, about) };
}

function changeOf(context: Context, change: Change, verdict: Verdict): ExplainedChange {
  const peerOf = (direction: string) => (direction === 'ingress' ? context.from : context.to);
  const name = (place: RulePlace) => `spec.${place.direction}[${place.rule}] of ${place.kind} ${place.name}`;
  switch (change.kind) {
    case 'add-port':
      return { text: `Add ${context.what} to the ports of ${name(change.place)}.`, place: change.place };
    case 'add-peer':
      return {
        text: `Add ${peerOf(change.place.direction)} to the peers of ${name(change.place)}.`,
        place: change.place,
      };
    case 'add-rule':
      return {
        text: `Add to ${change.policy.kind} ${change.policy.name} an ${change.direction} rule for ${change.forEveryone ? 'everyone' : peerOf(change.direction)} on ${context.what}.`,
        place: change.policy,
      };
    case 'change-action':
      return {
        text: `Put ${verdict === 'denied' ? 'an allowing' : 'a denying'} rule before ${name(change.place)}, or change its action.`,
        place: change.place,
      };
    case 'narrow-rules': {
      const [first, ...more] = change.places;
      return {
        text: `Take the peer or the port out of ${first === undefined ? 'the rule' : name(first)}${more.length === 0 ? '' : ` and ${more.length} more`}.`,
        ...(first !== undefined && { place: first }),
      };
    }
    case 'add-policy':
      return {
        text: `Add to namespace ${change.namespace} a NetworkPolicy that isolates the pods for ${change.direction} and does not allow this.`,
      };
  }
}

/** The flows that mean a pair, and the zone both are in where it is open inside. */
function meaning(model: ReachModel, from: AskedEnd, to: AskedEnd): readonly Ref[] {
  const { index } = model;
  const flows = index.flows.filter(
    ({ from: a, to: b, via }) =>
      stands(model, endRef(a), from) &&
      stands(model, endRef(b), to) &&
      (via?.proxy === undefined || !isProxied(via.kind)),
  );
  const legs = index.flows.filter(({ from: a, to: b, via }) => {
    if (via?.proxy === undefined || !isProxied(via.kind)) return false;
    const proxy: Ref = { kind: 'workload', id: via.proxy };
    return (
      (stands(model, endRef(a), from) && stands(model, proxy, to)) ||
      (stands(model, proxy, from) && stands(model, endRef(b), to))
    );
  });
  const zone = from.kind === 'workload' && to.kind === 'workload' ? index.zoneOf(from) : undefined;
  const isOpen =
    zone !== undefined && zone === index.zoneOf(to as Ref) && index.get('zone', zone)?.intraZone !== 'deny';
  return [
    ...[...flows, ...legs].map(({ id }): Ref => ({ kind: 'flow', id })),
    ...(isOpen ? [{ kind: 'zone' as const, id: zone }] : []),
  ];
}

function proxyLegs(model: ReachModel, from: AskedEnd, to: AskedEnd): ExplainAnswer['legs'] {
  const found = model.index.flows.find(
    ({ from: a, to: b, via }) =>
      via?.proxy !== undefined &&
      isProxied(via.kind) &&
      stands(model, endRef(a), from) &&
      stands(model, endRef(b), to) &&
      !(to.kind === 'workload' && to.id === via.proxy),
  );
  if (found?.via?.proxy === undefined) return [];
  const proxy: AskedEnd = { kind: 'workload', id: found.via.proxy };
  return [
    { from, to: proxy, text: `${titleOf(model, from)} → ${titleOf(model, proxy)}` },
    { from: proxy, to, text: `${titleOf(model, proxy)} → ${titleOf(model, to)}` },
  ];
}

function isProxied(kind: string): boolean {
  return kind === 'gateway' || kind === 'ingress';
}

/** Whether a record of the design stands for an end: itself, or the namespace or zone the workload is in. */
function stands({ index }: ReachModel, record: Ref, end: AskedEnd): boolean {
  if (end.kind === 'addresses') return false;
  if (end.kind === 'external') return record.kind === 'external' && record.id === end.id;
  return index.workloadsOf(record).some((workload) => workload.id === end.id);
}

/** Of everything that caused a policy, what has to do with this pair. */
function aboutPair(model: ReachModel, from: AskedEnd, to: AskedEnd): (cause: Ref) => boolean {
  const keys = new Set(meaning(model, from, to).map((cause) => `${cause.kind}:${cause.id}`));
  return (cause) => keys.has(`${cause.kind}:${cause.id}`);
}

function shortRanges(cidrs: readonly string[]): string {
  const text = formatEnd({ cidrs });
  const parts = text.split(', ');
  return parts.length <= 2 ? text : `${parts[0]} and ${parts.length - 1} more`;
}
