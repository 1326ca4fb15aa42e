/** Lining things up and spacing them out: the entries for layout/set. */
import type { LayoutEntry } from '../../shared/commands/index.ts';
import { type Ref, refKey, type Topology } from '../../shared/model/index.ts';
import { lockedNodes, placeIn } from './from-flow.ts';
import { bottom, centre, type Rect, right } from './geometry.ts';
import { arrange, type Placement } from './layout.ts';

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';

/** Empty where fewer than two of the records have a place. `placement` is what is shown; without it one is computed. */
export function alignSelection(
  topology: Topology,
  refs: readonly Ref[],
  how: Alignment,
  placement: Placement = arrange(topology),
): LayoutEntry[] {
  const items = placedOf(placement, refs);
  if (items.length < 2) return [];
  const rects = items.map((i) => i.rect);
  const left = Math.min(...rects.map((r) => r.x));
  const top = Math.min(...rects.map((r) => r.y));
  const farRight = Math.max(...rects.map(right));
  const farBottom = Math.max(...rects.map(bottom));
  const aligned = (r: Rect): Rect => {
    switch (how) {
      case 'left':
        return { ...r, x: left };
      case 'right':
        return { ...r, x: farRight - r.w };
      case 'centre':
        return { ...r, x: (left + farRight - r.w) / 2 };
      case 'top':
        return { ...r, y: top };
      case 'bottom':
        return { ...r, y: farBottom - r.h };
      case 'middle':
        return { ...r, y: (top + farBottom - r.h) / 2 };
    }
  };
  const locked = lockedNodes(topology);
  return items.flatMap((i) => (locked.has(i.node) ? [] : (placeIn(i.node, aligned(i.rect), i.parent) ?? [])));
}

/** Even gaps between the first and the last; empty where fewer than three of the records have a place. */
export function distributeSelection(
  topology: Topology,
  refs: readonly Ref[],
  along: 'horizontal' | 'vertical',
  placement: Placement = arrange(topology),
): LayoutEntry[] {
  const items = placedOf(placement, refs);
  if (items.length < 3) return [];
  const across = along === 'horizontal';
  const sorted = [...items].sort((a, b) =>
    across ? centre(a.rect).x - centre(b.rect).x : centre(a.rect).y - centre(b.rect).y,
  );
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return [];
  const length = sorted.reduce((sum, i) => sum + (across ? i.rect.w : i.rect.h), 0);
  const span = across ? right(last.rect) - first.rect.x : bottom(last.rect) - first.rect.y;
  const gap = (span - length) / (sorted.length - 1);
  const locked = lockedNodes(topology);
  let at = across ? first.rect.x : first.rect.y;
  return sorted.flatMap((i) => {
    const rect = across ? { ...i.rect, x: at } : { ...i.rect, y: at };
    at += (across ? i.rect.w : i.rect.h) + gap;
    return locked.has(i.node) ? [] : (placeIn(i.node, rect, i.parent) ?? []);
  });
}

function placedOf(placement: Placement, refs: readonly Ref[]) {
  return refs.flatMap((r) => {
    const placed = placement.nodes.get(refKey(r));
    if (placed === undefined) return [];
    const parent = placed.parent === undefined ? undefined : placement.nodes.get(placed.parent)?.rect;
    return [{ node: refKey(r), rect: placed.rect, parent }];
  });
}
