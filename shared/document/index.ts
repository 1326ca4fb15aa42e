export type { DesignDocument, DesignSource, UnreadablePart } from './document.ts';
export { locate, positionOf } from './document.ts';
export type { Excerpt } from './excerpt.ts';
export { excerptOf } from './excerpt.ts';
export type { LoadOptions, LoadResult } from './load.ts';
export { loadDesign } from './load.ts';
export type { SaveResult } from './save.ts';
export { newDesign, saveDesign } from './save.ts';
export { jsonSchema } from './schema.ts';
