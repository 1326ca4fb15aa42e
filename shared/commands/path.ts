/** Walking, writing and pruning by path: what commands that work on any record share. */
import type { Path } from '../lib/problem.ts';

type Container = Record<string | number, unknown>;

/**
 * Maps that the file may leave out, by path; `*` stands for one key. When the last entry goes, so does the map, and the
 * file does not fill up with `{}`. Maps that say something by being there are not among them: `service: {}` is a
 * Service with default ports, `storage: {data: {}}` a claim, `externals: {x: {}}` a record.
 */
const prunable: ReadonlyArray<readonly string[]> = [
  'zones',
  'zones/*/images',
  'matrix',
  'matrix/*',
  'clusters',
  'clusters/*/networks',
  'clusters/*/controlPlane',
  'clusters/*/egress',
  'clusters/*/egress/*',
  'clusters/*/platform',
  'clusters/*/pools',
  'clusters/*/pools/*/labels',
  'namespaces',
  'namespaces/*/labels',
  'workloads',
  'workloads/*/labels',
  'workloads/*/selector',
  'workloads/*/ports',
  'workloads/*/storage',
  'workloads/*/service/ports',
  'workloads/*/service/nodePorts',
  'externals',
  'flows',
  'storage',
  'storage/endpoints',
  'storage/endpoints/*/parameters',
  'storage/classes',
  'storage/classes/*/parameters',
  'runtimes',
  'runtimes/*/overhead',
  'rules',
  'layout',
  'layout/*',
  'layout/segments/*',
].map((pattern) => pattern.split('/'));

/** The map or list at the path; undefined where something on the way is missing. */
export function containerAt(root: object, path: Path): Container | undefined {
  let at: unknown = root;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Container)[key];
  }
  return typeof at === 'object' && at !== null ? (at as Container) : undefined;
}

/**
 * Writes a value and creates the maps above it that are missing. An empty list is created where the next key is a
 * number. Throws where something on the way is neither map nor list.
 */
export function setAt(root: object, path: Path, value: unknown): void {
  let at = root as Container;
  path.slice(0, -1).forEach((key, i) => {
    if (!Object.hasOwn(at, key)) at[key] = typeof path[i + 1] === 'number' ? [] : {};
    const next = at[key];
    if (typeof next !== 'object' || next === null) throw new Error(`${path.join('/')}: ${key} is not a map or list`);
    at = next as Container;
  });
  const last = path.at(-1);
  if (last === undefined) throw new Error('a path needs at least one key');
  at[last] = value;
}

/** Deletes a map entry or takes an item out of a list, then prunes maps that became empty. Missing things are fine. */
export function deleteAt(root: object, path: Path): void {
  const last = path.at(-1);
  const parentPath = path.slice(0, -1);
  const parent = containerAt(root, parentPath);
  if (last === undefined || parent === undefined || !Object.hasOwn(parent, last)) return;
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1);
    return;
  }
  delete parent[last];
  if (Object.keys(parent).length === 0 && isPrunable(parentPath)) deleteAt(root, parentPath);
}

/** Gives an entry of a map another key in the same place. An entry that already has that key is dropped. */
export function renameKey(root: object, mapPath: Path, from: string, to: string): void {
  const map = containerAt(root, mapPath);
  if (map === undefined || !Object.hasOwn(map, from)) return;
  const renamed: Container = {};
  for (const [key, value] of Object.entries(map)) {
    if (key === from) renamed[to] = value;
    else if (key !== to) renamed[key] = value;
  }
  setAt(root, mapPath, renamed);
}

function isPrunable(path: Path): boolean {
  return prunable.some(
    (pattern) => pattern.length === path.length && pattern.every((key, i) => key === '*' || key === path[i]),
  );
}
