/** The usual shapes of a way between two cards: straight, with one corner or two, around a side, around a card between. */
import { bottom, contains, type Point, type Rect, right } from './geometry.ts';
import type { Shape, Side } from './route-types.ts';

const stub = 16;
/** As far above a card as the frame around it begins, name and all. */
const overName = 36;
/** What leaving by the side costs where the other end lies below: flows that go inward should be seen to go down. */
export const besides = 150;

/** One end frames the other: a short way from the card to the frame's edge. */
export function nested(from: Rect, to: Rect): Shape | undefined {
  const outward = contains(to, from);
  if (!outward && !contains(from, to)) return undefined;
  return {
    leave: 'right',
    enter: 'right',
    extra: 0,
    draw: (a, b) => (outward ? [a, { x: b.x, y: a.y }] : [{ x: a.x, y: b.y }, b]),
  };
}

export function shapes(from: Rect, to: Rect): Shape[] {
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

export function vhv(leave: Side, enter: Side, y: (a: Point, b: Point) => number, extra = 0): Shape {
  return { leave, enter, extra, draw: (a, b) => [a, { x: a.x, y: y(a, b) }, { x: b.x, y: y(a, b) }, b] };
}

export function hvh(leave: Side, enter: Side, x: (a: Point, b: Point) => number, extra = 0): Shape {
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
