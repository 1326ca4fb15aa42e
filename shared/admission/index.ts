export type { Admission, AdmissionOptions, AdmissionRequest, AdmissionUser, Judges, Verdict } from './admit.ts';
export { admissionOf } from './admit.ts';
export { CelEvaluator, celValue, type Evaluated } from './cel.ts';
export type { Configuration, NodeGroup, Taint } from './nodes.ts';
export { nodeGroupsOf, pluginsOf } from './nodes.ts';
export { groupsFor, podOf } from './schedule.ts';
