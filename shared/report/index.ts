export type { ClusterReach } from './connectivity.ts';
export {
  connectivityAsCsv,
  connectivityAsDot,
  connectivityAsJson,
  connectivityAsMarkdown,
  connectivityAsText,
  endRecord,
} from './connectivity.ts';
export { type DesignReport, reportAsHtml, reportAsMarkdown, reportDocs, reportFiles } from './design.ts';
export { explanationsAsText } from './explanation.ts';
export type { ExportedFile, ExportOutcome } from './export.ts';
export { countFiles, exportAsJson, exportAsText } from './export.ts';
export type { ImportOutcome } from './import.ts';
export { importAsJson, importAsText } from './import.ts';
export { jsonText } from './json.ts';
export { checksAsNetassert, checksAsScript } from './live-checks.ts';
export {
  matrixAsCsv,
  matrixAsHtml,
  matrixAsJson,
  matrixAsMarkdown,
  matrixAsText,
  matrixTable,
} from './matrix.ts';
export { observedAsJson, observedAsText } from './observed.ts';
export { pictureFile } from './picture.ts';
export {
  countProblems,
  problemRecord,
  problemsAsJson,
  problemsAsText,
  problemsAtLeast,
} from './problems.ts';
export { problemsAsSarif, type RuleText } from './problems-sarif.ts';
export {
  describeFinding,
  describePlatformFinding,
  describePods,
  type ProofReport,
  proofAsJson,
  proofAsText,
  proofCounts,
  reasonsOf,
} from './proof.ts';
export { proofAsMarkdown, proofDataName, proofDocs, proofPageName } from './proof-markdown.ts';
export { reviewAsHtml } from './review-html.ts';
export { reviewAsJson } from './review-json.ts';
export type { ReviewNames } from './review-markdown.ts';
export { reviewAsMarkdown } from './review-markdown.ts';
export type { Pictures } from './review-picture.ts';
export { picturesOf } from './review-picture.ts';
export { reviewAsSarif } from './review-sarif.ts';
export { countReview, reviewAsText } from './review-text.ts';
export type { SarifPlace } from './sarif.ts';
