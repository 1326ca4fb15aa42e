/**
 * Where flows may run: lines between cards, each as far as no card stands in it, and the crossings of these lines. A line
 * that runs through words costs more there.
 */

import { bottom, type Point, type Rect, right } from './geometry.ts';
import type { Obstacles, Side } from './route-types.ts';

/** What each unit of a line within words costs: they are wide and low, so a level line hides more of them. */
export const acrossWords = 24;
export const alongWords = 8;

/** Lines run in the middle between cards, but no further off than this. */
const off = { x: 21, y: 13 } as const;
/** As far above a card as the frame around it begins, name and all. */
const overName = 33;
/** Room for an arrowhead; less only where there is no other way. */
const stub = { wide: 9, tight: 4 } as const;
const closed = 0xffff;

export interface Grid {
  /** Of upright lines from left to right, and of level lines from above to below. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Crossings by number: where they are, and the next one to the right, to the left, below and above; -1 for none. */
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly next: Int32Array;
  /** What the step there costs besides its length. */
  readonly extra: Uint16Array;
  /** The least room to turn after leaving a card, and before reaching one. */
  readonly stub: number;
  /** The first crossings on both sides of a place on a line that lies between the lines `gap` and `gap + 1` across it. */
  beside(
    isLevel: boolean,
    line: number,
    gap: number,
  ): ReadonlyArray<{ readonly crossing: number; readonly extra: number }>;
  /** Whether a line can be followed from one gap to another. */
  isOpen(isLevel: boolean, line: number, from: number, to: number): boolean;
}

/** `isTight`: with lines as close to cards as a line may run, so that there is a way on the grid if there is any. */
export function gridOf(around: Obstacles, words: Obstacles | undefined, isTight: boolean): Grid {
  // A line is wanted beside a card, and goes on from there for as long as it is free.
  const uprightAt: Point[] = [];
  const levelAt: Point[] = [];
  for (const r of around.rects) {
    const middle = { x: r.x + r.w / 2, y: r.y + r.h / 2 };
    const room = (side: Side, from: Point, most: number) =>
      Math.floor(Math.min(most, freeFrom(around, side, from, 2 * most) / 2));
    uprightAt.push(
      { x: r.x - room('left', { x: r.x, y: middle.y }, off.x), y: middle.y },
      { x: right(r) + room('right', { x: right(r), y: middle.y }, off.x), y: middle.y },
    );
    levelAt.push(
      { x: middle.x, y: r.y - room('top', { x: middle.x, y: r.y }, off.y) },
      { x: middle.x, y: bottom(r) + room('bottom', { x: middle.x, y: bottom(r) }, off.y) },
    );
    if (freeFrom(around, 'top', { x: middle.x, y: r.y }, overName) === overName)
      levelAt.push({ x: middle.x, y: r.y - overName });
    if (!isTight) continue;
    uprightAt.push({ x: r.x - 1, y: middle.y }, { x: right(r) + 1, y: middle.y });
    levelAt.push({ x: middle.x, y: r.y - 1 }, { x: middle.x, y: bottom(r) + 1 });
  }
  const xs = sorted(uprightAt.map((p) => p.x));
  const ys = sorted(levelAt.map((p) => p.y));
  const w = xs.length;
  const costs = { level: new Uint16Array(w * ys.length), upright: new Uint16Array(w * ys.length) };
  for (const r of words?.rects ?? [])
    eachStep(xs, ys, r, 2, (isLevel, at, length) => {
      const steps = isLevel ? costs.level : costs.upright;
      steps[at] = Math.min(closed - 1, (steps[at] ?? 0) + Math.ceil(length * (isLevel ? alongWords : acrossWords)));
    });
  for (const r of around.rects)
    eachStep(xs, ys, r, 1, (isLevel, at) => {
      (isLevel ? costs.level : costs.upright)[at] = closed;
    });
  // Which places on each line are followed: 1 on the upright one, 2 on the level one, 3 on both: a crossing.
  const followed = new Uint8Array(w * ys.length);
  for (const p of uprightAt) follow(followed, 1, after(xs, p.x) - 1, w, after(ys, p.y) - 1, ys.length, costs.upright);
  for (const p of levelAt) {
    const row = (after(ys, p.y) - 1) * w;
    follow(followed, 2, row, 1, after(xs, p.x) - 1, w, costs.level);
  }
  return crossingsOf(xs, ys, costs, followed, isTight ? stub.tight : stub.wide);
}

/** Marks a line from between two lines across it in both directions. Its places are `first`, `first + step`, … */
function follow(
  followed: Uint8Array,
  mark: number,
  first: number,
  step: number,
  gap: number,
  count: number,
  costs: Uint16Array,
): void {
  if (gap >= 0 && gap + 1 < count && costs[first + gap * step] === closed) return;
  for (let n = gap; n >= 0; n -= 1) {
    const at = first + n * step;
    if (((followed[at] ?? 0) & mark) !== 0) break;
    followed[at] = (followed[at] ?? 0) | mark;
    if (n > 0 && costs[at - step] === closed) break;
  }
  for (let n = gap + 1; n < count; n += 1) {
    const at = first + n * step;
    if (((followed[at] ?? 0) & mark) !== 0) break;
    followed[at] = (followed[at] ?? 0) | mark;
    if (costs[at] === closed) break;
  }
}

