export { type Analysis, type AnalyzeOptions, analyze } from './analyze.ts';
export type { BlastRadius, IsolationNote } from './blast-radius.ts';
export type { ImportCheck, ImportDifference } from './check-import.ts';
export type { DrawnManifests } from './draw-manifests.ts';
export { drawManifests } from './draw-manifests.ts';
export type { ClusterNames, Drift } from './drift.ts';
export { driftOf, isNamedCluster } from './drift.ts';
export type {
  ExplainAnswer,
  ExplainedCase,
  ExplainedChange,
  ExplainedDirection,
  ExplainedRule,
  ExplainedTier,
  ExplainQuestion,
} from './explain-answer.ts';
export { facts } from './facts.ts';
export { flowsLeftOut } from './flows-left-out.ts';
export type { Imported, ImportOptions } from './import-manifests.ts';
export { importManifests } from './import-manifests.ts';
export type { CheckEnd, ClusterChecks, LiveCheck } from './live-checks.ts';
export { liveChecks } from './live-checks.ts';
export { clustersOf, type ManifestFile, placeManifests } from './place-manifests.ts';
export { type Proof, prove, proveConnectionsOf } from './prove.ts';
export { exportedFileCount, provenExport } from './proven-export.ts';
export type { AskedEnd } from './reach-model.ts';
export { endKey } from './reach-model.ts';
export { type AnswerTo, type ReachAnswers, type ReachQuestion, reachAnswerer } from './reach-questions.ts';
export type { ReachTableRow } from './reach-table.ts';
export { reviewDesigns } from './review.ts';
export { reviewManifests } from './review-manifests.ts';
export type { TellStage } from './tell-stage.ts';
