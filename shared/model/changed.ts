/** What differs between two versions of a design, which share every record that did not change. */
import { type Kind, recordsOf } from './kinds.ts';
import type { Topology } from './topology.ts';

/** By the newer records, because a design is compared with the one before it by everything that shows it. */
const found = new WeakMap<object, { readonly before: object; readonly ids: readonly string[] | undefined }>();

/**
 * The ids of the records that are not the same object in both versions, in the order of the newer one. Undefined where a
 * record was added, removed or renamed. Found once for the same two versions.
 */
export function changedIds(a: Topology, b: Topology, kind: Kind): readonly string[] | undefined {
  const [before, after] = [recordsOf(a, kind), recordsOf(b, kind)];
  if (before === after) return [];
  const known = found.get(after);
  if (known?.before === before) return known.ids;
  const all = Object.keys(after);
  const isSameSet = all.length === Object.keys(before).length && all.every((id) => Object.hasOwn(before, id));
  const ids = isSameSet ? all.filter((id) => before[id] !== after[id]) : undefined;
  found.set(after, { before, ids });
  return ids;
}
