/** Flows that would run on top of each other get lanes of their own. */
import { bottom, type Point, type Rect, right } from './geometry.ts';
import type { Link, Obstacles } from './route-types.ts';

const laneGap = 6;
/** Closer than this, a line and a border look like one. */
export const onBorder = 4;

interface Step {
  readonly points: Point[];
  /** The index of its first point. */
  readonly at: number;
  /** Across its direction, and its extent along it. */
  readonly lane: number;
  readonly start: number;
  readonly end: number;
  /** Where it may touch its card, if it is the first or last one. */
  readonly side?: readonly [number, number];
}

/** Lanes from the nearest to the furthest, and between them those of a bunch that has no more room. */
const lanes = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5];
const between = [0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3.5, -3.5, 4.5, -4.5];

interface Beside {
  readonly words?: Obstacles | undefined;
  readonly frames?: readonly Rect[];
  /** Flows that stay as they are; the others keep off them. */
  readonly still?: ReadonlyArray<Way>;
}

interface Way {
  readonly link: Link;
  readonly points: Point[];
}

/**
 * Moves inner steps of different flows apart where they would lie on top of each other, as far as no card is in the way.
 * Ends are looked at first and stay on their side of the card. They keep off the borders
 * of `frames` where that is possible. Changes the points in place.
 */
export function separate(
  ways: readonly Way[],
  around: Obstacles,
  { words, frames = [], still = [] }: Beside = {},
): void {
  if (ways.length === 0) return;
  // Moving upright steps lengthens level ones, so those are looked at once more.
  for (const horizontal of [true, false, true]) {
    const taken = new Map<number, Step[]>();
    const loose: Step[] = [];
    const borders = new Map<number, Step[]>();
    for (const border of frames.flatMap((frame) => bordersOf(frame, horizontal))) take(borders, border);
    for (const way of still) for (const step of stepsOf(way, horizontal)) take(taken, step);
    for (const way of ways) {
      for (const step of stepsOf(way, horizontal)) {
        if (way.points.length === 2) take(taken, step);
        else loose.push(step);
      }
    }
    const byPlace = (a: Step, b: Step) =>
      Number(b.side !== undefined) - Number(a.side !== undefined) || a.start - b.start || a.end - b.end;
    for (const step of loose.sort(byPlace)) {
      const crossed = crossings(step, horizontal, around);
      const free = (offsets: readonly number[], apart: number) =>
        offsets
          .map((n) => ({ ...step, lane: step.lane + n * laneGap }))
          .filter(
            (s) =>
              isFree(taken, s, apart) &&
              (s.lane === step.lane ||
                (isOnSide(s) && keepsEnds(s, horizontal) && crossings(s, horizontal, around) <= crossed)),
          );
      const wide = free(lanes, laneGap - 1);
      const possible = wide.length > 0 ? wide : free(between, laneGap / 2 - 1);
      const faults = possible.map(
        (s) =>
          // Words would be hidden in the whole length of a level step.
          4 * Number(horizontal && words !== undefined && crossings(s, true, words) > 0) +
          2 * Number(!isFree(borders, s, onBorder)) +
          Number(!isFree(borders, s) || isBeyond(borders, step.lane, s)),
      );
      const chosen = possible[faults.indexOf(Math.min(...faults))] ?? step;
      take(taken, chosen);
      const a = step.points[step.at];
      const b = step.points[step.at + 1];
      if (chosen.lane === step.lane || a === undefined || b === undefined) continue;
      step.points[step.at] = horizontal ? { x: a.x, y: chosen.lane } : { x: chosen.lane, y: a.y };
      step.points[step.at + 1] = horizontal ? { x: b.x, y: chosen.lane } : { x: chosen.lane, y: b.y };
    }
  }
}

function bordersOf(frame: Rect, horizontal: boolean): Step[] {
  const [start, end] = horizontal ? [frame.x, right(frame)] : [frame.y, bottom(frame)];
  const both = horizontal ? [frame.y, bottom(frame)] : [frame.x, right(frame)];
  return both.map((lane) => ({ points: [], at: 0, lane, start, end }));
}

function stepsOf({ link, points }: Way, horizontal: boolean): Step[] {
  return points.flatMap((_, i) => stepAt(points, i, horizontal, link) ?? []);
}

function stepAt(points: Point[], at: number, horizontal: boolean, link: Link): Step | undefined {
  const a = points[at];
  const b = points[at + 1];
  if (a === undefined || b === undefined || (a.y === b.y) !== horizontal) return undefined;
  const [u, v] = horizontal ? [a.x, b.x] : [a.y, b.y];
  const rect = at === 0 ? link.from : at + 2 === points.length ? link.to : undefined;
  return {
    points,
    at,
    lane: horizontal ? a.y : a.x,
    start: Math.min(u, v),
    end: Math.max(u, v),
    ...(rect && { side: horizontal ? ([rect.y, bottom(rect)] as const) : ([rect.x, right(rect)] as const) }),
  };
}

/** An end stays on the side of its card, clear of the corners. */
function isOnSide({ side, lane }: Step): boolean {
  return side === undefined || (lane >= side[0] + 6 && lane <= side[1] - 6);
}

function take(taken: Map<number, Step[]>, step: Step): void {
  const key = Math.floor(step.lane / laneGap);
  const list = taken.get(key);
  if (list === undefined) taken.set(key, [step]);
  else list.push(step);
}

function isFree(taken: ReadonlyMap<number, readonly Step[]>, step: Step, apart = laneGap - 1): boolean {
  const key = Math.floor(step.lane / laneGap);
  for (let k = key - 1; k <= key + 1; k += 1) {
    for (const other of taken.get(k) ?? []) {
      const isNear = Math.abs(other.lane - step.lane) < apart;
      if (isNear && other.points !== step.points && other.end + 4 >= step.start && step.end + 4 >= other.start)
        return false;
    }
  }
  return true;
}

/** Whether a border that runs along the step lies between the lane it had and this one. */
function isBeyond(borders: ReadonlyMap<number, readonly Step[]>, had: number, step: Step): boolean {
  const [low, high] = [Math.min(had, step.lane), Math.max(had, step.lane)];
  for (let key = Math.floor(low / laneGap); key <= Math.floor(high / laneGap); key += 1) {
    for (const { lane, start, end } of borders.get(key) ?? []) {
      if (low < lane && lane < high && start < step.end && step.start < end) return true;
    }
  }
  return false;
}

function crossings({ lane, start, end }: Step, horizontal: boolean, around: Obstacles): number {
  return horizontal
    ? around.crossed({ x: start, y: lane }, { x: end, y: lane })
    : around.crossed({ x: lane, y: start }, { x: lane, y: end });
}

/** The steps beside it keep their direction and a length, those at a card the room for an arrowhead. */
function keepsEnds({ points, at, lane }: Step, horizontal: boolean): boolean {
  const stays = (outer: Point | undefined, joint: Point | undefined, least: number): boolean => {
    if (outer === undefined || joint === undefined) return true;
    const [from, had] = horizontal ? [outer.y, joint.y] : [outer.x, joint.x];
    return (had - from) * (lane - from) > 0 && Math.abs(lane - from) >= Math.min(least, Math.abs(had - from));
  };
  return (
    stays(points[at - 1], points[at], at === 1 ? 10 : 0) &&
    stays(points[at + 2], points[at + 1], at + 3 === points.length ? 12 : 0)
  );
}
