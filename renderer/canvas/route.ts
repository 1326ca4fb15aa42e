/**
 * Ways of flows: orthogonal, from side to side, around cards where that is cheap. For each flow a handful of shapes is
 * tried and the cheapest wins (short, few bends, no card crossed); then flows that leave one side of a card are spread
 * along it, and flows that would run on top of each other are moved apart. Pure and deterministic.
 */

import { bottom, centre, contains, type Point, type Rect, right, toward } from './geometry.ts';
import { separate } from './lanes.ts';
import type { Link, Obstacles, Route, Side } from './route-types.ts';
import { findWay, type Gate } from './search.ts';

export type { Link, Obstacles, Route } from './route-types.ts';

const stub = 16;
/** So far off cards do flows run that pass them by. */
export const offCard = 4;
/** As far above a card as the frame around it begins, name and all. */
const overName = 36;
/** What leaving by the side costs where the other end lies below: flows that go inward should be seen to go down. */
const besides = 150;

export function obstacles(all: Iterable<Rect>): Obstacles {
  const size = 240;
  const rects = [...all];
  const cells = new Map<number, number[]>();
  const seen = new Uint32Array(rects.length);
  let asked = 0;
  const cellsOf = (x1: number, y1: number, x2: number, y2: number, visit: (cell: number) => void) => {
    for (let cx = Math.floor(x1 / size); cx <= Math.floor(x2 / size); cx += 1) {
      for (let cy = Math.floor(y1 / size); cy <= Math.floor(y2 / size); cy += 1) visit(cx * 65_536 + cy);
    }
  };
  for (const [n, r] of rects.entries()) {
    cellsOf(r.x, r.y, right(r), bottom(r), (cell) => {
      const list = cells.get(cell);
      if (list === undefined) cells.set(cell, [n]);
      else list.push(n);
    });
  }
  const hit = (x1: number, y1: number, x2: number, y2: number, found: (r: Rect) => void) => {
    asked += 1;
    cellsOf(x1, y1, x2, y2, (cell) => {
      for (const n of cells.get(cell) ?? []) {
        const r = rects[n];
        if (r === undefined || seen[n] === asked || r.x >= x2 || x1 >= right(r) || r.y >= y2 || y1 >= bottom(r))
          continue;
        seen[n] = asked;
        found(r);
      }
    });
  };
  // A step counts as a strip two units wide, so that it keeps off edges it would run along.
  const strip = (a: Point, b: Point, found: (r: Rect) => void) =>
    hit(Math.min(a.x, b.x) - 1, Math.min(a.y, b.y) - 1, Math.max(a.x, b.x) + 1, Math.max(a.y, b.y) + 1, found);
  return {
    rects,
    crossed: (a, b) => {
      let count = 0;
      strip(a, b, () => {
        count += 1;
      });
      return count;
    },
    along: (a, b) => {
      const found: Rect[] = [];
      strip(a, b, (r) => found.push(r));
      return found;
    },
    touches: (r) => {
      let isHit = false;
      hit(r.x, r.y, right(r), bottom(r), () => {
        isHit = true;
      });
      return isHit;
    },
  };
}

/** `words`: what can be crossed, but should rather be read. `frames`: along whose borders no flow should run. */
export function routeAll(
  links: readonly Link[],
  around: Obstacles,
  words?: Obstacles,
  frames?: readonly Rect[],
): Map<string, Route> {
  const chosen = links.map((link) => ({ link, shape: choose(link, around, words) }));
  const ports = spread(chosen);
  const ways = chosen.map(({ link, shape }) => {
    const ends = [
      attach(link.from, shape.leave, centre(link.to)),
      attach(link.to, shape.enter, centre(link.from)),
    ] as const;
    const a = ports.get(`${link.id} from`) ?? ends[0];
    const b = ports.get(`${link.id} to`) ?? ends[1];
    const spreadOut = simplify(shape.draw(a, b));
    // Beside the middle of its card there may be another in the way.
    const crossed = crossedOn(spreadOut, around);
    const middle = crossed === 0 ? spreadOut : simplify(shape.draw(...ends));
    return { link, points: crossed > 0 && crossedOn(middle, around) < crossed ? middle : spreadOut };
  });
  separate(ways, around, words, frames);
  return new Map(ways.map(({ link, points }) => [link.id, { points, behind: behind(points, words) }]));
}

