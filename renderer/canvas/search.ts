/**
 * Finds a way for a flow wherever there is one: the cheapest on a grid of lines between cards, by A*. A way costs its
 * length, its corners and the words that it would run through; through cards nothing leads. Pure and deterministic.
 */

import { bottom, type Point, type Rect, right } from './geometry.ts';
import type { Obstacles, Side } from './route-types.ts';
import { acrossWords, after, alongWords, freeFrom, type Grid, gridOf } from './search-grid.ts';

/** A place to leave or reach a card by. */
export interface Gate {
  readonly side: Side;
  /** On the card's edge. */
  readonly at: Point;
  /** What taking this side costs, in units of length. */
  readonly extra: number;
}

export interface FoundWay {
  readonly leave: Side;
  readonly enter: Side;
  /** From gate to gate; each step is horizontal or vertical. Points may repeat. */
  readonly points: readonly Point[];
}

/** What a corner costs, in units of length. */
const corner = 60;
/** So far does a way go straight out of a card at most. */
const farOut = 640;
/** Less than this is no room to leave a card. */
const leastRoom = 3.5;
/** How much the distance that is left counts: a way may be so much longer than the best one, and is found far sooner. */
const haste = 1.15;
/** After so many steps a search gives up, so that no picture stands still. */
const mostSteps = 300_000;

/** What is known of each crossing, reached level (even) and upright (odd), in the search that `search` counts. */
interface Work {
  readonly grid: Grid;
  readonly cost: Float64Array;
  readonly before: Int32Array;
  readonly seen: Uint32Array;
  readonly done: Uint32Array;
  search: number;
}

/** A gate with the lines that a way straight out of it meets: `first` to `last`, between the lines `gap` and the next. */
interface Ray extends Gate {
  readonly isUpright: boolean;
  readonly first: number;
  readonly last: number;
  readonly gap: number;
  /** Words in its way. */
  readonly words: readonly Rect[];
}

const grids = new WeakMap<Obstacles, { wide?: Work; tight?: Work }>();

/**
 * The cheapest way from one of `starts` to one of `goals` on the card `to`; undefined where there is none. Tries lines with
 * room on both sides first, then those that run as close to cards as a line may.
 */
export function findWay(
  starts: readonly Gate[],
  goals: readonly Gate[],
  to: Rect,
  around: Obstacles,
  words: Obstacles | undefined,
): FoundWay | undefined {
  const known = grids.get(around) ?? {};
  grids.set(around, known);
  const on = (work: Work) => {
    const rays = (gates: readonly Gate[]) => gates.flatMap((gate) => rayOf(work.grid, gate, around, words));
    return search(work, rays(starts), rays(goals), to);
  };
  known.wide ??= workOn(gridOf(around, words, false));
  const found = on(known.wide);
  if (found !== undefined) return found;
  // Nothing leads to what another card covers, as while one is dragged over others.
  const isCovered = (gates: readonly Gate[]) =>
    gates.every(({ side, at }) => freeFrom(around, side, at, farOut) < leastRoom);
  if (isCovered(starts) || isCovered(goals)) return undefined;
  known.tight ??= workOn(gridOf(around, words, true));
  return on(known.tight);
}

function workOn(grid: Grid): Work {
  const states = 2 * grid.count;
  return {
    grid,
    cost: new Float64Array(states),
    before: new Int32Array(states),
    seen: new Uint32Array(states),
    done: new Uint32Array(states),
    search: 0,
  };
}

interface End {
  readonly ray: Ray;
  /** Where the way turns towards the gate, and the state or start it comes from. */
  readonly turn: Point;
  readonly from: number;
}

