/** Explanations as sentences. Rules are named by their path in the object, so that they can be found by searching. */
import type {
  Change,
  Decision,
  DirectionExplanation,
  ExplainedPorts,
  Explanation,
  PolicyPlace,
  RulePlace,
  Step,
} from './explain.ts';
import type { Direction, Tier } from './policy.ts';
import { describePorts } from './port-set.ts';
import { formatEnd, type ReachEnd } from './query.ts';

/** An explanation in words, each text one sentence or two. */
export interface ExplanationText {
  readonly verdict: string;
  /** Leaving the sender, then entering the receiver. */
  readonly directions: readonly [DirectionText, DirectionText];
  /** What would turn the verdict; all of it together. Never empty. */
  readonly changes: readonly string[];
}

export interface DirectionText {
  readonly decision: string;
  /** Rules on the way that did not decide: passed on, or nearly matched. */
  readonly steps: readonly string[];
}

export function describeExplanation(
  from: ReachEnd,
  to: ReachEnd,
  { ports, explanation }: ExplainedPorts,
): ExplanationText {
  const what = describePorts(ports);
  const names = { from: formatEnd(from), to: formatEnd(to), what };
  const [egress, ingress] = explanation.directions;
  return {
    verdict: `${names.from} ${explanation.verdict === 'allowed' ? 'can' : 'cannot'} reach ${names.to} on ${what}.`,
    directions: [
      describeDirection(egress, `Leaving ${names.from}`, explanation.tiers),
      describeDirection(ingress, `Entering ${names.to}`, explanation.tiers),
    ],
    changes: describeChanges(explanation, names),
  };
}

/** `NetworkPolicy shop/web (policies/web.yaml:12)`. */
function describePolicy(place: PolicyPlace): string {
  const name = place.namespace === undefined ? place.name : `${place.namespace}/${place.name}`;
  return `${place.kind} ${name}${at(place)}`;
}

/** `spec.ingress[0] of NetworkPolicy shop/web (policies/web.yaml:12)`. */
export function describeRule(place: RulePlace): string {
  const name = place.ruleName === undefined ? '' : ` “${place.ruleName}”`;
  return `${place.path}${name} of ${describePolicy(place)}`;
}

function at({ file, line }: PolicyPlace): string {
  if (file === undefined) return line === undefined ? '' : ` (line ${line})`;
  return line === undefined ? ` (${file})` : ` (${file}:${line})`;
}

function describeDirection(explanation: DirectionExplanation, subject: string, tiers: readonly Tier[]): DirectionText {
  const tierName = (id: string) => tiers.find((t) => t.id === id)?.name ?? id;
  const { decision, verdict, direction } = explanation;
  const decided = decision.by === 'rule' ? new Set(decision.places.map(describeRule)) : new Set<string>();
  return {
    decision: `${subject}: ${verdict}. ${describeDecision(decision, verdict, direction, tierName)}`,
    steps: explanation.steps.flatMap((step) =>
      step.match === 'yes' && decided.has(describeRule(step.place)) ? [] : [describeStep(step, tierName)],
    ),
  };
}

function describeDecision(
  decision: Decision,
  verdict: 'allowed' | 'denied',
  direction: Direction,
  tierName: (id: string) => string,
): string {
  switch (decision.by) {
    case 'outside':
      return 'The addresses are outside the cluster, where none of its policies holds.';
    case 'host-network':
      return 'The pods are on the host network, where network policies do not hold them.';
    case 'no-policy':
      return `No policy isolates the pods for ${direction}, so everything is allowed.`;
    case 'isolation':
      return `${list(few(decision.policies.map(describePolicy)))} ${decision.policies.length === 1 ? 'isolates' : 'isolate'} the pods for ${direction}, and no rule names both this peer and this port.`;
    case 'rule': {
      const rules = list(decision.places.map(describeRule));
      const verb = verdict === 'denied' ? 'denies' : decision.places.length === 1 ? 'allows' : 'allow';
      return `In ${tierName(decision.tier)}, ${rules} ${verb} it.`;
    }
  }
}

function describeStep({ match, place, action, tier }: Step, tierName: (id: string) => string): string {
  const rule = describeRule(place);
  if (match === 'not-the-peer') return `Nearly: ${rule} names the port, but not the peer.`;
  if (match === 'not-the-port') return `Nearly: ${rule} names the peer, but not the port.`;
  return action === 'pass' ? `${rule} passes it on from ${tierName(tier)}.` : `${rule} matches as well.`;
}

interface Names {
  readonly from: string;
  readonly to: string;
  readonly what: string;
}

function describeChanges({ smallestChange, verdict }: Explanation, names: Names): string[] {
  if (smallestChange.length === 0)
    return [
      `No policy of this cluster can ${verdict === 'allowed' ? 'deny' : 'allow'} it: the pods are on the host network.`,
    ];
  return smallestChange.map((change) => describeChange(change, verdict, names));
}

function describeChange(change: Change, verdict: 'allowed' | 'denied', names: Names): string {
  const peerOf = (direction: Direction) => (direction === 'ingress' ? names.from : names.to);
  switch (change.kind) {
    case 'add-port':
      return `To allow it, add ${names.what} to the ports of ${describeRule(change.place)}.`;
    case 'add-peer':
      return `To allow it, add ${peerOf(change.place.direction)} to the peers of ${describeRule(change.place)}.`;
    case 'add-rule':
      return change.forEveryone
        ? `To allow it, add to ${describePolicy(change.policy)} an ${change.direction} rule for ${names.what} without peers; no selector finds pods on the host network.`
        : `To allow it, add to ${describePolicy(change.policy)} an ${change.direction} rule for ${peerOf(change.direction)} on ${names.what}.`;
    case 'change-action':
      return verdict === 'denied'
        ? `To allow it, put an allowing rule before ${describeRule(change.place)}, or change its action.`
        : `To deny it, put a denying rule before ${describeRule(change.place)}, or change its action.`;
    case 'narrow-rules':
      return `To ${verdict === 'denied' ? 'allow' : 'deny'} it, take the peer or the port out of ${list(change.places.map(describeRule))}.`;
    case 'add-policy':
      return `To deny it, add to namespace ${change.namespace} a NetworkPolicy that isolates ${change.direction === 'ingress' ? names.to : names.from} for ${change.direction} and does not allow this.`;
  }
}

/** The first three, and how many more there are. */
function few(parts: readonly string[]): readonly string[] {
  return parts.length <= 4 ? parts : [...parts.slice(0, 3), `${parts.length - 3} more policies`];
}

function list(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
