/** One direction of an answer: its way through the tiers of policies, and what would turn it, in words. */
import type { Ref } from '../model/index.ts';
import {
  adminTier,
  baselineTier,
  type Change,
  type DirectionExplanation,
  denyTier,
  networkTier,
  type PolicyPlace,
  type RulePlace,
  type Tier,
} from '../reach/index.ts';
import type { ExplainedChange, ExplainedDirection, ExplainedRule, ExplainedTier, Verdict } from './explain-answer.ts';
import { causesAt, type ReachModel } from './reach-model.ts';

/** One case of an answer, in words. */
export interface CaseContext {
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

export function directionOf(
  context: CaseContext,
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

function ruleOf({ model, about }: CaseContext, place: RulePlace, outcome: ExplainedRule['outcome']): ExplainedRule {
  return {
    outcome,
    place,
    path: `spec.${place.direction}[${place.rule}]`,
    number: place.rule + 1,
    causes: causesAt(model, place, about),
  };
}

function policyOf({ model, about }: CaseContext, place: PolicyPlace): ExplainedRule {
  return { outcome: 'isolates', place, causes: causesAt(model, place, about) };
}

export function changeOf(context: CaseContext, change: Change, verdict: Verdict): ExplainedChange {
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
