export type { Example, Finding, Fix, Rule } from './define.ts';
export { rules } from './registry.ts';
export { compareFindings, type RunOptions, runRules } from './run.ts';
export { overSample, sample } from './sample.ts';
