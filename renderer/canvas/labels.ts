/** Where labels of flows stand: on their own line, off cards and off each other. */
import type { Point, Rect } from './geometry.ts';
import type { Obstacles, Route } from './route.ts';

export interface LabelWish {
  readonly id: string;
  readonly w: number;
  readonly h: number;
  /** True where it must be shown even if there is no good place for it. */
  readonly must: boolean;
}

/** Centres of the labels that have a place. Wishes that must be granted choose first. */
export function placeLabels(
  wishes: readonly LabelWish[],
  routes: ReadonlyMap<string, Route>,
  around: Obstacles,
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
  const isFree = (r: Rect): boolean =>
    keys(r).every((k) =>
      (taken.get(k) ?? []).every((t) => !(t.x < r.x + r.w && r.x < t.x + t.w && t.y < r.y + r.h && r.y < t.y + t.h)),
    );
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
      (wish.must ? (spots.find((p) => isFree(box(p))) ?? spots[0]) : undefined);
    if (good === undefined) continue;
    placed.set(wish.id, good);
    for (const k of keys(box(good))) {
      const list = taken.get(k);
      if (list === undefined) taken.set(k, [box(good)]);
      else list.push(box(good));
    }
  }
  return placed;
}

/** Points on the line from best to worst: the middle of long steps first, then further along. */
function candidates(points: readonly Point[], { w, h }: LabelWish): Point[] {
  const steps = points
    .slice(1)
    .flatMap((b, i) => {
      const a = points[i];
      return a === undefined
        ? []
        : [{ a, b, length: Math.abs(a.x - b.x) + Math.abs(a.y - b.y), horizontal: a.y === b.y }];
    })
    .filter((s) => s.length >= (s.horizontal ? w + 8 : h + 8))
    .sort((s, t) => t.length - s.length);
  const at = (s: { a: Point; b: Point }, share: number): Point => ({
    x: Math.round(s.a.x + (s.b.x - s.a.x) * share),
    y: Math.round(s.a.y + (s.b.y - s.a.y) * share),
  });
  const shares = [0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9, 0.42, 0.58, 0.28, 0.72, 0.15, 0.85, 0.05, 0.95];
  const found = shares.flatMap((share) => steps.map((s) => at(s, share)));
  const middle = points[Math.floor(points.length / 2)];
  const before = points[Math.floor(points.length / 2) - 1];
  if (found.length === 0 && middle !== undefined && before !== undefined) found.push(at({ a: before, b: middle }, 0.5));
  return found;
}
