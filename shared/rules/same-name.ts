/** Records that would have one name in the cluster: what rules about names share. */
import { sortBy } from '../lib/sort.ts';

/** Groups of at least two, each sorted by id, in order of their first. */
export function sharing<T extends { readonly id: string }>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of sortBy(items, (i) => i.id)) {
    const k = key(item);
    const group = groups.get(k);
    if (group === undefined) groups.set(k, [item]);
    else group.push(item);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
