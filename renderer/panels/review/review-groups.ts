/** The list of differences as it is shown and walked: grouped by what happened, gravest first within a group. */
import { compareClass, compareGrade, type DifferenceClass, type Entry } from '../../../shared/diff/index.ts';
import { isKind, outside, type Ref } from '../../../shared/model/index.ts';

export interface ReviewGroup {
  readonly id: 'added' | 'removed' | 'moved' | 'renamed' | 'changed';
  readonly label: string;
  /** Indexes into the entries. */
  readonly entries: readonly number[];
}

const labels: Readonly<Record<ReviewGroup['id'], string>> = {
  added: 'Added',
  removed: 'Removed',
  moved: 'Moved',
  changed: 'Changed',
  renamed: 'Renamed',
};

/** Groups that hold something, in the order of the table above. */
export function groupEntries(entries: readonly Entry[]): ReviewGroup[] {
  const order = entries
    .map((_, i) => i)
    .sort((a, b) => {
      const [x, y] = [entries[a], entries[b]];
      return x === undefined || y === undefined
        ? 0
        : compareClass(x.class, y.class) || compareGrade(x.severity, y.severity) || a - b;
    });
  return (Object.keys(labels) as Array<ReviewGroup['id']>).flatMap((id) => {
    const members = order.filter((i) => groupOf(entries[i]) === id);
    return members.length === 0 ? [] : [{ id, label: labels[id], entries: members }];
  });
}

/** Effects counted by class, gravest class first. */
export function countClasses(entries: readonly Entry[]): Array<readonly [DifferenceClass, number]> {
  const counts = new Map<DifferenceClass, number>();
  for (const effect of entries.flatMap((e) => e.effects)) counts.set(effect.class, (counts.get(effect.class) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => compareClass(a, b));
}

/** The next entry in the order shown; stops at the ends. Without a selection the first or last one. */
export function step(groups: readonly ReviewGroup[], selected: number | undefined, by: 1 | -1): number | undefined {
  const order = groups.flatMap((g) => g.entries);
  const at = selected === undefined ? -1 : order.indexOf(selected);
  if (at < 0) return by > 0 ? order[0] : order.at(-1);
  return order[Math.max(0, Math.min(order.length - 1, at + by))];
}

/** The records on the picture that an entry is about. */
export function refsOf(entry: Entry): Ref[] {
  const { kind, id } = entry.subject;
  if (kind === 'matrix')
    return id
      .split('/')
      .filter((zone) => zone !== outside)
      .map((zone) => ({ kind: 'zone', id: zone }));
  return isKind(kind) ? [{ kind, id }] : [];
}

export function entryKey(entry: Entry): string {
  return JSON.stringify([entry.subject.kind, entry.subject.id, entry.change, entry.fields]);
}

function groupOf(entry: Entry | undefined): ReviewGroup['id'] {
  if (entry === undefined || entry.change !== 'changed') return entry?.change ?? 'changed';
  if (entry.renamedFrom !== undefined) return 'renamed';
  return entry.moves.length > 0 ? 'moved' : 'changed';
}
