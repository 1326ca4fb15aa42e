/** Walking over the picture from card to card, as arrow keys do. Pure. */
import { parseRefKey, type Ref, refKey } from '../../shared/model/index.ts';
import { centre, type Point } from './geometry.ts';
import type { Placement } from './layout.ts';

/** The nearest card in a direction, if there is one; what is straight ahead counts as nearer. `way` is a step of one unit. */
export function neighbour(placement: Placement, from: Ref, way: Point): Ref | undefined {
  const start = placement.nodes.get(refKey(from))?.rect;
  if (start === undefined) return undefined;
  const key = refKey(from);
  return nearest(placement, (card, at) => {
    const d = { x: at.x - centre(start).x, y: at.y - centre(start).y };
    const ahead = d.x * way.x + d.y * way.y;
    const aside = Math.abs(d.x * way.y) + Math.abs(d.y * way.x);
    return card === key || ahead <= 0 || aside > 3 * ahead ? undefined : ahead + 2 * aside;
  });
}

/** The card nearest to a place; undefined where there is none at all. */
export function cardAt(placement: Placement, { x, y }: Point): Ref | undefined {
  return nearest(placement, (_, at) => Math.hypot(at.x - x, at.y - y));
}

/** The first card and the last, from top to bottom and left to right, as one reads. */
export function outermost(placement: Placement): { readonly first: Ref; readonly last: Ref } | undefined {
  const cards = [...placement.nodes]
    .filter(([id]) => isCard(id))
    .sort(([, a], [, b]) => a.rect.y - b.rect.y || a.rect.x - b.rect.x)
    .flatMap(([id]) => parseRefKey(id) ?? []);
  const [first, last] = [cards[0], cards.at(-1)];
  return first === undefined || last === undefined ? undefined : { first, last };
}

/** Of cards that are equally far the first one placed. Undefined as a distance leaves a card out. */
function nearest(placement: Placement, distanceOf: (card: string, at: Point) => number | undefined): Ref | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [id, { rect }] of placement.nodes) {
    if (!isCard(id)) continue;
    const distance = distanceOf(id, centre(rect));
    if (distance === undefined || distance >= least) continue;
    best = id;
    least = distance;
  }
  return best === undefined ? undefined : parseRefKey(best);
}

/** Frames are not walked to: they lie under what is. */
function isCard(id: string): boolean {
  return /^(workload|external|endpoint):/.test(id);
}
