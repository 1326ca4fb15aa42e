/** Which changed policies made a connection possible or impossible: the provenance of a change, before any recomputation. */
import { memoWeak } from '../lib/memo.ts';
import type { PortSetId, Reach } from '../reach/index.ts';
import type { Comparison, UnitChange } from './connection-diff.ts';
import { isHeldBy } from './touched.ts';

type Direction = 'ingress' | 'egress';

/** A thing of each side's evaluation; undefined where the side has it not. */
type Things = readonly [number | undefined, number | undefined];

/**
 * The changed policy objects, of either side, that decide over what changed between two ends. Empty where no policy
 * changed, as for a pod that came and that standing policies let in.
 */
export function responsibleObjects(comparison: Comparison, { from, to, had, has }: UnitChange): ReadonlySet<object> {
  const { sides, ports } = comparison;
  const [sender, receiver] = [thingsOf(comparison, from), thingsOf(comparison, to)];
  const opened = ports.ranges(ports.subtract(has, had));
  const closed = ports.ranges(ports.subtract(had, has));
  const found = new Set<object>();
  const isChanged = (object: object) => comparison.changed.has(object);
  for (const [direction, subject, peer] of [
    ['egress', sender, receiver],
    ['ingress', receiver, sender],
  ] as const) {
    if (from[0]?.piece !== undefined && direction === 'egress') continue;
    if (to[0]?.piece !== undefined && direction === 'ingress') continue;
    const isHeld = heldIn(comparison);
    if (!([0, 1] as const).some((side) => isHeld(side, subject[side]))) continue;
    // What opened is due to what permits it after and to what forbade it before; what closed, the other way round.
    for (const [ranges, allowing] of [
      [opened, 1],
      [closed, 0],
    ] as const) {
      if (ranges.length === 0) continue;
      const forbidding = allowing === 1 ? 0 : 1;
      const at = (side: 0 | 1) => ({
        reach: sides[side],
        subject: subject[side],
        peer: peer[side],
        receiver: receiver[side],
      });
      if (isPermitted(at(forbidding), direction, ranges)) continue;
      for (const object of permitting(at(allowing), direction, ranges, isChanged)) found.add(object);
      for (const object of forbiddingBy(at(forbidding), at(allowing), direction, ranges)) found.add(object);
    }
  }
  return new Set([...found].filter(isChanged));
}

/** Whether a changed policy holds a thing of a side; asked once for each class. */
const heldIn = memoWeak(({ sides, changed }: Comparison) => {
  const known: readonly [boolean[], boolean[]] = [[], []];
  return (side: 0 | 1, thing: number | undefined): boolean => {
    if (thing === undefined) return false;
    const reach = sides[side];
    const id = reach.classes.classOf[thing] ?? 0;
    const found = known[side][id] ?? isHeldBy(reach, thing, changed);
    known[side][id] = found;
    return found;
  };
});

interface Place {
  readonly reach: Reach;
  readonly subject: number | undefined;
  readonly peer: number | undefined;
  readonly receiver: number | undefined;
}
type Ranges = ReturnType<Reach['ports']['ranges']>;

function isPermitted({ reach, subject, peer }: Place, direction: Direction, ranges: Ranges): boolean {
  if (subject === undefined || peer === undefined) return false;
  return reach.ports.subtract(reach.ports.of(ranges), reach.permits(direction, subject, peer)) === 0;
}

/**
 * The changed policies with a rule that lets some of the ports through; none where standing policies let all of them
 * through by themselves.
 */
function permitting(
  place: Place,
  direction: Direction,
  ranges: Ranges,
  isChanged: (object: object) => boolean,
): object[] {
  const { ports } = place.reach;
  const allowing = matching(place, direction, ranges).filter((r) => r.rule.action !== 'deny');
  const standing = allowing
    .filter((r) => r.rule.action === 'allow' && !isChanged(r.policy.source.object))
    .reduce((sum, r) => ports.union(sum, place.reach.portsOf(r.rule, place.receiver ?? 0)), 0);
  if (ports.subtract(ports.of(ranges), standing) === 0) return [];
  return allowing.map((r) => r.policy.source.object);
}

/** The policies that denied it, or that isolated the subject where nothing isolates it on the other side. */
function forbiddingBy(place: Place, other: Place, direction: Direction, ranges: Ranges): object[] {
  const denying = matching(place, direction, ranges).flatMap((r) =>
    r.rule.action === 'deny' ? [r.policy.source.object] : [],
  );
  const isolatedBy = ({ reach, subject }: Place) =>
    subject === undefined ? [] : reach.chain(subject, direction).flatMap((tier) => tier.isolatedBy);
  const isFree = isolatedBy(other).length === 0;
  const isolating = isFree ? isolatedBy(place).map((policy) => policy.source.object) : [];
  return [...denying, ...isolating];
}

function matching({ reach, subject, peer, receiver }: Place, direction: Direction, ranges: Ranges) {
  if (subject === undefined || peer === undefined || receiver === undefined) return [];
  const wanted: PortSetId = reach.ports.of(ranges);
  const chain = reach.chain(subject, direction);
  const peerClass = reach.classes.classOf[peer] ?? 0;
  return chain
    .flatMap((tier) => tier.rules)
    .filter(
      ({ rule, peers }) => peers.has(peerClass) && reach.ports.intersect(reach.portsOf(rule, receiver), wanted) !== 0,
    );
}

/** One thing for each side that stands for all of a group. */
function thingsOf({ sides }: Comparison, units: UnitChange['from']): Things {
  const [first] = units;
  const of = (side: 0 | 1): number | undefined => {
    const id = first?.classes[side][0];
    return id === undefined ? undefined : sides[side].classes.members[id]?.[0];
  };
  return [of(0), of(1)];
}
