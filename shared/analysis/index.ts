export { type Analysis, type AnalyzeOptions, analyze } from './analyze.ts';
export { type Proof, prove } from './prove.ts';
