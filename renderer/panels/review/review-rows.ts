/** The list of a review as it is shown and walked: each edit with what follows from it, gravest first. */
import type { DrawnManifests } from '../../../shared/analysis/index.ts';
import {
  type ConnectionBlock,
  compareGrade,
  type DifferenceClass,
  editKey,
  type Layer,
  layers,
  type Review,
  type ReviewEntry,
  type ReviewGroup,
  type ReviewSubject,
} from '../../../shared/diff/index.ts';
import { findRecord, isKind, outside, type Ref, ref } from '../../../shared/model/index.ts';
import { portsText } from '../../../shared/reach/index.ts';
import type { ReviewMark } from '../../../shared/review/index.ts';
import type { Compared, ReviewFilter } from '../../store/review-store.ts';

export type Marks = Readonly<Record<string, ReviewMark>>;

/** `changed`: it was decided upon, and says something else since. */
export type EntryState = 'open' | 'accepted' | 'rejected' | 'changed';

export type ReviewRow =
  | { readonly kind: 'group'; readonly group: ReviewGroup; readonly done: number; readonly count: number }
  | { readonly kind: 'entry'; readonly entry: ReviewEntry; readonly state: EntryState; readonly hasComment: boolean };

export function stateOf(entry: ReviewEntry, marks: Marks): EntryState {
  const mark = marks[entry.id];
  if (mark?.verdict === undefined) return 'open';
  return mark.fingerprint === entry.print ? mark.verdict : 'changed';
}

export const layerWords = {
  record: 'edit',
  connection: 'connection',
  isolation: 'isolation',
  manifest: 'manifest',
} as const;

/**
 * Whether somebody has to look at it: a manifest that by itself opens and weakens nothing only follows from its edit, and
 * is shown with it. Between manifests there is nothing else.
 */
function isToReview(entry: ReviewEntry, review: Review): boolean {
  return entry.layer !== 'manifest' || entry.class !== 'neutral' || review.records.length === 0;
}

export function entriesToReview(compared: Compared | undefined): ReviewEntry[] {
  return compared === undefined ? [] : [...compared.entries.values()].filter((e) => isToReview(e, compared.review));
}

/** Groups without an entry that passes are left out. */
export function rowsOf(review: Review, filter: ReviewFilter, marks: Marks): ReviewRow[] {
  return review.groups.flatMap((group): ReviewRow[] => {
    const words = group.title.toLowerCase();
    const isAsked = (entry: ReviewEntry) => filter.layer === 'manifest' || isToReview(entry, review);
    const shown = group.entries.filter((entry) => isAsked(entry) && passes(entry, words, filter, marks));
    if (shown.length === 0) return [];
    const rows = shown.map(
      (entry): ReviewRow => ({
        kind: 'entry',
        entry,
        state: stateOf(entry, marks),
        hasComment: marks[entry.id]?.comment !== undefined,
      }),
    );
    const counted = group.entries.filter(isAsked);
    const done = counted.filter((e) => isDecided(stateOf(e, marks))).length;
    return [{ kind: 'group', group, done, count: counted.length }, ...rows];
  });
}

export function isDecided(state: EntryState): boolean {
  return state === 'accepted' || state === 'rejected';
}

