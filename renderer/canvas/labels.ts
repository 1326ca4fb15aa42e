/** Where labels of flows stand: on their own line, off cards and off each other. */
import { unique } from '../../shared/lib/sort.ts';
import { overlaps, type Point, type Rect, sharedArea, toward } from './geometry.ts';
import type { Obstacles, Route } from './route.ts';

export interface LabelWish {
  readonly id: string;
  readonly w: number;
  readonly h: number;
  /** True where it must be shown even if there is no good place for it. */
  readonly must: boolean;
}

/**
 * Centres of the labels that have a place. Wishes that must be granted choose first. `written`: what else is written on the
 * picture, and no label covers for as long as it finds another place.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  routes: ReadonlyMap<string, Route>,
  around: Obstacles,
  written: readonly Rect[] = [],
): Map<string, Point> {
  const placed = new Map<string, Point>();
  const taken = new Map<string, Rect[]>();
  const bucket = 160;
  const keys = (r: Rect): string[] => {
    const found: string[] = [];
    for (let x = Math.floor(r.x / bucket); x <= Math.floor((r.x + r.w) / bucket); x += 1) {
      for (let y = Math.floor(r.y / bucket); y <= Math.floor((r.y + r.h) / bucket); y += 1) found.push(`${x} ${y}`);
    }
    return found;
  };
  const isFree = (r: Rect): boolean => keys(r).every((k) => (taken.get(k) ?? []).every((t) => !overlaps(t, r)));
  const covered = (r: Rect): number =>
    unique(keys(r).flatMap((k) => taken.get(k) ?? [])).reduce((sum, t) => sum + sharedArea(t, r), 0);
  const take = (r: Rect) => {
    for (const k of keys(r)) {
      const list = taken.get(k);
      if (list === undefined) taken.set(k, [r]);
      else list.push(r);
    }
  };
  for (const r of written) take(r);
  // Who cannot see an arrowhead cannot tell who calls whom.
  for (const { points, joints } of routes.values()) if (joints === undefined) take(headOf(points));
  const sorted = [...wishes].sort((a, b) => Number(b.must) - Number(a.must));
  for (const wish of sorted) {
    const route = routes.get(wish.id);
    if (route === undefined) continue;
    const spots = candidates(route.points, wish);
    const box = (p: Point): Rect => ({
      x: p.x - wish.w / 2 - 1,
      y: p.y - wish.h / 2 - 1,
      w: wish.w + 2,
      h: wish.h + 2,
    });
    const good =
      spots.find((p) => isFree(box(p)) && !around.touches(box(p))) ??
      (wish.must ? leastBy(spots, (p) => covered(box(p))) : undefined);
    if (good === undefined) continue;
    placed.set(wish.id, good);
    take(box(good));
  }
  return placed;
}

/** The first of those for which `cost` is least. */
function leastBy<T>(items: readonly T[], cost: (item: T) => number): T | undefined {
  let least = Number.POSITIVE_INFINITY;
  let found: T | undefined;
  for (const item of items) {
    const own = cost(item);
    if (own < least) [least, found] = [own, item];
    if (least === 0) break;
  }
  return found;
}

/** So long and wide is an arrowhead. */
const head = 10;

function headOf(points: readonly Point[]): Rect {
  const tip = points.at(-1) ?? { x: 0, y: 0 };
  const back = toward(tip, points.at(-2) ?? tip, head);
  const [x, y] = [Math.min(tip.x, back.x), Math.min(tip.y, back.y)];
  const isLevel = tip.y === back.y;
  return isLevel ? { x, y: y - head / 2, w: head, h: head } : { x: x - head / 2, y, w: head, h: head };
}

/** Points on the line from best to worst: the middle of long steps first, then further along. */
function candidates(all: readonly Point[], { w, h }: LabelWish): Point[] {
  const tip = all.at(-1);
  const before = all.at(-2);
  // The arrowhead is left free, unless nothing else would be left.
  const points =
    tip === undefined || before === undefined || Math.abs(tip.x - before.x) + Math.abs(tip.y - before.y) <= 2 * head
      ? all
      : [...all.slice(0, -1), toward(tip, before, head)];
  const steps = points
    .slice(1)
    .flatMap((b, i) => {
      const a = points[i];
      return a === undefined
        ? []
        : [{ a, b, length: Math.abs(a.x - b.x) + Math.abs(a.y - b.y), horizontal: a.y === b.y }];
    })
    .filter((s) => s.length >= (s.horizontal ? w + 2 : h + 2))
    .sort((s, t) => t.length - s.length);
  const at = (s: { a: Point; b: Point }, share: number): Point => ({
    x: Math.round(s.a.x + (s.b.x - s.a.x) * share),
    y: Math.round(s.a.y + (s.b.y - s.a.y) * share),
  });
  const shares = [0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9, 0.42, 0.58, 0.28, 0.72, 0.15, 0.85, 0.05, 0.95];
  const found = shares.flatMap((share) => steps.map((s) => at(s, share)));
  const middle = points[Math.floor(points.length / 2)];
  const first = points[Math.floor(points.length / 2) - 1];
  if (found.length === 0 && middle !== undefined && first !== undefined) found.push(at({ a: first, b: middle }, 0.5));
  return found;
}
