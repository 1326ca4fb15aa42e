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
export type { DifferenceLine } from './difference.ts';
export {
  countDifference,
  differenceAsJson,
  differenceAsMarkdown,
  differenceAsText,
  linesOfConnections,
  linesOfObjects,
  linesOfRecords,
  sortDifference,
} from './difference.ts';
export { explanationsAsText } from './explanation.ts';
export type { ExportedFile, ExportOutcome } from './export.ts';
export { countFiles, exportAsJson, exportAsText } from './export.ts';
export type { ImportOutcome } from './import.ts';
export { importAsJson, importAsText } from './import.ts';
export { jsonText } from './json.ts';
export {
  matrixAsCsv,
  matrixAsHtml,
  matrixAsJson,
  matrixAsMarkdown,
  matrixAsText,
  matrixTable,
} from './matrix.ts';
export { pictureFile, pictureOf } from './picture.ts';
export type { RuleText } from './problems.ts';
export {
  countProblems,
  problemRecord,
  problemsAsJson,
  problemsAsSarif,
  problemsAsText,
  problemsAtLeast,
} from './problems.ts';
export {
  describeFinding,
  describePlatformFinding,
  describePods,
  type ProofReport,
  proofAsData,
  proofAsJson,
  proofAsText,
  proofCounts,
  reasonsOf,
} from './proof.ts';
export { proofAsMarkdown, proofDataName, proofDocs, proofPageName } from './proof-markdown.ts';
