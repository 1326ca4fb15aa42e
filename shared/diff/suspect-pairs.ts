/**
 * The pairs of which a change of some policies or ends may change the connection: those with an end that is changed
 * itself, or that a changed policy holds. Such ends are judged first, by their own policies; the other end is asked only
 * where its answer may matter.
 */
import { memo, memoWeak } from '../lib/memo.ts';
import { type Direction, none, type PortSetId, PortTable, type Reach } from '../reach/index.ts';
import type { Touched } from './touched.ts';
import { areOutside, groupsOf, translator, type Unit, type Visit } from './units.ts';

/** Ends that nothing tells apart, and what is known of all of them. */
interface Group {
  readonly members: readonly Unit[];
  readonly unit: Unit;
  /** Whether the evaluations hold the policies of its namespace. What is not judged counts as open. */
  readonly isJudged: boolean;
  /** Whether it is changed itself, or a changed policy holds it. */
  readonly isSuspect: boolean;
}

export function eachSuspectPair(
  sides: readonly [Reach, Reach],
  units: readonly Unit[],
  { changed }: Touched,
  judged: ReadonlySet<string>,
  visit: Visit,
  isAsked: (one: Group, other: Group) => boolean = () => true,
): PortTable {
  const ports = new PortTable();
  const held = sides.map((reach) => reach.classesHeldBy(changed));
  const isJudged = (unit: Unit) => unit.ends.some((end) => end !== undefined && judged.has(end.namespace));
  const groups = groupsOf(units, isJudged).flatMap((members): Group[] => {
    const [unit] = members;
    if (unit === undefined) return [];
    const isSuspect =
      unit.isChanged || unit.classes.some((ids, side) => ids.some((id) => held[side]?.has(id) === true));
    return [{ members, unit, isJudged: isJudged(unit), isSuspect }];
  });
  const readers = [sideReader(sides[0], ports), sideReader(sides[1], ports)] as const;
  for (const own of groups.filter((group) => group.isSuspect)) {
    const [before, after] = [readers[0](own.unit.classes[0]), readers[1](own.unit.classes[1])];
    for (const other of groups) {
      if (areOutside(own.unit, other.unit) || !isAsked(own, other)) continue;
      const [had, has] = [other.unit.classes[0], other.unit.classes[1]];
      // An end that nothing changed answers alike on both sides to one that is the same on both.
      const isSettled = (direction: Direction) => {
        if (own.unit.isChanged || other.isSuspect) return false;
        const open = before.opens(direction, had);
        return open !== undefined && open === after.opens(direction, has);
      };
      if (!isSettled('egress'))
        visit(own.members, other.members, before.passes('egress', had, other), after.passes('egress', has, other));
      if (!other.isSuspect && !isSettled('ingress'))
        visit(other.members, own.members, before.passes('ingress', had, other), after.passes('ingress', has, other));
    }
  }
  return ports;
}

/**
 * The namespaces, beside the judged ones, whose policies decide over a pair that may differ. Ends that differ themselves
 * may meet other rules there, so with them each end they may connect with counts.
 */
export function namespacesBeyond(
  sides: readonly [Reach, Reach],
  units: readonly Unit[],
  touched: Touched,
  judged: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const isOpen = (namespace: string) => !judged.has(namespace) && !found.has(namespace);
  if (!units.some(({ ends }) => ends.some((end) => end !== undefined && isOpen(end.namespace)))) return found;
  const isLeft = ({ members }: Group) => members.some((unit) => unit.ends.some((end) => end && isOpen(end.namespace)));
  eachSuspectPair(
    sides,
    units,
    touched,
    judged,
    (from, to, had, has) => {
      if (had === has && !(from[0]?.isChanged || to[0]?.isChanged)) return;
      if (had === none && has === none) return;
      for (const unit of [...from, ...to])
        for (const end of unit.ends) if (end !== undefined && isOpen(end.namespace)) found.add(end.namespace);
    },
    (one, other) => isLeft(one) || isLeft(other),
  );
  return found;
}

/** What the classes of one end may send to and receive from those of another, as sets of the common table. */
function sideReader(reach: Reach, table: PortTable) {
  const { ports } = reach;
  const translate = translator(ports, table);
  const thing = (id: number) => reach.classes.members[id]?.[0] ?? 0;
  const wayOf = waysOf(reach);
  return (own: readonly number[]) => {
    const ways = own.map((id) => ({ id, self: thing(id), ...wayOf(id) }));
    return {
      /** What the own end's policies let through; undefined where either end has several classes. */
      opens(direction: Direction, others: readonly number[]): PortSetId | undefined {
        const [way, ...more] = ways;
        const [id, ...further] = others;
        if (way === undefined || id === undefined || more.length > 0 || further.length > 0) return undefined;
        return translate(way[direction][id] ?? none);
      },
      /** `egress` is what the own end may send. A suspect is asked for all of its pairs, and so for all of them at once. */
      passes(direction: Direction, others: readonly number[], { isJudged, isSuspect }: Group): PortSetId {
        const answer = direction === 'egress' ? 'ingress' : 'egress';
        let found: PortSetId = none;
        for (const way of ways)
          for (const id of others) {
            const open = way[direction][id] ?? none;
            if (open === none) continue;
            if (!isJudged) found = ports.union(found, open);
            else {
              const answered = isSuspect && isKept(reach) ? wayOf(id)[answer][way.id] : undefined;
              found = ports.union(found, ports.intersect(open, answered ?? reach.permits(answer, thing(id), way.self)));
            }
          }
        return translate(found);
      },
    };
  };
}

/** By class of the peer: what the policies of a class let through, whatever those of the peer say. */
type Ways = Readonly<Record<Direction, Uint32Array>>;

const waysOf = memoWeak((reach: Reach): ((id: number) => Ways) => {
  const way = (id: number): Ways => {
    const subject = reach.classes.members[id]?.[0] ?? 0;
    return { egress: reach.permittedAt('egress', subject), ingress: reach.permittedAt('ingress', subject) };
  };
  return isKept(reach) ? memo(way) : way;
});

/** Those of all classes are kept where they take tens of megabytes at most: eight bytes for each pair of classes. */
function isKept({ classes }: Reach): boolean {
  return classes.members.length <= 2048;
}
