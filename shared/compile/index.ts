export type { Bundle, BundleFile, BundleObject, CoverageNote, ExportIndex } from './bundle.ts';
export { indexName } from './bundle.ts';
export type { EmittedObject, TargetDocs } from './define.ts';
export { compile, emitFiles, type PlacedFile, targets } from './pipeline.ts';
export { withFiles } from './with-files.ts';
