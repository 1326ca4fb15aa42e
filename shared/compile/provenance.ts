/** Which records of the design an object or a file comes from. */
import { compareText } from '../lib/sort.ts';
import { kindNames, type Ref, refKey } from '../model/index.ts';

const rank = new Map(kindNames.map((kind, i) => [kind, i]));

/** Each record once, kinds in the model's order, then by id. */
export function causes(...groups: ReadonlyArray<readonly Ref[]>): Ref[] {
  const distinct = new Map<string, Ref>();
  for (const group of groups) for (const r of group) distinct.set(refKey(r), r);
  return [...distinct.values()].sort(
    (a, b) => (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0) || compareText(a.id, b.id),
  );
}
