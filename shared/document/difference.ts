/** Which entries of a map were renamed, and which items of a list stayed, changed, went or came. */
import { equalValues } from './equal.ts';

type Fields = Readonly<Record<string, unknown>>;

/** From old to new name. A rename keeps the value, or most of its fields where it was edited as well. */
export function pairRenames(
  gone: readonly string[],
  added: readonly string[],
  before: Fields,
  after: Fields,
): Map<string, string> {
  const pairs = new Map<string, string>();
  // Nobody renames this many records between two saves, and comparing each with each would take minutes.
  if (gone.length * added.length > 100_000) return pairs;
  const free = new Set(added);
  for (const from of gone) {
    const to = [...free].find((key) => equalValues(before[from], after[key]));
    if (to === undefined) continue;
    pairs.set(from, to);
    free.delete(to);
  }
  for (const from of gone) {
    if (pairs.has(from)) continue;
    let best: string | undefined;
    let most = 0.5;
    for (const to of free) {
      const share = likeness(before[from], after[to]);
      if (share > most) {
        most = share;
        best = to;
      }
    }
    if (best === undefined) continue;
    pairs.set(from, best);
    free.delete(best);
  }
  return pairs;
}

export interface ListDifference {
  /** Old to new index of items that take each other's place. */
  readonly changed: ReadonlyMap<number, number>;
  readonly removed: ReadonlySet<number>;
  /** Old index to insert behind (-1: the front) to the new indexes that come there. */
  readonly inserted: ReadonlyMap<number, number[]>;
}

export function diffList(before: readonly unknown[], after: readonly unknown[]): ListDifference {
  const changed = new Map<number, number>();
  const removed = new Set<number>();
  const inserted = new Map<number, number[]>();
  let from = 0;
  let to = 0;
  for (const [keptFrom, keptTo] of [...commonItems(before, after), [before.length, after.length] as const]) {
    let last = from - 1;
    while (from < keptFrom && to < keptTo) {
      changed.set(from, to);
      last = from;
      from += 1;
      to += 1;
    }
    while (from < keptFrom) {
      removed.add(from);
      from += 1;
    }
    while (to < keptTo) {
      inserted.set(last, [...(inserted.get(last) ?? []), to]);
      to += 1;
    }
    from = keptFrom + 1;
    to = keptTo + 1;
  }
  return { changed, removed, inserted };
}

/** The longest common subsequence of equal items; for very long lists only their common start and end. */
function commonItems(before: readonly unknown[], after: readonly unknown[]): Array<readonly [number, number]> {
  let start = 0;
  while (start < before.length && start < after.length && equalValues(before[start], after[start])) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    equalValues(before[before.length - 1 - end], after[after.length - 1 - end])
  )
    end += 1;
  const pairs: Array<readonly [number, number]> = Array.from({ length: start }, (_, i) => [i, i] as const);
  const rows = before.length - start - end;
  const columns = after.length - start - end;
  if (rows * columns > 0 && rows * columns <= 250_000) {
    const lengths = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
    const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
    for (let i = rows - 1; i >= 0; i -= 1) {
      const row = lengths[i] ?? [];
      for (let j = columns - 1; j >= 0; j -= 1) {
        row[j] = equalValues(before[start + i], after[start + j])
          ? at(i + 1, j + 1) + 1
          : Math.max(at(i + 1, j), at(i, j + 1));
      }
    }
    let i = 0;
    let j = 0;
    while (i < rows && j < columns) {
      if (equalValues(before[start + i], after[start + j])) {
        pairs.push([start + i, start + j]);
        i += 1;
        j += 1;
      } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
      else j += 1;
    }
  }
  for (let i = end; i > 0; i -= 1) pairs.push([before.length - i, after.length - i]);
  return pairs;
}

/** The share of fields that two maps have in common, 0 to 1. */
function likeness(a: unknown, b: unknown): number {
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    Array.isArray(a) ||
    Array.isArray(b)
  )
    return 0;
  const left = a as Fields;
  const right = b as Fields;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  const same = [...keys].filter((key) => equalValues(left[key], right[key])).length;
  return keys.size === 0 ? 1 : same / keys.size;
}