function search(work: Work, starts: readonly Ray[], goals: readonly Ray[], to: Rect): FoundWay | undefined {
  if (starts.length === 0 || goals.length === 0) return undefined;
  const { grid, cost, before, seen, done } = work;
  work.search += 1;
  const heap = new Heap();
  const reach = (state: number, total: number, from: number) => {
    if (seen[state] === work.search && (cost[state] ?? 0) <= total) return;
    seen[state] = work.search;
    cost[state] = total;
    before[state] = from;
    const [x, y] = [grid.x[state >> 1] ?? 0, grid.y[state >> 1] ?? 0];
    const dx = Math.max(to.x - x, x - right(to), 0);
    const dy = Math.max(to.y - y, y - bottom(to), 0);
    heap.push(total + haste * (dx + dy) + ((isOdd(state) ? dx : dy) > 0 ? corner : 0), state);
  };
  let best = Number.POSITIVE_INFINITY;
  let end: End | undefined;
  const finish = (total: number, found: End) => {
    if (total >= best) return;
    best = total;
    end = found;
  };

  // Crossings beside the straight ways into the goals.
  const nearGoals = new Map<number, Array<{ readonly ray: Ray; readonly extra: number }>>();
  for (const ray of goals) {
    for (let line = ray.first; line <= ray.last; line += 1) {
      for (const { crossing, extra } of grid.beside(ray.isUpright, line, ray.gap)) {
        const list = nearGoals.get(crossing);
        if (list === undefined) nearGoals.set(crossing, [{ ray, extra }]);
        else list.push({ ray, extra });
      }
    }
  }
  for (const [n, ray] of starts.entries()) {
    for (let line = ray.first; line <= ray.last; line += 1) {
      const place = (ray.isUpright ? grid.ys[line] : grid.xs[line]) ?? 0;
      const out = ray.extra + straightCost(ray, place);
      for (const { crossing, extra } of grid.beside(ray.isUpright, line, ray.gap)) {
        const apart = across(ray, { x: grid.x[crossing] ?? 0, y: grid.y[crossing] ?? 0 });
        // On a level line after an upright start, and the other way round, unless the line across is the start's own.
        const isUprightThere = apart === 0 ? ray.isUpright : !ray.isUpright;
        reach(2 * crossing + Number(isUprightThere), out + extra + apart + (apart === 0 ? 0 : corner), -1 - n);
      }
      for (const goal of goals) {
        if (goal.isUpright !== ray.isUpright || line < goal.first || line > goal.last) continue;
        if (!grid.isOpen(ray.isUpright, line, ray.gap, goal.gap)) continue;
        const turn = ray.isUpright ? { x: ray.at.x, y: place } : { x: place, y: ray.at.y };
        const apart = across(goal, turn);
        const total = out + apart + (apart === 0 ? 0 : 2 * corner) + straightCost(goal, place) + goal.extra;
        finish(total, { ray: goal, turn, from: -1 - n });
      }
    }
  }

  for (let steps = 0; steps < mostSteps; steps += 1) {
    const state = heap.pop();
    if (state < 0 || heap.least >= best) break;
    if (done[state] === work.search) continue;
    done[state] = work.search;
    const total = cost[state] ?? 0;
    const crossing = state >> 1;
    const here = { x: grid.x[crossing] ?? 0, y: grid.y[crossing] ?? 0 };
    for (const { ray, extra } of nearGoals.get(crossing) ?? []) {
      const apart = across(ray, here);
      const turns = isOdd(state) === ray.isUpright ? (apart > 0 ? 2 : 0) : 1;
      const rest = straightCost(ray, ray.isUpright ? here.y : here.x) + ray.extra;
      finish(total + extra + apart + turns * corner + rest, { ray, turn: here, from: state });
    }
    for (let direction = 0; direction < 4; direction += 1) {
      const next = grid.next[4 * crossing + direction] ?? -1;
      if (next < 0) continue;
      const turned = isOdd(state) === direction >= 2 ? 0 : corner;
      const length = Math.abs((grid.x[next] ?? 0) - here.x) + Math.abs((grid.y[next] ?? 0) - here.y);
      reach(2 * next + (direction >> 1), total + turned + length + (grid.extra[4 * crossing + direction] ?? 0), state);
    }
  }
  return end === undefined ? undefined : trace(work, starts, end);
}

