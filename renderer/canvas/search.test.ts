import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import { arbitraryTopology } from '../../shared/testing/arbitraries.ts';
import { noFindings } from './findings.ts';
import { bottom, centre, inflate, type Point, type Rect, right } from './geometry.ts';
import { arrange } from './layout.ts';
import { obstacles, offCard, routeAll } from './route.ts';
import { drawnFlows, waysOf } from './routes.ts';

const card = (x: number, y: number): Rect => ({ x, y, w: 164, h: 44 });

/** What the canvas leads flows around: cards and a little room about them. */
function way(from: Rect, to: Rect, others: readonly Rect[]): readonly Point[] {
  const around = obstacles([from, to, ...others].map((r) => inflate(r, offCard - 1)));
  return routeAll([{ id: 'f', fromNode: 'a', toNode: 'b', from, to }], around).ways.get('f')?.points ?? [];
}

/** Cards other than its ends that a way runs through. */
function through(points: readonly Point[], others: readonly Rect[]): readonly Rect[] {
  return others.filter((r) =>
    points.slice(1).some((b, i) => {
      const a = points[i] ?? b;
      return (
        Math.max(a.x, b.x) > r.x &&
        Math.min(a.x, b.x) < right(r) &&
        Math.max(a.y, b.y) > r.y &&
        Math.min(a.y, b.y) < bottom(r)
      );
    }),
  );
}

/**
 * Whether anything leads from the middle of a side to the middle of a side, by trying: the plane falls into pieces by the
 * edges of the cards, and who can come from piece to piece comes everywhere in them.
 */
function hasFreeWay(from: Rect, to: Rect, others: readonly Rect[]): boolean {
  const walls = [from, to, ...others].map((r) => inflate(r, offCard));
  const gates = (r: Rect): Point[] => {
    const { x, y } = centre(r);
    const around = inflate(r, offCard);
    return [
      { x, y: around.y },
      { x, y: bottom(around) },
      { x: around.x, y },
      { x: right(around), y },
    ];
  };
  const [starts, goals] = [gates(from), gates(to)];
  const pieces = (edges: readonly number[]): number[] => {
    const sorted = [...new Set(edges)].sort((a, b) => a - b);
    const inner = sorted.flatMap((edge, i) => [edge, (edge + (sorted[i + 1] ?? edge + 2)) / 2]);
    return [(sorted[0] ?? 0) - 1, ...inner];
  };
  const xs = pieces([...walls.flatMap((r) => [r.x, right(r)]), ...[...starts, ...goals].map((p) => p.x)]);
  const ys = pieces([...walls.flatMap((r) => [r.y, bottom(r)]), ...[...starts, ...goals].map((p) => p.y)]);
  const isFree = (x: number, y: number) => !walls.some((r) => x > r.x && x < right(r) && y > r.y && y < bottom(r));
  const key = (i: number, j: number) => i * ys.length + j;
  const wanted = new Set(goals.map((p) => key(xs.indexOf(p.x), ys.indexOf(p.y))));
  const open = starts.map((p) => [xs.indexOf(p.x), ys.indexOf(p.y)] as const);
  const seen = new Set<number>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [i, j] = next;
    const [x, y] = [xs[i], ys[j]];
    if (x === undefined || y === undefined || seen.has(key(i, j)) || !isFree(x, y)) continue;
    if (wanted.has(key(i, j))) return true;
    seen.add(key(i, j));
    open.push([i + 1, j], [i - 1, j], [i, j + 1], [i, j - 1]);
  }
  return false;
}

describe('the way of a flow', () => {
  it('should lead out of a court of cards through its only gap', () => {
    const row = (y: number, xs: readonly number[]) => xs.map((x) => card(x, y));
    // Closed above and at the sides, open at one place below, and the other end stands above.
    const court = [
      ...row(0, [0, 168, 336, 504]),
      ...[48, 96, 144, 192, 240].flatMap((y) => [card(0, y), card(504, y)]),
      ...row(288, [0, 168, 504]),
    ];
    const points = way(card(250, 140), card(250, -300), court);
    expect(through(points, court)).toEqual([]);
    // Through the gap between 336 and 500.
    expect(points.some((p) => p.y > 332 && p.x > 336 && p.x < 500)).toBe(true);
  });

  it('should run through no card wherever another way exists', () => {
    const step = (most: number) => fc.integer({ min: 0, max: most / 4 }).map((n) => n * 4);
    const at = fc.tuple(step(1000), step(560)).map(([x, y]) => card(x, y));
    fc.assert(
      fc.property(at, at, fc.array(at, { maxLength: 30 }), (from, to, others) => {
        fc.pre(hasFreeWay(from, to, others));
        expect(through(way(from, to, others), others)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('should run through no card of a random design wherever another way exists', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryTopology({ most: 8 }), crowded), ({ layout: _, ...topology }) => {
        const placement = arrange(topology);
        const flows = drawnFlows(topology, placement, noFindings, 'near', { apart: 'all' });
        const { ways } = waysOf(flows, placement, 'near');
        const cards = [...placement.nodes].filter(([id]) => /^(workload|external|endpoint):/.test(id));
        const rectOf = new Map(cards.map(([node, { rect }]) => [node, rect]));
        for (const { id, fromNode, toNode } of flows) {
          const [from, to] = [rectOf.get(fromNode), rectOf.get(toNode)];
          if (from === undefined || to === undefined) continue;
          const others = [...rectOf.values()].filter((rect) => rect !== from && rect !== to);
          const hit = through(ways.get(id)?.points ?? [], others);
          if (hit.length > 0) expect(hasFreeWay(from, to, others)).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** Two clusters over three zones, full of namespaces, with flows between any two workloads. */
const crowded = fc
  .record({
    sizes: fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 9 })), { minLength: 8, maxLength: 14 }),
    calls: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 20, maxLength: 60 }),
  })
  .map(({ sizes, calls }): Topology => {
    const zones = ['dmz', 'app', 'db'];
    const workloads = sizes.flatMap(([, count], ns) =>
      Array.from({ length: count }, (_, i) => [`w${ns}-${i}`, ns] as const),
    );
    const pools = Object.fromEntries(zones.map((zone) => [zone, { zone, nodes: 1 }]));
    const cluster = { distribution: 'kubeadm', version: '1.37', pools } as const;
    const workload = (n: number) => ({ workload: workloads[n % workloads.length]?.[0] ?? '' });
    return {
      ...emptyTopology('crowded'),
      zones: Object.fromEntries(zones.map((zone, i) => [zone, { trust: 20 + 30 * i }])),
      clusters: { east: cluster, west: cluster },
      namespaces: Object.fromEntries(
        sizes.map(([place], i) => [`n${i}`, { cluster: place < 3 ? 'east' : 'west', zone: zones[place % 3] ?? 'app' }]),
      ),
      workloads: Object.fromEntries(workloads.map(([id, ns]) => [id, { namespace: `n${ns}` }])),
      flows: Object.fromEntries(
        calls.map(([from, to], i) => [`f${i}`, { from: workload(from), to: workload(to), ports: 'all' as const }]),
      ),
    };
  });
