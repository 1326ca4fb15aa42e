export { gradeOfZone, hopsOf } from './classify-context.ts';
export { strengthText } from './classify-runtime.ts';
export { type Atom, ConnectionBlocks } from './connection-blocks.ts';
export type { ConnectionChange, ConnectionDifference } from './connection-diff.ts';
export { type Comparison, compareConnections, diffConnections, type UnitChange } from './connection-diff.ts';
export { addressTitle, connectionEntry, isAnyone } from './connection-entries.ts';
export { describeField, fieldName, valueText } from './describe.ts';
export type {
  Change,
  DifferenceClass,
  Effect,
  Entry,
  EntrySubject,
  Facts,
  FieldChange,
  Grade,
  Move,
  RecordChange,
} from './entry.ts';
export { compareClass, compareGrade, compareGravity } from './entry.ts';
export { diffFields } from './fields.ts';
export { diffFacts, type FactChange, type IsolationFact, isolationEntries } from './isolation.ts';
export { factsOfDesign } from './isolation-design.ts';
export { factsOfObjects, withAbsent } from './isolation-objects.ts';
export type { DiffLine } from './line-diff.ts';
export { diffHunks, diffLines } from './line-diff.ts';
export type { ObjectChange, ObjectId, PlacedObject } from './manifest-diff.ts';
export { diffObjects, objectName } from './manifest-diff.ts';
export { manifestEntry, textFile } from './manifest-entries.ts';
export type { Merge, MergeConflict } from './merge.ts';
export { mergeDesigns, resolveConflicts } from './merge.ts';
export type { ObjectContext } from './object-facts.ts';
export { recordEntries } from './record-entries.ts';
export { renamedRef } from './renames.ts';
export { describeReplaced, type ReplacedObject, replacedObjects } from './replaced-objects.ts';
export { responsibleObjects } from './responsible.ts';
export type {
  ConnectionBlock,
  Layer,
  ManifestPart,
  Review,
  ReviewEnd,
  ReviewEntry,
  ReviewGroup,
  ReviewSubject,
} from './review.ts';
export { editKey, entriesOf, groupEntries, layers, reviewEntry } from './review.ts';
export { alignRenames, applyDifference, diffTopology, renamesOf } from './topology-diff.ts';
export { cidrsIn, differingObjects } from './touched.ts';
export { translator, type Unit } from './units.ts';