function crossingsOf(
  xs: readonly number[],
  ys: readonly number[],
  costs: { readonly level: Uint16Array; readonly upright: Uint16Array },
  followed: Uint8Array,
  least: number,
): Grid {
  const w = xs.length;
  const numbers = new Int32Array(followed.length).fill(-1);
  let count = 0;
  for (let at = 0; at < followed.length; at += 1) {
    if (followed[at] !== 3) continue;
    numbers[at] = count;
    count += 1;
  }
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const next = new Int32Array(4 * count).fill(-1);
  const extra = new Uint16Array(4 * count);
  const link = (first: number, step: number, places: number, steps: Uint16Array, direction: number) => {
    let last = -1;
    let sum = 0;
    for (let n = 0; n < places; n += 1) {
      const at = first + n * step;
      const crossing = numbers[at] ?? -1;
      if (crossing >= 0) {
        if (last >= 0) {
          next[4 * last + direction] = crossing;
          next[4 * crossing + direction + 1] = last;
          extra[4 * last + direction] = extra[4 * crossing + direction + 1] = Math.min(sum, closed);
        }
        last = crossing;
        sum = 0;
      }
      const cost = steps[at] ?? 0;
      if (cost === closed) last = -1;
      sum += cost;
    }
  };
  for (let j = 0; j < ys.length; j += 1) link(j * w, 1, w, costs.level, 0);
  for (let i = 0; i < w; i += 1) link(i, w, ys.length, costs.upright, 2);
  for (const [at, crossing] of numbers.entries()) {
    if (crossing < 0) continue;
    x[crossing] = xs[at % w] ?? 0;
    y[crossing] = ys[Math.floor(at / w)] ?? 0;
  }
  const of = (isLevel: boolean, line: number) =>
    isLevel
      ? { first: line * w, step: 1, places: w, steps: costs.level }
      : { first: line, step: w, places: ys.length, steps: costs.upright };
  return {
    xs,
    ys,
    count,
    x,
    y,
    next,
    extra,
    stub: least,
    beside: (isLevel, line, gap) => {
      const { first, step, places, steps } = of(isLevel, line);
      const found: Array<{ crossing: number; extra: number }> = [];
      if (gap >= 0 && gap + 1 < places && steps[first + gap * step] === closed) return found;
      for (let n = gap, sum = 0; n >= 0; n -= 1) {
        const crossing = numbers[first + n * step] ?? -1;
        if (crossing >= 0) {
          found.push({ crossing, extra: sum });
          break;
        }
        const cost = n > 0 ? (steps[first + (n - 1) * step] ?? closed) : closed;
        if (cost === closed) break;
        sum += cost;
      }
      for (let n = gap + 1, sum = 0; n < places; n += 1) {
        const crossing = numbers[first + n * step] ?? -1;
        if (crossing >= 0) {
          found.push({ crossing, extra: sum });
          break;
        }
        const cost = steps[first + n * step] ?? closed;
        if (cost === closed) break;
        sum += cost;
      }
      return found;
    },
    isOpen: (isLevel, line, from, to) => {
      const { first, step, places, steps } = of(isLevel, line);
      for (let n = Math.max(0, Math.min(from, to)); n <= Math.max(from, to) && n + 1 < places; n += 1)
        if (steps[first + n * step] === closed) return false;
      return true;
    },
  };
}

/** Calls `visit` for each step of the grid that comes closer than `by` to the rectangle, with the length of the part that does. */
function eachStep(
  xs: readonly number[],
  ys: readonly number[],
  r: Rect,
  by: number,
  visit: (isLevel: boolean, at: number, length: number) => void,
): void {
  const [x1, x2, y1, y2] = [r.x - by, right(r) + by, r.y - by, bottom(r) + by];
  const w = xs.length;
  const x = (i: number) => xs[i] ?? 0;
  const y = (j: number) => ys[j] ?? 0;
  for (let j = after(ys, y1); j < ys.length && y(j) < y2; j += 1) {
    for (let i = Math.max(0, after(xs, x1) - 1); i + 1 < w && x(i) < x2; i += 1)
      visit(true, j * w + i, Math.min(x2, x(i + 1)) - Math.max(x1, x(i)));
  }
  for (let i = after(xs, x1); i < w && x(i) < x2; i += 1) {
    for (let j = Math.max(0, after(ys, y1) - 1); j + 1 < ys.length && y(j) < y2; j += 1)
      visit(false, j * w + i, Math.min(y2, y(j + 1)) - Math.max(y1, y(j)));
  }
}

/** Beyond the room that a card keeps around itself. */
const leaving = 5;

/** How far a line goes from the edge of a card before it comes to another, at most `most`. */
export function freeFrom(around: Obstacles, side: Side, from: Point, most: number): number {
  const isUpright = side === 'top' || side === 'bottom';
  const sign = side === 'bottom' || side === 'right' ? 1 : -1;
  const step = (by: number): Point =>
    isUpright ? { x: from.x, y: from.y + sign * by } : { x: from.x + sign * by, y: from.y };
  let least = most;
  for (const r of around.along(step(leaving), step(most))) {
    const edge = isUpright ? (sign > 0 ? r.y : bottom(r)) : sign > 0 ? r.x : right(r);
    least = Math.min(least, (edge - (isUpright ? from.y : from.x)) * sign - 1);
  }
  return Math.max(0, least);
}

function sorted(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** The index of the first number that is larger than `value`. */
export function after(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
