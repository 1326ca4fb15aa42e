import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Point, type Rect, right } from './geometry.ts';
import { placeLabels } from './labels.ts';
import { type Link, obstacles, routeAll } from './route.ts';

const at = (x: number, y: number): Rect => ({ x, y, w: 160, h: 44 });

function way(from: Rect, to: Rect, others: readonly Rect[] = []) {
  const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from, to };
  return routeAll([link], obstacles([from, to, ...others])).ways.get('f')?.points ?? [];
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
    const { ways } = routeAll(links, obstacles([from, ...links.map((l) => l.to)]));
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
    const ways = [...routeAll(links, obstacles(links.flatMap((l) => [l.from, l.to]))).ways.values()].map((w) =>
      JSON.stringify(w.points.slice(1, -1)),
    );
    expect(new Set(ways).size).toBe(2);
  });

  it('should keep off the border of a frame that it passes', () => {
    const [from, to] = [at(0, 0), at(240, 200)];
    const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from, to };
    const around = obstacles([from, to]);
    const level = (frames: readonly Rect[]) =>
      routeAll([link], around, undefined, frames).ways.get('f')?.points[1]?.y ?? 0;
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
describe('routeAll after a change', () => {
  /** Two columns of cards with a flow from each to its neighbour, and one from the first to the last. */
  const links = [0, 1, 2, 3].map(
    (i): Link => ({ id: `f${i}`, fromNode: `a${i}`, toNode: `b${i}`, from: at(0, i * 300), to: at(300, i * 300 + 80) }),
  );
  const cards = links.flatMap((l) => [l.from, l.to]);
  const before = routeAll(links, obstacles(cards));

  it('should keep every way where nothing differs, whatever asks again', () => {
    const again = routeAll(
      links.map((l) => ({ ...l })),
      obstacles(cards),
      undefined,
      [],
      before,
    );
    for (const { id } of links) expect(again.ways.get(id)).toBe(before.ways.get(id));
  });

  it('should lead a flow that comes, and those that share a side of its cards, and no other', () => {
    const more: Link = { id: 'new', fromNode: 'a1', toNode: 'b2', from: at(0, 300), to: at(300, 680) };
    const again = routeAll([...links, more], obstacles(cards), undefined, [], before);
    expect(again.ways.get('new')?.points.length).toBeGreaterThan(1);
    expect(again.ways.get('f0')).toBe(before.ways.get('f0'));
    expect(again.ways.get('f3')).toBe(before.ways.get('f3'));
    expect(again.ways.get('f1')?.points[0]).not.toEqual(before.ways.get('f1')?.points[0]);
  });

  it('should lead around a card that comes into the way, and straight on when it goes', () => {
    const [f0] = links;
    const straight: Link = { id: 's', fromNode: 'x', toNode: 'y', from: at(0, 1500), to: at(0, 1800) };
    const all = [...(f0 === undefined ? [] : [f0]), straight];
    const own = [...cards, straight.from, straight.to];
    const free = routeAll(all, obstacles(own));
    const card = at(0, 1650);
    const around = routeAll(all, obstacles([...own, card]), undefined, [], free);
    expect(obstacles([card]).crossed(...ends(around.ways.get('s')?.points ?? []))).toBe(0);
    expect(around.ways.get('s')).not.toEqual(free.ways.get('s'));
    expect(around.ways.get('f0')).toBe(free.ways.get('f0'));
    expect(routeAll(all, obstacles(own), undefined, [], around).ways.get('s')).toEqual(free.ways.get('s'));
  });

  it('should move off a border that comes to lie along it', () => {
    const link = links[0];
    if (link === undefined) return;
    const had = routeAll([link], obstacles(cards));
    const y = had.ways.get('f0')?.points[1]?.y ?? 0;
    const frame = { x: -100, y, w: 900, h: 400 };
    const moved = routeAll([link], obstacles(cards), undefined, [frame], had).ways.get('f0')?.points[1]?.y ?? 0;
    expect(Math.abs(moved - y)).toBeGreaterThanOrEqual(4);
  });
});

describe('separate', () => {
  it('should lay no two of a wide bunch of flows on each other', () => {
    const count = 16;
    const rows = [...Array(count).keys()];
    const links = rows.map(
      (i): Link => ({
        id: `f${i}`,
        fromNode: `a${i}`,
        toNode: `b${i}`,
        from: at(0, i * 60),
        to: at(400, (count + i) * 60),
      }),
    );
    const { ways } = routeAll(links, obstacles(links.flatMap((l) => [l.from, l.to])));
    const upright = [...ways.values()].flatMap(({ points }) =>
      points.slice(1).flatMap((b, i) => {
        const a = points[i];
        return a !== undefined && a.x === b.x ? [{ x: a.x, start: Math.min(a.y, b.y), end: Math.max(a.y, b.y) }] : [];
      }),
    );
    for (const [i, a] of upright.entries()) {
      for (const b of upright.slice(i + 1))
        expect(a.x === b.x && a.start < b.end && b.start < a.end, `${a.x} ${a.start} ${b.start}`).toBe(false);
    }
  });
});

describe('placeLabels', () => {
  it('should keep labels off cards and off each other', () => {
    const links = [0, 1, 2].map(
      (i): Link => ({ id: `f${i}`, fromNode: 'a', toNode: `b${i}`, from: at(200, 0), to: at(i * 200, 160) }),
    );
    const cards = [at(200, 0), ...links.map((l) => l.to)];
    const { ways } = routeAll(links, obstacles(cards));
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

  it('should stand beside what is written already', () => {
    const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from: at(0, 0), to: at(500, 0) };
    const around = obstacles([link.from, link.to]);
    const { ways } = routeAll([link], around);
    const wish = { id: 'f', w: 60, h: 20, must: true };
    const [free] = [...placeLabels([wish], ways, around).values()];
    if (free === undefined) throw new Error('a label without a place');
    const written = { x: free.x - 40, y: free.y - 10, w: 80, h: 20 };
    const [beside] = [...placeLabels([wish], ways, around, [written]).values()];
    expect(Math.abs((beside?.x ?? free.x) - free.x)).toBeGreaterThanOrEqual(70);
  });

  it('should cover least where there is no free place for what must be seen', () => {
    const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from: at(0, 0), to: at(560, 0) };
    const around = obstacles([link.from, link.to]);
    const { ways } = routeAll([link], around);
    const wish = { id: 'f', w: 60, h: 20, must: true };
    const written = [
      { x: 160, y: 10, w: 300, h: 24 },
      { x: 440, y: 28, w: 130, h: 24 },
    ];
    expect(placeLabels([wish], ways, around, written).get('f')?.x).toBeGreaterThan(480);
    expect(placeLabels([{ ...wish, must: false }], ways, around, written).size).toBe(0);
  });

  it('should show what must be seen even where there is no good place', () => {
    const link: Link = { id: 'f', fromNode: 'a', toNode: 'b', from: at(0, 0), to: at(0, 50) };
    const around = obstacles([link.from, link.to]);
    const { ways } = routeAll([link], around);
    expect(placeLabels([{ id: 'f', w: 90, h: 20, must: false }], ways, around).size).toBe(0);
    expect(placeLabels([{ id: 'f', w: 90, h: 20, must: true }], ways, around).size).toBe(1);
  });
});

/** The longest step. */
function ends(points: readonly Point[]): [Point, Point] {
  const steps = points.slice(1).map((b, i): [Point, Point] => [points[i] ?? b, b]);
  const length = ([a, b]: [Point, Point]) => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  return steps.reduce((best, step) => (length(step) > length(best) ? step : best));
}

function onEdge(r: Rect, p: { readonly x: number; readonly y: number } | undefined): boolean {
  if (p === undefined) return false;
  const inX = p.x >= r.x && p.x <= right(r);
  const inY = p.y >= r.y && p.y <= r.y + r.h;
  return inX && inY && (p.x === r.x || p.x === right(r) || p.y === r.y || p.y === r.y + r.h);
}
