/** What a way looks like: an SVG path along its points. */
import { bottom, type Point, type Rect, right, toward } from './geometry.ts';

/** An SVG path through the points with rounded corners, left out where it passes `behind` something. */
export function roundedPath(points: readonly Point[], radius = 6, behind: readonly Rect[] = []): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  let at = first;
  rest.forEach((p, i) => {
    const before = points[i];
    const after = points[i + 2];
    if (before === undefined || after === undefined) {
      path += straight(at, p, behind);
      return;
    }
    const inLength = Math.abs(p.x - before.x) + Math.abs(p.y - before.y);
    const outLength = Math.abs(after.x - p.x) + Math.abs(after.y - p.y);
    const r = Math.min(radius, inLength / 2, outLength / 2);
    const from = toward(p, before, r);
    const to = toward(p, after, r);
    path += `${straight(at, from, behind)}Q${p.x} ${p.y} ${to.x} ${to.y}`;
    at = to;
  });
  return path;
}

/** From `a` to `b` in a horizontal or vertical line, without what lies behind the rectangles. */
function straight(a: Point, b: Point, behind: readonly Rect[]): string {
  const isLevel = a.y === b.y;
  const [from, to] = isLevel ? [a.x, b.x] : [a.y, b.y];
  const sign = Math.sign(to - from);
  const gaps = behind
    .filter((r) => (isLevel ? r.y < a.y && a.y < bottom(r) : r.x < a.x && a.x < right(r)))
    .map((r): [number, number] => (isLevel ? [r.x - 3, right(r) + 3] : [r.y - 1, bottom(r) + 1]))
    .map(([low, high]) => (sign > 0 ? { start: low, end: high } : { start: high, end: low }))
    .filter(({ start, end }) => (to - start) * sign > 0 && (end - from) * sign > 0)
    .sort((p, q) => (p.start - q.start) * sign);
  const spot = (v: number) => (isLevel ? `${v} ${a.y}` : `${a.x} ${v}`);
  let path = '';
  for (const { start, end } of gaps) {
    if ((start - from) * sign > 0) path += `L${spot(start)}`;
    path += `M${spot((to - end) * sign > 0 ? end : to)}`;
  }
  return path.endsWith(`M${spot(to)}`) ? path : `${path}L${spot(to)}`;
}
