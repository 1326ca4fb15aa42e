export type { Bundle, BundleFile, BundleObject, CoverageNote, ExportIndex } from './bundle.ts';
export { indexName } from './bundle.ts';
export { compile } from './pipeline.ts';
export { printFiles } from './print-files.ts';
