export type { Admission, AdmissionOptions, Judges, Verdict } from './admit.ts';
export { admissionOf } from './admit.ts';
export { CelEvaluator, celValue, type Evaluated } from './cel.ts';
export type { Configuration, NodeGroup, Taint } from './nodes.ts';
export { nodeGroupsOf, pluginsOf } from './nodes.ts';
export type { AdmissionRequest, AdmissionUser } from './request.ts';
export { groupsFor, podOf } from './schedule.ts';
export { type ToldApart, tellApart } from './tell-apart.ts';
