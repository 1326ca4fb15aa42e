/** Lines that show when a dragged thing is level with another, and the small pull towards them. */
import { bottom, centre, type Rect, right } from './geometry.ts';

export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

const pull = 5;

/** The rectangle pulled level with its nearest neighbours, and the guides to show. */
export function alignTo(
  rect: Rect,
  others: readonly Rect[],
): { readonly rect: Rect; readonly guides: readonly Guide[] } {
  const dx = nearest(others.flatMap((o) => [o.x - rect.x, right(o) - right(rect), centre(o).x - centre(rect).x]));
  const dy = nearest(others.flatMap((o) => [o.y - rect.y, bottom(o) - bottom(rect), centre(o).y - centre(rect).y]));
  const aligned = { ...rect, x: rect.x + (dx ?? 0), y: rect.y + (dy ?? 0) };
  const guides: Guide[] = [];
  if (dx !== undefined) {
    for (const at of [aligned.x, centre(aligned).x, right(aligned)]) {
      const level = others.filter((o) => o.x === at || right(o) === at || centre(o).x === at);
      if (level.length > 0)
        guides.push({
          axis: 'x',
          at,
          start: Math.min(aligned.y, ...level.map((o) => o.y)),
          end: Math.max(bottom(aligned), ...level.map(bottom)),
        });
    }
  }
  if (dy !== undefined) {
    for (const at of [aligned.y, centre(aligned).y, bottom(aligned)]) {
      const level = others.filter((o) => o.y === at || bottom(o) === at || centre(o).y === at);
      if (level.length > 0)
        guides.push({
          axis: 'y',
          at,
          start: Math.min(aligned.x, ...level.map((o) => o.x)),
          end: Math.max(right(aligned), ...level.map(right)),
        });
    }
  }
  return { rect: aligned, guides };
}

function nearest(distances: readonly number[]): number | undefined {
  let best: number | undefined;
  for (const d of distances) if (Math.abs(d) <= pull && (best === undefined || Math.abs(d) < Math.abs(best))) best = d;
  return best;
}
