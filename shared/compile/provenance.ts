/** Which records of the design an object or a file comes from. */
import { compareText } from '../lib/sort.ts';
import { kindNames, type Ref } from '../model/index.ts';

const rank = new Map(kindNames.map((kind, i) => [kind, i]));

/** Each record once, kinds in the model's order, then by id. */
export function causes(...groups: ReadonlyArray<readonly Ref[]>): Ref[] {
  // Asked for each rule and each object, so it sorts and drops repetitions instead of building a key for each record.
  const sorted = groups.flat().sort(compareRefs);
  return sorted.filter((ref, i) => i === 0 || ref.id !== sorted[i - 1]?.id || ref.kind !== sorted[i - 1]?.kind);
}

function compareRefs(a: Ref, b: Ref): number {
  return a.kind === b.kind ? compareText(a.id, b.id) : (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0);
}
