export { asCidrs } from './address-space.ts';
export type { SourceObject } from './cluster.ts';
export type { DirectionText, ExplanationText } from './describe.ts';
export { describeExplanation, describeRule } from './describe.ts';
export type { Reach } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export type {
  Change,
  Decision,
  DirectionExplanation,
  ExplainedPorts,
  Explanation,
  PolicyPlace,
  RulePlace,
  Step,
} from './explain.ts';
export { explain, explainPorts } from './explain.ts';
export { namespacesHeld } from './held.ts';
export type { EvaluateOptions } from './options.ts';
export { peersIn } from './peer-sets.ts';
export type { Action, Direction, Policy, ResolvedRule, Rule, Tier } from './policy.ts';
export { adminTier, baselineTier, denyTier, networkRules, networkTier } from './policy.ts';
export type { PortRange, PortSetId, Protocol } from './port-set.ts';
export { describePorts, lastPort, none, PortTable, portsText, protocols } from './port-set.ts';
export type { AddressEnd, Connection, ReachEnd, WorkloadEnd } from './query.ts';
export {
  addressesOf,
  connections,
  connectionsForReading,
  ends,
  formatEnd,
  groupByClass,
  isWorkload,
  thingsOf,
  workloadsOf,
} from './query.ts';
export { isPolicy } from './read-policies.ts';
export { otherNamespace, type Witness, witnessesOf } from './witnesses.ts';
