/** Which changed policies made a connection possible or impossible: the provenance of a change, before any recomputation. */
import { memoWeak } from '../lib/memo.ts';
import type { Direction, PortSetId, Reach, ResolvedRule } from '../reach/index.ts';
import type { Comparison, UnitChange } from './connection-diff.ts';
import { translator } from './units.ts';

type Side = 0 | 1;

/**
 * The changed policy objects, of either side, that decide over what changed between two ends. Empty where no policy
 * changed, as for a pod that came and that standing policies let in. For the same objects it is one and the same set, so
 * that what follows from it can be kept with it.
 */
export function responsibleObjects(comparison: Comparison, change: UnitChange): ReadonlySet<object> {
  return responsibleIn(comparison)(change);
}

/** What changed policies say of a class of ends, in one direction. */
interface Held {
  /** Whether no policy isolates it, changed or not. */
  readonly isFree: boolean;
  /** Rules of changed policies. */
  readonly rules: readonly ResolvedRule[];
  /** Changed policies that isolate it. */
  readonly isolating: readonly object[];
  /** What policies allow that stay as they are. */
  readonly standing: readonly ResolvedRule[];
}

/** One end on one side, as the policies of that end see a connection. */
interface Place {
  readonly reach: Reach;
  readonly direction: Direction;
  /** Things of the evaluation; undefined where the side has none. */
  readonly subject: number | undefined;
  readonly peer: number | undefined;
  readonly receiver: number | undefined;
  readonly held: Held;
  /** What changed, as a set of the evaluation's table. */
  readonly wanted: PortSetId;
}

/** A review asks for each changed pair, so whatever depends on one end alone is found once for a class of ends. */
const responsibleIn = memoWeak((comparison: Comparison) => {
  const { sides, ports, changed } = comparison;
  const heldAt = [heldBy(sides[0], changed), heldBy(sides[1], changed)] as const;
  const inTableOf = [translator(ports, sides[0].ports), translator(ports, sides[1].ports)] as const;
  const onlyOne = distinctSets();

  return ({ from, to, had, has }: UnitChange): ReadonlySet<object> => {
    const [opened, closed] = [ports.subtract(has, had), ports.subtract(had, has)];
    const ends = ([0, 1] as const).map((side) => [thingOf(sides[side], from, side), thingOf(sides[side], to, side)]);
    const found = new Set<object>();
    for (const direction of ['egress', 'ingress'] as const) {
      const [own, other] = direction === 'egress' ? [0, 1] : [1, 0];
      if ((own === 0 ? from : to)[0]?.piece !== undefined) continue;
      const isHeld = ([0, 1] as const).some((side) => heldAt[side].isHeld(ends[side]?.[own]));
      if (!isHeld) continue;
      const at = (side: Side, set: PortSetId): Place => ({
        reach: sides[side],
        direction,
        subject: ends[side]?.[own],
        peer: ends[side]?.[other],
        receiver: ends[side]?.[1],
        held: heldAt[side].of(direction, ends[side]?.[own]),
        wanted: inTableOf[side](set),
      });
      // What opened is due to what permits it after and to what forbade it before; what closed, the other way round.
      for (const [set, allowing, forbidding] of [
        [opened, 1, 0],
        [closed, 0, 1],
      ] as const) {
        if (set === 0) continue;
        const [allows, forbids] = [at(allowing, set), at(forbidding, set)];
        if (isPermitted(forbids)) continue;
        for (const object of permitting(allows)) found.add(object);
        for (const object of forbiddingBy(forbids, allows)) found.add(object);
      }
    }
    return onlyOne(found);
  };
});

