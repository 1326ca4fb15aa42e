/**
 * Partition refinement: things that no set can tell apart form one class. Each set splits the classes it cuts; the cost
 * is the number of members of the sets, not the square of the number of things.
 */
import type { BitSet } from '../lib/bit-set.ts';

export interface Classes {
  /** The class of each thing, from 0. */
  readonly classOf: Uint32Array;
  /** The members of each class, ascending. */
  readonly members: ReadonlyArray<readonly number[]>;
}

/** `start` gives each thing a first class by a key; things with different keys are never put together. */
export function refine(size: number, start: (thing: number) => string, sets: Iterable<BitSet>): Classes {
  const classOf = new Uint32Array(size);
  const counts: number[] = [];
  const first = new Map<string, number>();
  for (let thing = 0; thing < size; thing += 1) {
    const key = start(thing);
    let id = first.get(key);
    if (id === undefined) {
      id = counts.length;
      first.set(key, id);
      counts.push(0);
    }
    classOf[thing] = id;
    counts[id] = (counts[id] ?? 0) + 1;
  }
  for (const set of sets) {
    const touched = new Map<number, number>();
    set.forEach((thing) => {
      const id = classOf[thing] ?? 0;
      touched.set(id, (touched.get(id) ?? 0) + 1);
    });
    const renamed = new Map<number, number>();
    for (const [id, inside] of touched) {
      if (inside === counts[id]) continue;
      renamed.set(id, counts.length);
      counts[id] = (counts[id] ?? 0) - inside;
      counts.push(inside);
    }
    if (renamed.size === 0) continue;
    set.forEach((thing) => {
      const to = renamed.get(classOf[thing] ?? 0);
      if (to !== undefined) classOf[thing] = to;
    });
  }
  // Number the classes by their first member, so that the numbering does not depend on the order of the sets.
  const order = new Map<number, number>();
  const members: number[][] = [];
  for (let thing = 0; thing < size; thing += 1) {
    const raw = classOf[thing] ?? 0;
    let id = order.get(raw);
    if (id === undefined) {
      id = members.length;
      order.set(raw, id);
      members.push([]);
    }
    classOf[thing] = id;
    members[id]?.push(thing);
  }
  return { classOf, members };
}
