/**
 * Ways of flows: orthogonal, from side to side, around cards where that is cheap. For each flow a handful of shapes is
 * tried and the cheapest wins (short, few bends, no card crossed); then flows that leave one side of a card are spread
 * along it, and flows that would run on top of each other are moved apart. Pure and deterministic.
 */

import { bottom, centre, type Point, type Rect, toward } from './geometry.ts';
import { keptOf } from './kept-ways.ts';
import { separate } from './lanes.ts';
import type { Led, Link, Obstacles, Routing, Shape, Side } from './route-types.ts';
import { findWay, type Gate } from './search.ts';
import { besides, hvh, nested, shapes, vhv } from './shapes.ts';
import { attach, simplify, spread } from './spread.ts';

export { obstacles } from './obstacles.ts';
export type { Link, Obstacles, Route, Routing } from './route-types.ts';

/** So far off cards do flows run that pass them by. */
export const offCard = 4;

/**
 * `words`: what can be crossed, but should rather be read. `frames`: along whose borders no flow should run. `before`: how
 * flows were led until now: one keeps its way unless something changes near it or touches its cards on the same side, so
 * that an edit moves only what it is about.
 */
export function routeAll(
  links: readonly Link[],
  around: Obstacles,
  words?: Obstacles,
  frames: readonly Rect[] = [],
  before?: Routing,
): Routing {
  const kept = before === undefined ? () => undefined : keptOf(before, { around, words, frames });
  const chosen = links.map((link) => kept(link) ?? { link, shape: choose(link, around, words) });
  const ports = spread(chosen);
  const [still, anew]: [Led[], Led[]] = [[], []];
  const all = chosen.map((choice) => {
    const { link, shape } = choice;
    const ends = [
      attach(link.from, shape.leave, centre(link.to)),
      attach(link.to, shape.enter, centre(link.from)),
    ] as const;
    const a = ports.get(`${link.id} from`) ?? ends[0];
    const b = ports.get(`${link.id} to`) ?? ends[1];
    if ('points' in choice && isSame(choice.a, a) && isSame(choice.b, b)) {
      still.push(choice);
      return choice;
    }
    const spreadOut = simplify(shape.draw(a, b));
    // Beside the middle of its card there may be another in the way.
    const crossed = crossedOn(spreadOut, around);
    const middle = crossed === 0 ? spreadOut : simplify(shape.draw(...ends));
    const points = crossed > 0 && crossedOn(middle, around) < crossed ? middle : spreadOut;
    const led = { link, shape, a, b, points };
    anew.push(led);
    return led;
  });
  separate(anew, around, { words, frames, still });
  const stays = new Set(still);
  const ways = all.map((led) => {
    const known = stays.has(led) ? before?.ways.get(led.link.id) : undefined;
    return [led.link.id, known ?? { points: led.points, behind: behind(led.points, words) }] as const;
  });
  return { ways: new Map(ways), led: new Map(all.map((led) => [led.link.id, led])), around, words, frames };
}

function isSame(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}

function behind(points: readonly Point[], words: Obstacles | undefined): readonly Rect[] {
  const crossed = words === undefined ? [] : points.slice(1).flatMap((b, i) => words.along(points[i] ?? b, b));
  return crossed.length === 0 ? nothing : [...new Set(crossed)];
}

const nothing: readonly Rect[] = [];

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