function behind(points: readonly Point[], words: Obstacles | undefined): readonly Rect[] {
  const crossed = words === undefined ? [] : points.slice(1).flatMap((b, i) => words.along(points[i] ?? b, b));
  return crossed.length === 0 ? nothing : [...new Set(crossed)];
}

const nothing: readonly Rect[] = [];

interface Shape {
  readonly leave: Side;
  readonly enter: Side;
  readonly extra: number;
  draw(a: Point, b: Point): Point[];
}

function choose(link: Link, around: Obstacles, words: Obstacles | undefined): Shape {
  const { from, to } = link;
  const inner = nested(from, to);
  if (inner !== undefined) return inner;
  const usual = cheapest(link, shapes(from, to), around, words);
  if (usual?.isClear === true) return usual.shape;
  const found = searched(from, to, around, words);
  const best = cheapest(link, [...(usual === undefined ? [] : [usual.shape]), ...found], around, words);
  return best?.shape ?? vhv('bottom', 'top', (a, b) => (a.y + b.y) / 2);
}

/** The best way of any shape. What goes inward should be seen to go down, what goes outward to go around a side. */
function searched(from: Rect, to: Rect, around: Obstacles, words: Obstacles | undefined): Shape[] {
  const isBelow = to.y >= bottom(from);
  const isAbove = bottom(to) <= from.y;
  const side = isBelow ? besides / 2 : isAbove ? 0 : 10;
  const leaving = { top: isAbove ? 80 : 200, right: side, bottom: isBelow ? 0 : isAbove ? 200 : 30, left: side + 20 };
  const entering = { top: isBelow ? 0 : 120, right: side, bottom: isBelow ? 200 : 60, left: side + 20 };
  const gates = (of: Rect, other: Point, extra: Readonly<Record<Side, number>>): Gate[] =>
    sides.map((side) => ({ side, at: attach(of, side, other), extra: extra[side] }));
  const way = findWay(gates(from, centre(to), leaving), gates(to, centre(from), entering), to, around, words);
  if (way === undefined) return [];
  const points = simplify(way.points);
  const { leave, enter } = way;
  return [{ leave, enter, extra: 0, draw: (a, b) => between(a, b, points, leave, enter) }];
}

const sides: readonly Side[] = ['top', 'right', 'bottom', 'left'];

/** The way between other points of the same sides. */
function between(a: Point, b: Point, points: readonly Point[], leave: Side, enter: Side): Point[] {
  const inner = points.slice(1, -1);
  const [first, last] = [inner[0], inner.at(-1)];
  const isUpright = leave === 'top' || leave === 'bottom';
  if (first === undefined || last === undefined)
    return isUpright ? vhv(leave, enter, half('y')).draw(a, b) : hvh(leave, enter, half('x')).draw(a, b);
  inner[0] = isUpright ? { x: a.x, y: first.y } : { x: first.x, y: a.y };
  const end = inner.at(-1) ?? last;
  inner[inner.length - 1] = enter === 'top' || enter === 'bottom' ? { x: b.x, y: end.y } : { x: end.x, y: b.y };
  return [a, ...inner, b];
}

function half(axis: 'x' | 'y'): (a: Point, b: Point) => number {
  return (a, b) => Math.round((a[axis] + b[axis]) / 2);
}

function cheapest(
  { from, to }: Link,
  tried: Iterable<Shape>,
  around: Obstacles,
  words: Obstacles | undefined,
): { readonly shape: Shape; readonly isClear: boolean } | undefined {
  let best: { readonly shape: Shape; readonly isClear: boolean } | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const shape of tried) {
    const points = simplify(shape.draw(attach(from, shape.leave, centre(to)), attach(to, shape.enter, centre(from))));
    let cost = shape.extra + (points.length - 2) * 24 + (isProper(points, shape) ? 0 : 600);
    let isClear = true;
    for (let i = 1; i < points.length && cost < bestCost; i += 1) {
      const a = points[i - 1];
      const b = points[i];
      if (a === undefined || b === undefined) continue;
      const crossed = crossedBetween(a, b, i === 1, i === points.length - 1, around);
      const hidden = words === undefined ? 0 : words.crossed(a, b);
      if (crossed + hidden > 0) isClear = false;
      cost +=
        Math.abs(a.x - b.x) +
        Math.abs(a.y - b.y) +
        perCard * crossed +
        (a.y === b.y ? alongWords : acrossWords) * hidden;
    }
    if (cost < bestCost) {
      best = { shape, isClear };
      bestCost = cost;
    }
  }
  return best;
}

