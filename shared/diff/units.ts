/** What takes part in a comparison of two evaluations, known on both sides. */
import { type PortSetId, type PortTable, type Reach, type WorkloadEnd, workloadsOf } from '../reach/index.ts';
import type { Touched } from './touched.ts';

/** A workload or a piece of the address space, with its classes on both sides. */
export interface Unit {
  readonly key: string;
  /** As it is called on each side; a piece of the address space has neither. */
  readonly ends: readonly [WorkloadEnd | undefined, WorkloadEnd | undefined];
  /** Index of the address piece, the same on both sides. */
  readonly piece?: number;
  /** Empty on the side that has it not. */
  readonly classes: readonly [readonly number[], readonly number[]];
  /** Whether its own labels or ports, or the labels of its namespace, may differ. */
  readonly isChanged: boolean;
}

/** Called with each pair of groups that is compared. */
export type Visit = (from: readonly Unit[], to: readonly Unit[], had: PortSetId, has: PortSetId) => void;

/** What tells that a workload of one side is the same as one of the other. */
export type NameOf = (end: WorkloadEnd, side: 0 | 1) => string;

export function unitsOf(
  sides: readonly [Reach, Reach],
  { changed, relabelled }: Touched,
  nameOf: NameOf | undefined,
): Unit[] {
  interface Draft {
    readonly ends: [WorkloadEnd | undefined, WorkloadEnd | undefined];
    readonly classes: [number[], number[]];
    isChanged: boolean;
  }
  const byKey = new Map<string, Draft>();
  for (const side of [0, 1] as const) {
    const reach = sides[side];
    for (const { key: ownKey, end, things } of workloadsOf(reach)) {
      const key = nameOf?.(end, side) ?? ownKey;
      const unit: Draft = byKey.get(key) ?? { ends: [undefined, undefined], classes: [[], []], isChanged: false };
      byKey.set(key, unit);
      unit.ends[side] = end;
      unit.classes[side] = distinct([
        ...unit.classes[side],
        ...things.map((thing) => reach.classes.classOf[thing] ?? 0),
      ]);
      if (relabelled.has(end.namespace) || things.some((t) => changed.has(reach.pods[t]?.source.object ?? reach)))
        unit.isChanged = true;
    }
  }
  const workloads = [...byKey].map(([key, unit]): Unit => ({ key, ...unit }));
  workloads.sort((a, b) => (a.key < b.key ? -1 : 1));
  const classOf = (reach: Reach, piece: number) => [reach.classes.classOf[reach.pods.length + piece] ?? 0];
  const pieces = sides[0].pieces.map(
    (_, piece): Unit => ({
      key: '',
      ends: [undefined, undefined],
      piece,
      classes: [classOf(sides[0], piece), classOf(sides[1], piece)],
      isChanged: false,
    }),
  );
  return [...workloads, ...pieces];
}

/** Ends that nothing tells apart on either side. `isApart` keeps those that it holds for away from the others. */
export function groupsOf(units: readonly Unit[], isApart: (unit: Unit) => boolean = () => false): Unit[][] {
  const joint = new Map<string, Unit[]>();
  for (const unit of units) {
    const key = `${unit.classes[0].join()}|${unit.classes[1].join()}|${unit.isChanged}|${isApart(unit)}`;
    const known = joint.get(key);
    if (known === undefined) joint.set(key, [unit]);
    else known.push(unit);
  }
  return [...joint.values()];
}

/** Between two addresses outside the cluster nothing is judged. */
export function areOutside(a: Unit, b: Unit): boolean {
  return a.piece !== undefined && b.piece !== undefined;
}

/** From the sets of one table to the same sets of another. */
export function translator(from: PortTable, to: PortTable): (id: PortSetId) => PortSetId {
  const translated: PortSetId[] = [];
  return (id) => {
    translated[id] ??= to.of(from.ranges(id));
    return translated[id];
  };
}

function distinct(items: readonly number[]): number[] {
  return [...new Set(items)].sort((a, b) => a - b);
}