function passes(entry: ReviewEntry, groupWords: string, filter: ReviewFilter, marks: Marks): boolean {
  const words = filter.text.trim().toLowerCase();
  if (filter.class !== undefined && entry.class !== filter.class) return false;
  if (filter.layer !== undefined && entry.layer !== filter.layer) return false;
  if (filter.zone !== undefined && !entry.zones.includes(filter.zone)) return false;
  if (filter.namespace !== undefined && !entry.namespaces?.includes(filter.namespace)) return false;
  if (filter.severity !== undefined && compareGrade(entry.severity, filter.severity) > 0) return false;
  if (filter.state !== undefined) {
    const state = stateOf(entry, marks);
    if (filter.state === 'open' ? isDecided(state) : state !== filter.state) return false;
  }
  if (words === '') return true;
  const text = `${groupWords} ${entry.title} ${entry.message} ${marks[entry.id]?.comment ?? ''}`.toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

/** The entry before or after the selected one, in the order shown; stops at the ends. */
export function step(rows: readonly ReviewRow[], selected: string | undefined, by: 1 | -1): ReviewEntry | undefined {
  const order = entriesIn(rows);
  const at = order.findIndex((e) => e.id === selected);
  if (at < 0) return by > 0 ? order[0] : order.at(-1);
  return order[Math.max(0, Math.min(order.length - 1, at + by))];
}

/** The next entry that nobody has decided upon, going round at the end; undefined where there is none. */
export function nextOpen(
  rows: readonly ReviewRow[],
  selected: string | undefined,
  marks: Marks,
): ReviewEntry | undefined {
  const order = entriesIn(rows);
  const at = order.findIndex((e) => e.id === selected);
  return [...order.slice(at + 1), ...order.slice(0, at + 1)].find((e) => !isDecided(stateOf(e, marks)));
}

export function entriesIn(rows: readonly ReviewRow[]): ReviewEntry[] {
  return rows.flatMap((row) => (row.kind === 'entry' ? [row.entry] : []));
}

export function countClasses(entries: Iterable<ReviewEntry>): ReadonlyMap<DifferenceClass, number> {
  const counts = new Map<DifferenceClass, number>();
  for (const entry of entries) counts.set(entry.class, (counts.get(entry.class) ?? 0) + 1);
  return counts;
}

export function countLayers(entries: Iterable<ReviewEntry>): ReadonlyMap<Layer, number> {
  const counts = new Map<Layer, number>(layers.map((layer) => [layer, 0]));
  for (const entry of entries) counts.set(entry.layer, (counts.get(entry.layer) ?? 0) + 1);
  return counts;
}

export function groupOf(review: Review | undefined, entry: ReviewEntry | undefined): ReviewGroup | undefined {
  return entry === undefined ? undefined : review?.groups.find((g) => g.entries.includes(entry));
}

/** What is decided together with an entry when the whole edit is: all of it that somebody has to look at. */
export function wholeEdit(review: Review | undefined, entry: ReviewEntry): readonly ReviewEntry[] {
  if (review === undefined) return [entry];
  return (groupOf(review, entry)?.entries ?? []).filter((e) => e === entry || isToReview(e, review));
}

/**
 * The records on the picture that an entry is about; of a connection its ends, and the arrow that was drawn for it.
 * `drawn`: what was made of manifests, where these are compared.
 */
export function refsOf(entry: ReviewEntry, drawn?: DrawnManifests): Ref[] {
  const flows = entry.causes.flatMap((c): Ref[] => (c.kind === 'flow' ? [{ kind: 'flow', id: c.id }] : []));
  if (entry.connection !== undefined) {
    const { from, to } = entry.connection;
    const ends = [...from, ...to].flatMap((end): Ref[] => {
      if (end.kind === 'workload') return [{ kind: 'workload', id: end.id }];
      return end.external === undefined ? [] : [{ kind: 'external', id: end.external }];
    });
    if (ends.length > 0) return [...ends.slice(0, 60), ...(from.length === 1 && to.length === 1 ? flows : [])];
  }
  const of = (subject: ReviewSubject) => (drawn === undefined ? refsOfSubject(subject) : refsOfObject(subject, drawn));
  const first = of(entry.subject);
  return first.length > 0 ? first : entry.causes.flatMap(of).slice(0, 1);
}

/** What an object made on the picture: a workload, or else its namespace. */
function refsOfObject({ kind, id }: ReviewSubject, { before, after }: DrawnManifests): Ref[] {
  const namespace = kind === 'Namespace' ? id : id.slice(0, Math.max(0, id.lastIndexOf('/')));
  const refs: Ref[] = [ref('workload', `${id}[${kind}]`), ref('namespace', namespace)];
  return refs.filter((r) => [before, after].some((side) => findRecord(side, r) !== undefined)).slice(0, 1);
}

/** The record of a subject; of a cell of the matrix its zones. */
function refsOfSubject({ kind, id }: ReviewSubject): Ref[] {
  if (kind === 'matrix')
    return id
      .split('/')
      .filter((zone) => zone !== outside)
      .map((zone) => ({ kind: 'zone', id: zone }));
  return isKind(kind) ? [{ kind, id }] : [];
}

/** The entries about a record, the edit of the record itself first. */
export function entryOfRef(rows: readonly ReviewRow[], record: Ref, drawn?: DrawnManifests): ReviewEntry | undefined {
  const key = editKey(record);
  const order = entriesIn(rows);
  return (
    order.find((e) => e.layer === 'record' && editKey(e.subject) === key) ??
    order.find((e) => editKey(e.subject) === key || e.causes.some((c) => editKey(c) === key)) ??
    order.find((e) => refsOf(e, drawn).some((r) => editKey(r) === key))
  );
}

/** What is open between two ends before or after a change: `TCP 5432`, `all ports`, `nothing`. */
export function openText(ports: ConnectionBlock['before']): string {
  return ports.length === 0 ? 'nothing' : portsText(ports);
}