/** Back from the goal to the start, with the corners between the straight ways at both ends and the grid. */
function trace({ grid, before }: Work, starts: readonly Ray[], { ray, turn, from }: End): FoundWay | undefined {
  const points: Point[] = [ray.at, onRay(ray, turn), turn];
  let state = from;
  for (; state >= 0; state = before[state] ?? -1)
    points.push({ x: grid.x[state >> 1] ?? 0, y: grid.y[state >> 1] ?? 0 });
  const start = starts[-1 - state];
  const first = points.at(-1);
  if (start === undefined || first === undefined) return undefined;
  points.push(onRay(start, first), start.at);
  return { leave: start.side, enter: ray.side, points: points.reverse() };
}

/** None where there is no room to turn. */
function rayOf({ xs, ys, stub }: Grid, gate: Gate, around: Obstacles, words: Obstacles | undefined): Ray[] {
  const { side, at } = gate;
  const isUpright = side === 'top' || side === 'bottom';
  const [lines, others] = isUpright ? [ys, xs] : [xs, ys];
  const [along, beside] = isUpright ? [at.y, at.x] : [at.x, at.y];
  const isForward = side === 'bottom' || side === 'right';
  const room = freeFrom(around, side, at, farOut);
  const [low, high] = isForward ? [along + stub, along + room] : [along - room, along - stub];
  const first = after(lines, low - 0.5);
  const last = after(lines, high) - 1;
  if (last < first) return [];
  const far = isForward ? high : low;
  const inWay = words?.along(at, isUpright ? { x: beside, y: far } : { x: far, y: beside }) ?? [];
  return [{ ...gate, isUpright, first, last, gap: after(others, beside) - 1, words: inWay }];
}

/** What it costs to go straight between the gate and this line. */
function straightCost({ isUpright, at, words }: Ray, line: number): number {
  const gate = isUpright ? at.y : at.x;
  const [low, high] = [Math.min(gate, line), Math.max(gate, line)];
  let cost = high - low;
  for (const r of words) {
    const [start, length] = isUpright ? [r.y, r.h] : [r.x, r.w];
    const covered = Math.min(high, start + length) - Math.max(low, start);
    if (covered > 0) cost += covered * (isUpright ? acrossWords : alongWords);
  }
  return cost;
}

function across({ isUpright, at }: Ray, p: Point): number {
  return isUpright ? Math.abs(at.x - p.x) : Math.abs(at.y - p.y);
}

function onRay({ isUpright, at }: Ray, p: Point): Point {
  return isUpright ? { x: at.x, y: p.y } : { x: p.x, y: at.y };
}

function isOdd(state: number): boolean {
  return (state & 1) === 1;
}

/** A binary heap of states by cost. */
class Heap {
  readonly #costs: number[] = [];
  readonly #states: number[] = [];
  /** The cost of what was popped last. */
  least = 0;

  push(cost: number, state: number): void {
    const [costs, states] = [this.#costs, this.#states];
    let i = costs.length;
    costs.push(cost);
    states.push(state);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((costs[parent] ?? 0) <= cost) break;
      costs[i] = costs[parent] ?? 0;
      states[i] = states[parent] ?? 0;
      i = parent;
    }
    costs[i] = cost;
    states[i] = state;
  }

  /** -1 where nothing is left. */
  pop(): number {
    const [costs, states] = [this.#costs, this.#states];
    const top = states[0];
    this.least = costs[0] ?? 0;
    const cost = costs.pop();
    const state = states.pop();
    if (top === undefined || cost === undefined || state === undefined) return -1;
    if (costs.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= costs.length) break;
      if (child + 1 < costs.length && (costs[child + 1] ?? 0) < (costs[child] ?? 0)) child += 1;
      if ((costs[child] ?? 0) >= cost) break;
      costs[i] = costs[child] ?? 0;
      states[i] = states[child] ?? 0;
      i = child;
    }
    costs[i] = cost;
    states[i] = state;
    return top;
  }
}
