import { describe, expect, it } from 'vitest';
import type { Ref } from '../../shared/model/index.ts';
import type { Placement } from './layout.ts';
import { cardAt, neighbour, outermost } from './walk.ts';

/** Two rows of three cards in a frame, and an external above. */
const placement = {
  nodes: new Map(
    [
      ['zone:app', { x: 0, y: 0, w: 400, h: 300 }],
      ['external:partner', { x: 150, y: -80, w: 100, h: 40 }],
      ...['a', 'b', 'c', 'd', 'e', 'f'].map(
        (id, n) =>
          [`workload:${id}`, { x: 10 + 130 * (n % 3), y: 20 + 100 * Math.floor(n / 3), w: 100, h: 50 }] as const,
      ),
    ].map(([id, rect]) => [id, { rect }] as const),
  ),
} as unknown as Placement;

const workload = (id: string): Ref => ({ kind: 'workload', id });
const ways = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } };

describe('neighbour', () => {
  it('should go to the next card in each direction, and to no frame', () => {
    expect(neighbour(placement, workload('a'), ways.right)).toEqual(workload('b'));
    expect(neighbour(placement, workload('e'), ways.left)).toEqual(workload('d'));
    expect(neighbour(placement, workload('b'), ways.down)).toEqual(workload('e'));
    expect(neighbour(placement, workload('b'), ways.up)).toEqual({ kind: 'external', id: 'partner' });
  });

  it('should go nowhere beyond the last card, nor from what has no place', () => {
    expect(neighbour(placement, workload('f'), ways.right)).toBeUndefined();
    expect(neighbour(placement, workload('f'), ways.down)).toBeUndefined();
    expect(neighbour(placement, workload('gone'), ways.down)).toBeUndefined();
  });
});

describe('cardAt', () => {
  it('should find the card nearest to what somebody looks at', () => {
    expect(cardAt(placement, { x: 200, y: 130 })).toEqual(workload('e'));
    expect(cardAt({ ...placement, nodes: new Map() }, { x: 0, y: 0 })).toBeUndefined();
  });
});

describe('outermost', () => {
  it('should begin and end as one reads', () => {
    expect(outermost(placement)).toEqual({ first: { kind: 'external', id: 'partner' }, last: workload('f') });
    expect(outermost({ ...placement, nodes: new Map() })).toBeUndefined();
  });
});
