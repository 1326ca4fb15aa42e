/**
 * Which flows keep their way when the picture changes: those with the same ends near which nothing came, went or moved. Who
 * reads a picture knows its lines by where they run.
 */
import { bottom, inflate, overlaps, type Point, type Rect, right, union } from './geometry.ts';
import { onBorder } from './lanes.ts';
import { obstacles } from './obstacles.ts';
import type { Led, Link, Routing, Surroundings } from './route-types.ts';

/** As far from a way and its cards does a change count: ways around something run closer to it. */
const near = 40;

/** Answers how a link was led where it may stay so. */
export function keptOf(before: Routing, now: Surroundings): (link: Link) => Led | undefined {
  const changed = obstacles([
    ...differing(before.around.rects, now.around.rects),
    ...differing(before.words?.rects ?? [], now.words?.rects ?? []),
  ]);
  const had = new Set(before.frames.map(keyOf));
  const borders = now.frames.filter((frame) => !had.has(keyOf(frame))).flatMap(bordersOf);
  return (link) => {
    const led = before.led.get(link.id);
    if (led === undefined || !hasSameEnds(led.link, link)) return undefined;
    if (changed.rects.length > 0 && changed.touches(reachOf(led))) return undefined;
    return runsAlong(led.points, borders) ? undefined : led;
  };
}

/** What is in one list and not in the other. */
function differing(before: readonly Rect[], now: readonly Rect[]): Rect[] {
  if (before === now) return [];
  const [had, has] = [new Set(before.map(keyOf)), new Set(now.map(keyOf))];
  return [...before.filter((r) => !has.has(keyOf(r))), ...now.filter((r) => !had.has(keyOf(r)))];
}

function keyOf({ x, y, w, h }: Rect): string {
  return `${x} ${y} ${w} ${h}`;
}

function hasSameEnds(a: Link, b: Link): boolean {
  return (
    a.fromNode === b.fromNode && a.toNode === b.toNode && keyOf(a.from) === keyOf(b.from) && keyOf(a.to) === keyOf(b.to)
  );
}

function reachOf({ link, points }: Led): Rect {
  const all = union([link.from, link.to, ...points.map(({ x, y }) => ({ x, y, w: 0, h: 0 }))]) ?? link.from;
  return inflate(all, near);
}

function bordersOf(frame: Rect): Rect[] {
  const { x, y, w, h } = frame;
  return [
    { x, y, w, h: 0 },
    { x, y: bottom(frame), w, h: 0 },
    { x, y, w: 0, h },
    { x: right(frame), y, w: 0, h },
  ];
}

/** Whether a step lies beside a border in its length; one that only crosses it does not. */
function runsAlong(points: readonly Point[], borders: readonly Rect[]): boolean {
  if (borders.length === 0) return false;
  return points.slice(1).some((b, i) => {
    const a = points[i] ?? b;
    const isLevel = a.y === b.y;
    const step = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
    return borders.some((border) => (border.h === 0) === isLevel && overlaps(step, border, onBorder));
  });
}
