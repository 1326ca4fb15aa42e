export type { ConnectionChange, ConnectionDifference } from './connection-diff.ts';
export { diffConnections } from './connection-diff.ts';
export { describeEntry, describeField, fieldName, subjectName, valueText } from './describe.ts';
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
export type { DiffLine } from './line-diff.ts';
export { diffLines } from './line-diff.ts';
export type { FileChange, ObjectChange, ObjectId, PlacedObject } from './manifest-diff.ts';
export { diffBundles, diffObjects, linesOfChange, objectName } from './manifest-diff.ts';
export { recordEntries, zonesOfSubject } from './record-entries.ts';
export { describeReplaced, type ReplacedObject, replacedObjects } from './replaced-objects.ts';
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
export { alignRenames, applyDifference, diffTopology } from './topology-diff.ts';
