/** Finds quickly which of many rectangles a step or a rectangle touches. */
import { bottom, type Point, type Rect, right } from './geometry.ts';
import type { Obstacles } from './route-types.ts';

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
