/** Plain values compared and patched field by field. */
import { isMap } from '../lib/is-map.ts';
import type { Path } from '../lib/problem.ts';
import { compareText, unique } from '../lib/sort.ts';
import type { FieldChange } from './entry.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Equal as data: the order of keys does not count, and a key that is undefined is not there. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  return (
    Object.keys(a).every((key) => isSame(a[key], own(b, key))) &&
    Object.keys(b).every((key) => b[key] === undefined || Object.hasOwn(a, key))
  );
}

/**
 * What differs between two values, sorted by path. Maps are compared key by key; lists, scalars and the fields named in
 * `whole` change as one value.
 */
export function diffFields(
  before: unknown,
  after: unknown,
  whole: readonly string[] = [],
  path: Path = [],
): FieldChange[] {
  if (isSame(before, after)) return [];
  const last = path.at(-1);
  const isWhole = path.length === 1 && typeof last === 'string' && whole.includes(last);
  if (!isMap(before) || !isMap(after) || isWhole) {
    return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  }
  return keysOf(before, after).flatMap((key) => diffFields(own(before, key), own(after, key), whole, [...path, key]));
}

/** The inverse of diffFields: `applyFields(a, diffFields(a, b))` is the same as `b`. */
export function applyFields(value: unknown, changes: readonly FieldChange[]): unknown {
  return changes.reduce((result, change) => replaceAt(result, change.path, change.after), value);
}

/** Every scalar or list inside a value, with its path. */
export function leaves(value: unknown, path: Path = []): Array<{ readonly path: Path; readonly value: unknown }> {
  if (!isMap(value) || Object.keys(value).length === 0) return value === undefined ? [] : [{ path, value }];
  return Object.keys(value)
    .sort(compareText)
    .flatMap((key) => leaves(own(value, key), [...path, key]));
}

/** The value of a key of its own; `constructor` and its like are ordinary ids. */
export function own(value: Fields | undefined, key: string): unknown {
  return value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A copy of an object with one key set, safe for any key. */
export function withKey(value: Fields | undefined, key: string, next: unknown): Fields {
  const entries = Object.entries(value ?? {}).filter(([k]) => k !== key);
  return Object.fromEntries(next === undefined ? entries : [...entries, [key, next]]);
}

function replaceAt(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  const fields = isMap(value) ? value : {};
  return withKey(fields, String(key), replaceAt(own(fields, String(key)), rest, next));
}

function keysOf(a: Fields, b: Fields): string[] {
  return unique([...Object.keys(a), ...Object.keys(b)]).sort(compareText);
}
