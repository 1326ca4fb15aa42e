import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rect, right } from './geometry.ts';
import { placeLabels } from './labels.ts';
import { type Link, obstacles, routeAll, simplify } from './route.ts';

const at = (x: number, y: number): Rect => ({ x, y, w: 160, h: 44 });

function way(from: Rect, to: Rect, others: readonly Rect[] = []) {
  const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from, to };
  return routeAll([link], obstacles([from, to, ...others])).get('f')?.points ?? [];
}

describe('routeAll', () => {
  it('should run straight down to what stands below', () => {
    expect(way(at(0, 0), at(0, 200))).toEqual([
      { x: 80, y: 44 },
      { x: 80, y: 200 },
    ]);
  });

  it('should run straight to a neighbour in the same row', () => {
    expect(way(at(0, 0), at(240, 0))).toEqual([
      { x: 160, y: 22 },
      { x: 240, y: 22 },
    ]);
  });

  it('should go around the right side where a flow goes up', () => {
    const points = way(at(0, 300), at(0, 0));
    expect(points[0]).toEqual({ x: 160, y: 322 });
    expect(points.at(-1)).toEqual({ x: 160, y: 22 });
    expect(Math.max(...points.map((p) => p.x))).toBeGreaterThan(160);
  });

  it('should go around a card that stands in the way', () => {
    const between = at(0, 150);
    const around = obstacles([between]);
    const points = way(at(0, 0), at(0, 300), [between]);
    for (const [i, p] of points.slice(1).entries()) expect(around.crossed(points[i] ?? p, p)).toBe(0);
  });

  it('should end in the middle of a card that it reaches by a detour', () => {
    const points = way(at(0, 0), at(60, 300), [at(0, 150)]);
    expect(points.at(-1)).toEqual({ x: 140, y: 300 });
  });

  it('should come in at a right angle with room for the arrowhead', () => {
    const points = way(at(0, 300), at(184, 0));
    const [a, b] = points.slice(-2);
    expect(Math.abs((a?.x ?? 0) - (b?.x ?? 0)) + Math.abs((a?.y ?? 0) - (b?.y ?? 0))).toBeGreaterThanOrEqual(10);
  });

  it('should give flows that leave one side of a card different places on it', () => {
    const from = at(200, 0);
    const links = [0, 200, 400].map(
      (x, i): Link => ({ id: `f${i}`, fromNode: 'a', toNode: `b${i}`, from, to: at(x, 200) }),
    );
    const ways = routeAll(links, obstacles([from, ...links.map((l) => l.to)]));
    const starts = links.map((l) => ways.get(l.id)?.points[0]?.x ?? 0);
    expect(new Set(starts).size).toBe(3);
    expect([...starts].sort((a, b) => a - b)).toEqual(starts);
  });

  it('should keep flows that share a channel apart', () => {
    const links = [0, 1].map(
      (i): Link => ({
        id: `f${i}`,
        fromNode: `a${i}`,
        toNode: `b${i}`,
        from: at(0, i * 80),
        to: at(400, 400 + i * 80),
      }),
    );
    const ways = [...routeAll(links, obstacles(links.flatMap((l) => [l.from, l.to]))).values()].map((w) =>
      JSON.stringify(w.points.slice(1, -1)),
    );
    expect(new Set(ways).size).toBe(2);
  });

  it('should keep off the border of a frame that it passes', () => {
    const [from, to] = [at(0, 0), at(240, 200)];
    const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from, to };
    const around = obstacles([from, to]);
    const level = (frames: readonly Rect[]) => routeAll([link], around, undefined, frames).get('f')?.points[1]?.y ?? 0;
    const frame = { x: -20, y: -30, w: 800, h: level([]) + 30 };
    expect(Math.abs(level([frame]) - (frame.y + frame.h))).toBeGreaterThanOrEqual(4);
  });

  it('should draw any flow with right angles, from one card to the other', () => {
    const rect = fc.record({ x: fc.integer({ min: -800, max: 800 }), y: fc.integer({ min: -800, max: 800 }) });
    fc.assert(
      fc.property(rect, rect, (a, b) => {
        const from = at(a.x, a.y);
        const to = at(b.x, b.y);
        const points = way(from, to);
        expect(points.length).toBeGreaterThanOrEqual(2);
        for (const [i, p] of points.slice(1).entries()) expect(points[i]?.x === p.x || points[i]?.y === p.y).toBe(true);
        expect(onEdge(from, points[0])).toBe(true);
        expect(onEdge(to, points.at(-1))).toBe(true);
      }),
    );
  });
});

describe('placeLabels', () => {
  it('should keep labels off cards and off each other', () => {
    const links = [0, 1, 2].map(
      (i): Link => ({ id: `f${i}`, fromNode: 'a', toNode: `b${i}`, from: at(200, 0), to: at(i * 200, 160) }),
    );
    const cards = [at(200, 0), ...links.map((l) => l.to)];
    const ways = routeAll(links, obstacles(cards));
    const wishes = links.map((l) => ({ id: l.id, w: 40, h: 20, must: false }));
    const placed = [...placeLabels(wishes, ways, obstacles(cards)).values()].map((p) => ({
      x: p.x - 20,
      y: p.y - 10,
      w: 40,
      h: 20,
    }));
    expect(placed.length).toBeGreaterThan(0);
    for (const [i, a] of placed.entries()) {
      expect(obstacles(cards).touches(a)).toBe(false);
      for (const b of placed.slice(i + 1)) expect(obstacles([a]).touches(b)).toBe(false);
    }
  });

  it('should show what must be seen even where there is no good place', () => {
    const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from: at(0, 0), to: at(0, 50) };
    const around = obstacles([link.from, link.to]);
    const ways = routeAll([link], around);
    expect(placeLabels([{ id: 'f', w: 90, h: 20, must: false }], ways, around).size).toBe(0);
    expect(placeLabels([{ id: 'f', w: 90, h: 20, must: true }], ways, around).size).toBe(1);
  });
});

describe('simplify', () => {
  it('should drop corners that are none', () => {
    expect(
      simplify([
        { x: 0, y: 0 },
        { x: 0, y: 5 },
        { x: 0, y: 5 },
        { x: 0, y: 9 },
        { x: 4, y: 9 },
      ]),
    ).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 9 },
      { x: 4, y: 9 },
    ]);
  });
});

function onEdge(r: Rect, p: { readonly x: number; readonly y: number } | undefined): boolean {
  if (p === undefined) return false;
  const inX = p.x >= r.x && p.x <= right(r);
  const inY = p.y >= r.y && p.y <= r.y + r.h;
  return inX && inY && (p.x === r.x || p.x === right(r) || p.y === r.y || p.y === r.y + r.h);
}
