export type { SourceObject } from './cluster.ts';
export type { EvaluateOptions, Reach } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export type { Action, Direction, Policy, Rule, Tier } from './policy.ts';
export type { PortRange, Protocol } from './port-set.ts';
export { describePorts } from './port-set.ts';
export type { AddressEnd, Connection, ReachEnd, WorkloadEnd } from './query.ts';
export { connections, ends, formatEnd, isWorkload, thingsOf } from './query.ts';
