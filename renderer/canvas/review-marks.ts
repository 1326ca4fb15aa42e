/** A review on the picture: what to draw, and what is added, removed or changed in it. */
import { produce } from 'immer';
import type { DifferenceClass, Entry } from '../../shared/diff/index.ts';
import { findRecord, isKind, type Ref, recordPath, type Topology } from '../../shared/model/index.ts';
import type { ReviewMark } from './canvas-types.ts';

export interface Mark {
  readonly mark: ReviewMark;
  readonly text: string;
  /** What the change means, which decides the colour of flows: what opens is red, what closes is green. */
  readonly tone: DifferenceClass;
}

export type Marks = ReadonlyMap<string, Mark>;

export const noMarks: Marks = new Map();

/** `before` and `after` show one version; `both` shows the newer one with ghosts of what went. */
export function reviewed(
  before: Topology,
  after: Topology,
  entries: readonly Entry[],
  show: 'before' | 'both' | 'after',
): { topology: Topology; marks: Marks } {
  const marks = new Map<string, Mark>();
  const removed: Ref[] = [];
  for (const entry of entries) {
    const { kind, id } = entry.subject;
    if (!isKind(kind)) continue;
    if (entry.change === 'removed') removed.push({ kind, id });
    if (show === 'before' && entry.change === 'added') continue;
    if (show === 'after' && entry.change === 'removed') continue;
    const shownId = show === 'before' ? (entry.renamedFrom ?? id) : id;
    marks.set(`${kind}:${shownId}`, { mark: entry.change, text: textOf(entry), tone: entry.class });
  }
  if (show === 'before') return { topology: before, marks };
  if (show === 'after') return { topology: after, marks };
  const topology = produce(after, (draft) => {
    for (const gone of removed) {
      if (findRecord(after, gone) !== undefined) continue;
      const record = findRecord(before, gone);
      if (record !== undefined) insert(draft as unknown as Record<string, unknown>, recordPath(gone), record);
    }
  });
  return { topology, marks };
}

function insert(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = root;
  for (const key of path.slice(0, -1)) {
    if (typeof at[key] !== 'object' || at[key] === null) at[key] = {};
    at = at[key] as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
}

function textOf(entry: Entry): string {
  const word = { added: 'added', removed: 'removed', changed: 'changed' }[entry.change];
  const sign = { added: '+', removed: '−', changed: '~' }[entry.change];
  if (entry.change === 'changed') {
    if (entry.renamedFrom !== undefined) return `~ was ${entry.renamedFrom}`;
    const [move] = entry.moves;
    if (move !== undefined) return `~ moved from ${move.from ?? 'nowhere'}`;
    const [field, ...more] = entry.fields;
    if (field !== undefined && more.length === 0 && isShort(field.before) && isShort(field.after))
      return `~ ${field.before ?? 'default'} → ${field.after ?? 'default'}`;
    if (field !== undefined)
      return `~ ${field.path.filter((p) => typeof p === 'string').join(' ')}${more.length > 0 ? ` +${more.length}` : ''}`;
  }
  return entry.class === 'neutral' ? `${sign} ${word}` : `${sign} ${entry.class}`;
}

function isShort(value: unknown): boolean {
  return (
    value === undefined ||
    ((typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
      String(value).length <= 14)
  );
}