/** So much longer may a way be that leaves a card free. */
const perCard = 20_000;

/** So much longer may a way be that leaves a name readable. */
const acrossWords = 48;
/** Words are wide and low, so a level step hides more of them. */
const alongWords = 160;

const outward: Readonly<Record<Side, Point>> = {
  top: { x: 0, y: -1 },
  right: { x: 1, y: 0 },
  bottom: { x: 0, y: 1 },
  left: { x: -1, y: 0 },
};

/** A way leaves its card at a right angle and comes in at one, with room for the arrowhead. */
function isProper(points: readonly Point[], { leave, enter }: Shape): boolean {
  const [a, b] = points;
  const y = points.at(-2);
  const z = points.at(-1);
  if (a === undefined || b === undefined || y === undefined || z === undefined) return false;
  const out = outward[leave];
  const back = outward[enter];
  return (b.x - a.x) * out.x + (b.y - a.y) * out.y >= 8 && (y.x - z.x) * back.x + (y.y - z.y) * back.y >= 10;
}

function crossedOn(points: readonly Point[], around: Obstacles): number {
  const last = points.length - 1;
  return points.reduce((sum, b, i) => {
    const a = points[i - 1];
    return a === undefined ? sum : sum + crossedBetween(a, b, i === 1, i === last, around);
  }, 0);
}

/** The ends touch their own cards; a step that begins or ends there starts a little off. */
function crossedBetween(a: Point, b: Point, first: boolean, last: boolean, around: Obstacles): number {
  const length = Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  if (length <= 3 * offCard) return 0;
  return around.crossed(first ? toward(a, b, offCard) : a, last ? toward(b, a, offCard) : b);
}

/** One end frames the other: a short way from the card to the frame's edge. */
function nested(from: Rect, to: Rect): Shape | undefined {
  const outward = contains(to, from);
  if (!outward && !contains(from, to)) return undefined;
  return {
    leave: 'right',
    enter: 'right',
    extra: 0,
    draw: (a, b) => (outward ? [a, { x: b.x, y: a.y }] : [{ x: a.x, y: b.y }, b]),
  };
}

