/**
 * The pairs of which a change of some policies or ends may change the connection: those with an end that is changed
 * itself, or that a changed policy holds. Such ends are judged first, by their own policies; the other end is asked only
 * where its answer may matter.
 */
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
        visit(
          own.members,
          other.members,
          before.passes('egress', had, other.isJudged),
          after.passes('egress', has, other.isJudged),
        );
      if (!other.isSuspect && !isSettled('ingress'))
        visit(
          other.members,
          own.members,
          before.passes('ingress', had, other.isJudged),
          after.passes('ingress', has, other.isJudged),
        );
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
  return (own: readonly number[]) => {
    const ways = own.map((id) => ({
      self: thing(id),
      egress: reach.permittedAt('egress', thing(id)),
      ingress: reach.permittedAt('ingress', thing(id)),
    }));
    return {
      /** What the own end's policies let through; undefined where either end has several classes. */
      opens(direction: Direction, others: readonly number[]): PortSetId | undefined {
        const [way, ...more] = ways;
        const [id, ...further] = others;
        if (way === undefined || id === undefined || more.length > 0 || further.length > 0) return undefined;
        return translate(way[direction][id] ?? none);
      },
      /** `egress` is what the own end may send; `isJudged`: whether the other end's policies are asked. */
      passes(direction: Direction, others: readonly number[], isJudged: boolean): PortSetId {
        const answer = direction === 'egress' ? 'ingress' : 'egress';
        let found: PortSetId = none;
        for (const way of ways)
          for (const id of others) {
            const open = way[direction][id] ?? none;
            if (open === none) continue;
            const both = isJudged ? ports.intersect(open, reach.permits(answer, thing(id), way.self)) : open;
            found = ports.union(found, both);
          }
        return translate(found);
      },
    };
  };
}
