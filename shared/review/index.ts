export { type LoadedReview, loadReview } from './load.ts';
export { fingerprintOf, type Markable, type MatchedMarks, matchMarks } from './marks.ts';
export type { ReviewFile, ReviewMark, ReviewSide } from './schema.ts';
export { writeReview } from './write.ts';
