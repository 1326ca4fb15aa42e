/** Compares by code unit, so that an order never depends on the machine's locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A sorted copy, by one or more keys; numbers compare as numbers, text by code unit. Stable. */
export function sortBy<T>(items: Iterable<T>, ...keys: ReadonlyArray<(item: T) => string | number>): T[] {
  const list = [...items];
  if (list.length < 2) return list;
  // Each key is asked for once, not with every comparison.
  const rows = list.map((item) => ({ item, values: keys.map((key) => key(item)) }));
  rows.sort((a, b) => {
    for (let i = 0; i < keys.length; i += 1) {
      const [ka = '', kb = ''] = [a.values[i], b.values[i]];
      const order = typeof ka === 'number' && typeof kb === 'number' ? ka - kb : compareText(String(ka), String(kb));
      if (order !== 0) return order;
    }
    return 0;
  });
  return rows.map(({ item }) => item);
}

/** The entries of a record, sorted by key: what everything that prints or exports iterates over. */
export function sortedEntries<T>(record: Readonly<Record<string, T>> | undefined): Array<[string, T]> {
  return record === undefined ? [] : Object.entries(record).sort(([a], [b]) => compareText(a, b));
}

/** The distinct values in order of first appearance. */
export function unique<T>(items: Iterable<T>): T[] {
  return [...new Set(items)];
}

/** Plain data with the keys of every map in code-unit order; lists keep theirs. */
export function inKeyOrder<T>(value: T): T {
  if (Array.isArray(value)) return value.map(inKeyOrder) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(sortedEntries(value as Record<string, unknown>).map(([k, v]) => [k, inKeyOrder(v)])) as T;
}
