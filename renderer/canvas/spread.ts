/** Where flows touch their cards: several on one side share its length, and one that can run straight does. */
import { bottom, centre, type Point, type Rect, right } from './geometry.ts';
import type { Chosen, Shape, Side } from './route-types.ts';

/** Where a flow touches a side: its middle, on a long side as near to the other end as it can be. */
export function attach(r: Rect, side: Side, other: Point): Point {
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
export function spread(chosen: readonly Chosen[]): Map<string, Point> {
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
