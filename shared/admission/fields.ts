/** Reading untyped objects: manifests hold anything, and what has the wrong type counts as absent. */
import { isMap } from '../lib/is-map.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What stands at a path of names; undefined where something on the way is no map. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (!isMap(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

export function mapAt(value: unknown, ...path: readonly string[]): Fields {
  const found = fieldAt(value, ...path);
  return isMap(found) ? found : {};
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The texts of a list; undefined where there is no list. */
export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] | undefined {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : undefined;
}

/** The entries of a map whose values are text: labels, annotations, node selectors. */
export function textMapAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapAt(value, ...path)).filter((e): e is [string, string] => typeof e[1] === 'string'),
  );
}

/** A copy with one field set at a path; maps on the way are copied or made. */
export function withField(value: unknown, path: readonly string[], set: unknown): Fields {
  const [name, ...rest] = path;
  const base = isMap(value) ? value : {};
  if (name === undefined) return base;
  return { ...base, [name]: rest.length === 0 ? set : withField(base[name], rest, set) };
}
