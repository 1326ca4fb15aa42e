/** Which records of the design an object or a file comes from. */
import { compareText } from '../lib/sort.ts';
import { kindNames, type Ref } from '../model/index.ts';

const rank = new Map(kindNames.map((kind, i) => [kind, i]));

/** Each record once, kinds in the model's order, then by id. */
export function causes(...groups: ReadonlyArray<readonly Ref[]>): Ref[] {
  // Asked for each rule and each object, mostly of a few records that repeat: each is put where it belongs, or left out.
  const sorted: Ref[] = [];
  for (const group of groups) for (const ref of group) insert(sorted, ref);
  return sorted;
}

function insert(sorted: Ref[], ref: Ref): void {
  let [from, past] = [0, sorted.length];
  while (from < past) {
    const middle = (from + past) >>> 1;
    const other = sorted[middle];
    const order = other === undefined ? 0 : compareRefs(ref, other);
    if (order === 0) return;
    if (order < 0) past = middle;
    else from = middle + 1;
  }
  if (from === sorted.length) sorted.push(ref);
  else sorted.splice(from, 0, ref);
}

function compareRefs(a: Ref, b: Ref): number {
  return a.kind === b.kind ? compareText(a.id, b.id) : (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0);
}