function shapes(from: Rect, to: Rect): Shape[] {
  const found: Shape[] = [];
  const isBelow = to.y >= bottom(from);
  const isAbove = bottom(to) <= from.y;
  const isRight = to.x >= right(from);
  const isLeft = right(to) <= from.x;
  const gapY = to.y - bottom(from);
  if (isBelow) {
    found.push(vhv('bottom', 'top', (a) => a.y + Math.min(stub, gapY / 2), gapY > 2 * stub ? 2 : 0));
    if (gapY > 2 * stub) {
      found.push(vhv('bottom', 'top', (_, b) => b.y - stub));
      found.push(vhv('bottom', 'top', (_, b) => b.y - overName, 2));
      found.push(vhv('bottom', 'top', (a, b) => Math.round((a.y + b.y) / 2), 4));
    }
    for (const x of [right(from) + 24, from.x - 24, right(to) + 24, to.x - 24]) {
      found.push(
        detour(
          'bottom',
          'top',
          (a) => a.y + stub,
          () => x,
          (b) => b.y - stub,
          8,
        ),
        detour(
          'bottom',
          'top',
          (a) => a.y + stub,
          () => x,
          (b) => b.y - overName,
          12,
        ),
      );
    }
    if (isRight) found.push(hv('right', 'top', besides - 40));
    if (isLeft) found.push(hv('left', 'top', besides - 40));
    found.push(hvh('right', 'right', () => Math.max(right(from), right(to)) + 24, besides + 20));
    found.push(hvh('left', 'left', () => Math.min(from.x, to.x) - 24, besides + 30));
    if (isRight)
      found.push(
        hvh('right', 'left', (a, b) => Math.round((a.x + b.x) / 2), besides),
        hvh('right', 'left', (_, b) => b.x - 24, besides),
        hvh('right', 'left', (a) => a.x + 24, besides),
      );
    if (isLeft)
      found.push(
        hvh('left', 'right', (a, b) => Math.round((a.x + b.x) / 2), besides),
        hvh('left', 'right', (_, b) => b.x + 24, besides),
        hvh('left', 'right', (a) => a.x - 24, besides),
      );
  } else if (isAbove) {
    // What goes outward goes around the right side, so that it reads differently at once.
    const far = Math.max(right(from), right(to)) + 24;
    found.push(hvh('right', 'right', () => far));
    found.push(hvh('left', 'left', () => Math.min(from.x, to.x) - 24, 80));
    if (isRight)
      found.push(
        hvh('right', 'left', (_, b) => b.x - 24, 20),
        hvh('right', 'left', (a) => a.x + 24, 20),
      );
    if (isLeft)
      found.push(
        hvh('left', 'right', (_, b) => b.x + 24, 40),
        hvh('left', 'right', (a) => a.x - 24, 40),
      );
    for (const up of [stub, overName]) {
      found.push(vhv('top', 'bottom', (a) => a.y - up, 160));
      found.push(
        detour(
          'top',
          'bottom',
          (a) => a.y - up,
          () => far,
          (b) => b.y + stub,
          200,
        ),
      );
    }
  } else {
    if (isRight) {
      found.push(hvh('right', 'left', (a, b) => Math.round((a.x + b.x) / 2)));
      found.push(
        hvh('right', 'left', (_, b) => b.x - 24, 2),
        hvh('right', 'left', (a) => a.x + 24, 2),
      );
    }
    if (isLeft) {
      found.push(hvh('left', 'right', (a, b) => Math.round((a.x + b.x) / 2)));
      found.push(
        hvh('left', 'right', (_, b) => b.x + 24, 2),
        hvh('left', 'right', (a) => a.x - 24, 2),
      );
    }
    found.push(vhv('bottom', 'bottom', () => Math.max(bottom(from), bottom(to)) + stub, 40));
    found.push(vhv('top', 'top', () => Math.min(from.y, to.y) - stub, 60));
  }
  return found;
}

function vhv(leave: Side, enter: Side, y: (a: Point, b: Point) => number, extra = 0): Shape {
  return { leave, enter, extra, draw: (a, b) => [a, { x: a.x, y: y(a, b) }, { x: b.x, y: y(a, b) }, b] };
}

function hvh(leave: Side, enter: Side, x: (a: Point, b: Point) => number, extra = 0): Shape {
  return { leave, enter, extra, draw: (a, b) => [a, { x: x(a, b), y: a.y }, { x: x(a, b), y: b.y }, b] };
}

function hv(leave: Side, enter: Side, extra: number): Shape {
  return { leave, enter, extra, draw: (a, b) => [a, { x: b.x, y: a.y }, b] };
}

function detour(
  leave: Side,
  enter: Side,
  y1: (a: Point) => number,
  x: () => number,
  y2: (b: Point) => number,
  extra: number,
): Shape {
  return {
    leave,
    enter,
    extra,
    draw: (a, b) => [a, { x: a.x, y: y1(a) }, { x: x(), y: y1(a) }, { x: x(), y: y2(b) }, { x: b.x, y: y2(b) }, b],
  };
}

/** Where a flow touches a side: its middle, on a long side as near to the other end as it can be. */
function attach(r: Rect, side: Side, other: Point): Point {
  const along = (start: number, length: number, wish: number): number =>
    length <= 260 ? start + length / 2 : Math.min(start + length - 24, Math.max(start + 24, wish));
  switch (side) {
    case 'top':
      return { x: along(r.x, r.w, other.x), y: r.y };
    case 'bottom':
      return { x: along(r.x, r.w, other.x), y: bottom(r) };
    case 'left':
      return { x: r.x, y: along(r.y, r.h, other.y) };
    case 'right':
      return { x: right(r), y: along(r.y, r.h, other.y) };
  }
}

interface Touch {
  readonly key: string;
  readonly rect: Rect;
  readonly side: Side;
  readonly at: Point;
  readonly other: Point;
}