/** What changed policies hold the things of one side, class by class. */
function heldBy(reach: Reach, changed: ReadonlySet<object>) {
  const nobody: Held = { isFree: true, rules: [], isolating: [], standing: [] };
  const isOfChanged = ({ policy }: ResolvedRule) => changed.has(policy.source.object);
  const known: Readonly<Record<Direction, Held[]>> = { ingress: [], egress: [] };
  const of = (direction: Direction, thing: number | undefined): Held => {
    if (thing === undefined) return nobody;
    const id = reach.classes.classOf[thing] ?? 0;
    let held = known[direction][id];
    if (held === undefined) {
      const chain = reach.chain(thing, direction);
      const rules = chain.flatMap((tier) => tier.rules);
      const isolating = chain.flatMap((tier) => tier.isolatedBy.map((policy) => policy.source.object));
      held = {
        isFree: isolating.length === 0,
        rules: rules.filter(isOfChanged),
        isolating: isolating.filter((object) => changed.has(object)),
        standing: rules.filter((r) => r.rule.action === 'allow' && !isOfChanged(r)),
      };
      known[direction][id] = held;
    }
    return held;
  };
  const mayHold = reach.classesHeldBy(changed);
  const isHeld = (thing: number | undefined) =>
    thing !== undefined &&
    mayHold.has(reach.classes.classOf[thing] ?? 0) &&
    (['ingress', 'egress'] as const).some((direction) => {
      const { rules, isolating } = of(direction, thing);
      return rules.length > 0 || isolating.length > 0;
    });
  return { of, isHeld };
}

function isPermitted({ reach, direction, subject, peer, wanted }: Place): boolean {
  if (subject === undefined || peer === undefined) return false;
  return reach.ports.subtract(wanted, reach.permits(direction, subject, peer)) === 0;
}

/**
 * The changed policies with a rule that lets some of the ports through; none where standing policies let all of them
 * through by themselves.
 */
function permitting({ reach, held, peer, receiver, wanted }: Place): object[] {
  if (peer === undefined || receiver === undefined) return [];
  const { ports } = reach;
  const allowing = matching({ reach, peer, receiver, wanted }, held.rules).filter((r) => r.rule.action !== 'deny');
  if (allowing.length === 0) return [];
  const peerClass = reach.classes.classOf[peer] ?? 0;
  let left = wanted;
  for (const { rule, peers } of held.standing)
    if (peers.has(peerClass)) left = ports.subtract(left, reach.portsOf(rule, receiver));
  return left === 0 ? [] : allowing.map((r) => r.policy.source.object);
}

/** The changed policies that denied it, or that isolated the subject where nothing isolates it on the other side. */
function forbiddingBy(place: Place, other: Place): object[] {
  const denying = matching(place, place.held.rules).filter((r) => r.rule.action === 'deny');
  return [...denying.map((r) => r.policy.source.object), ...(other.held.isFree ? place.held.isolating : [])];
}

function matching(
  { reach, peer, receiver, wanted }: Pick<Place, 'reach' | 'peer' | 'receiver' | 'wanted'>,
  rules: readonly ResolvedRule[],
): readonly ResolvedRule[] {
  if (peer === undefined || receiver === undefined) return [];
  const peerClass = reach.classes.classOf[peer] ?? 0;
  return rules.filter(
    ({ rule, peers }) => peers.has(peerClass) && reach.ports.intersect(reach.portsOf(rule, receiver), wanted) !== 0,
  );
}

/** One thing that stands for all of a group. */
function thingOf({ classes }: Reach, units: UnitChange['from'], side: Side): number | undefined {
  const id = units[0]?.classes[side][0];
  return id === undefined ? undefined : classes.members[id]?.[0];
}

/** For equal sets the same one. */
function distinctSets(): (set: ReadonlySet<object>) => ReadonlySet<object> {
  const numbers = new Map<object, number>();
  const known = new Map<string, ReadonlySet<object>>();
  return (set) => {
    let key = '';
    for (const object of set) {
      const number = numbers.get(object) ?? numbers.size;
      numbers.set(object, number);
      key += `${number} `;
    }
    const first = known.get(key) ?? set;
    known.set(key, first);
    return first;
  };
}
