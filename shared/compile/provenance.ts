/** Which records of the design an object or a file comes from. */
import { sortBy } from '../lib/sort.ts';
import { kindNames, type Ref, refKey } from '../model/index.ts';

/** Each record once, kinds in the model's order, then by id. */
export function causes(...groups: ReadonlyArray<readonly Ref[]>): Ref[] {
  const distinct = new Map(groups.flat().map((r) => [refKey(r), r]));
  return sortBy(
    distinct.values(),
    (r) => kindNames.indexOf(r.kind),
    (r) => r.id,
  );
}