/** Several flows on one side of a node share its length, in the order of where they go, so that they do not cross at once. */
function spread(chosen: ReadonlyArray<{ readonly link: Link; readonly shape: Shape }>): Map<string, Point> {
  const groups = new Map<string, Touch[]>();
  const touch = (group: string, t: Touch) => {
    const list = groups.get(group);
    if (list === undefined) groups.set(group, [t]);
    else list.push(t);
  };
  for (const { link, shape } of chosen) {
    const from = {
      rect: link.from,
      side: shape.leave,
      at: attach(link.from, shape.leave, centre(link.to)),
      other: centre(link.to),
    };
    const to = {
      rect: link.to,
      side: shape.enter,
      at: attach(link.to, shape.enter, centre(link.from)),
      other: centre(link.from),
    };
    touch(`${link.fromNode} ${shape.leave}`, { key: `${link.id} from`, ...from });
    touch(`${link.toNode} ${shape.enter}`, { key: `${link.id} to`, ...to });
  }
  const ports = new Map<string, Point>();
  for (const touches of groups.values()) {
    const horizontal = touches[0]?.side === 'top' || touches[0]?.side === 'bottom';
    const wish = (t: Touch) => (horizontal ? t.other.x : t.other.y);
    const sorted = [...touches].sort((a, b) => wish(a) - wish(b) || (a.key < b.key ? -1 : 1));
    sorted.forEach((t, i) => {
      const length = horizontal ? t.rect.w : t.rect.h;
      const step = sorted.length === 1 ? 0 : Math.min(horizontal ? 20 : 12, (length - 16) / (sorted.length - 1));
      const offset = Math.round((i - (sorted.length - 1) / 2) * step);
      const start = horizontal ? t.rect.x : t.rect.y;
      const at = Math.min(start + length - 6, Math.max(start + 6, (horizontal ? t.at.x : t.at.y) + offset));
      ports.set(t.key, horizontal ? { x: at, y: t.at.y } : { x: t.at.x, y: at });
    });
  }
  // A flow that can run straight should: where both ends leave room, the one with more company keeps its place.
  for (const { link, shape } of chosen) {
    const a = ports.get(`${link.id} from`);
    const b = ports.get(`${link.id} to`);
    if (a === undefined || b === undefined) continue;
    const aCount = groups.get(`${link.fromNode} ${shape.leave}`)?.length ?? 1;
    const bCount = groups.get(`${link.toNode} ${shape.enter}`)?.length ?? 1;
    const vertical = shape.leave === 'bottom' && shape.enter === 'top';
    const level =
      (shape.leave === 'right' && shape.enter === 'left') || (shape.leave === 'left' && shape.enter === 'right');
    if (vertical && Math.abs(a.x - b.x) > 0) {
      const x = aCount >= bCount ? a.x : b.x;
      const free =
        aCount >= bCount
          ? bCount === 1 && fits(x, link.to.x, right(link.to))
          : aCount === 1 && fits(x, link.from.x, right(link.from));
      if (free && isStraight(shape, { x, y: a.y }, { x, y: b.y })) {
        ports.set(`${link.id} from`, { x, y: a.y });
        ports.set(`${link.id} to`, { x, y: b.y });
      }
    } else if (level && Math.abs(a.y - b.y) > 0) {
      const y = aCount >= bCount ? a.y : b.y;
      const free =
        aCount >= bCount
          ? bCount === 1 && fits(y, link.to.y, bottom(link.to))
          : aCount === 1 && fits(y, link.from.y, bottom(link.from));
      if (free && isStraight(shape, { x: a.x, y }, { x: b.x, y })) {
        ports.set(`${link.id} from`, { x: a.x, y });
        ports.set(`${link.id} to`, { x: b.x, y });
      }
    }
  }
  return ports;
}

/** A detour around something gains nothing by ends that face each other. */
function isStraight(shape: Shape, a: Point, b: Point): boolean {
  return simplify(shape.draw(a, b)).length === 2;
}

function fits(value: number, start: number, end: number): boolean {
  return value >= start + 10 && value <= end - 10;
}

/** Drops points that repeat and corners that are none. */
export function simplify(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const p of points) {
    const last = kept.at(-1);
    const before = kept.at(-2);
    if (last !== undefined && last.x === p.x && last.y === p.y) continue;
    if (
      last !== undefined &&
      before !== undefined &&
      ((before.x === last.x && last.x === p.x) || (before.y === last.y && last.y === p.y))
    )
      kept.pop();
    kept.push(p);
  }
  return kept;
}
