import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import { arbitraryTopology } from '../../shared/testing/arbitraries.ts';
import { cardWidth, textWidth } from './card-texts.ts';
import { bottom, contains, overlaps, type Rect, right } from './geometry.ts';
import { arrange, type Placement } from './layout.ts';
import { card } from './layout-sizes.ts';

function spanning(): Topology {
  return {
    ...emptyTopology('spanning'),
    zones: { dmz: { trust: 20 }, app: { trust: 50 }, db: { trust: 90 } },
    clusters: {
      prod: {
        distribution: 'kubeadm',
        version: '1.37',
        pools: { a: { zone: 'dmz', nodes: 3 }, b: { zone: 'app', nodes: 3 }, c: { zone: 'db', nodes: 3 } },
      },
      edge: { distribution: 'rke2', version: '1.36', pools: { a: { zone: 'app', nodes: 2 } } },
    },
    namespaces: {
      web: { cluster: 'prod', zone: 'dmz' },
      shop: { cluster: 'prod', zone: 'app' },
      data: { cluster: 'prod', zone: 'db' },
      sync: { cluster: 'edge', zone: 'app' },
    },
    workloads: {
      gateway: { namespace: 'web' },
      basket: { namespace: 'shop' },
      orders: { namespace: 'shop' },
      postgres: { namespace: 'data' },
      partner: { namespace: 'sync' },
    },
    externals: { internet: { kind: 'internet' } },
    flows: {
      a: { from: { external: 'internet' }, to: { workload: 'gateway' }, ports: 'all' },
      b: { from: { workload: 'orders' }, to: { workload: 'basket' }, ports: 'all' },
      c: { from: { workload: 'orders' }, to: { workload: 'postgres' }, ports: 'all' },
    },
  };
}

function rectOf(placement: Placement, node: string): Rect {
  const placed = placement.nodes.get(node);
  if (placed === undefined) throw new Error(`${node} has no place`);
  return placed.rect;
}

function withoutLayout(topology: Topology): Topology {
  const { layout: _, ...rest } = topology;
  return rest;
}

describe('arrange', () => {
  it('should make a card wide enough for its name, a problem mark and the number of replicas', () => {
    const inner = cardWidth('edge-gateway', { namespace: 'web', replicas: 3 }, '') - 21;
    const mark = 12;
    const gaps = 2 * 3;
    expect(inner).toBeGreaterThanOrEqual(textWidth('edge-gateway', 13, 'bold') + mark + textWidth('×3', 11) + gaps);
    expect(inner).toBeGreaterThan(card.w - 21);
  });

  it('should place what is called like something that every object has', () => {
    const { nodes } = arrange({
      ...emptyTopology('named'),
      zones: { constructor: { trust: 20 }, app: { trust: 50 } },
      clusters: {
        prod: {
          distribution: 'kubeadm',
          version: '1.37',
          pools: { a: { zone: 'constructor', nodes: 1 }, b: { zone: 'app', nodes: 1 } },
        },
      },
      layout: { segments: { prod: { app: { x: 300, y: 12, w: 400, h: 200 } } } },
    });
    for (const { rect } of nodes.values()) expect(Object.values(rect).every(Number.isFinite)).toBe(true);
  });

  it('should make cards as wide as the longest name beside them needs, up to a limit', () => {
    const named = (name: string): Topology => {
      const design = spanning();
      return { ...design, workloads: { ...design.workloads, basket: { namespace: 'shop', name } } };
    };
    const widths = ['basket', 'recommendationservice', 'recommendationservice'.repeat(4)].map((name) => {
      const placement = arrange(named(name));
      expect(rectOf(placement, 'workload:orders').w).toBe(rectOf(placement, 'workload:basket').w);
      expect(contains(rectOf(placement, 'namespace:shop'), rectOf(placement, 'workload:basket'))).toBe(true);
      return rectOf(placement, 'workload:basket').w;
    });
    expect(widths[0]).toBe(164);
    expect(widths[1]).toBeGreaterThan(190);
    expect(widths[1]).toBeLessThanOrEqual(228);
    expect(widths[2]).toBe(228);
  });

  it('should not let a long name cover a card that somebody placed beside it', () => {
    const design = spanning();
    const placement = arrange({
      ...design,
      workloads: { ...design.workloads, basket: { namespace: 'shop', name: 'recommendationservice'.repeat(4) } },
      layout: { workloads: { basket: { x: 12, y: 28 }, orders: { x: 212, y: 40 } } },
    });
    expect(overlaps(rectOf(placement, 'workload:basket'), rectOf(placement, 'workload:orders'))).toBe(false);
  });

  it('should stack zones by trust with the outside on top, each touching the next', () => {
    const placement = arrange(spanning());
    const bands = ['band:outside', 'zone:dmz', 'zone:app', 'zone:db'].map((id) => rectOf(placement, id));
    for (const [i, band] of bands.slice(1).entries()) expect(band.y).toBe(bottom(bands[i] ?? band));
    expect(new Set(bands.map((b) => b.w)).size).toBe(1);
  });

  it('should make the outside as wide as a zone that was drawn narrow', () => {
    const placement = arrange({
      ...emptyTopology('small'),
      zones: { front: { trust: 20 } },
      layout: { zones: { front: { x: 40, y: 0, w: 400, h: 200 } } },
    });
    expect(rectOf(placement, 'band:outside')).toMatchObject({ x: 40, w: 400 });
  });

  it('should make a spanning cluster one continuous column', () => {
    const placement = arrange(spanning());
    const column = placement.columns.filter((c) => c.cluster === 'prod');
    expect(column.map((c) => c.segments)).toEqual([['prod/dmz', 'prod/app', 'prod/db']]);
    expect(placement.ties).toEqual([]);
    const segments = ['prod/dmz', 'prod/app', 'prod/db'].map((key) => rectOf(placement, `segment:${key}`));
    expect(new Set(segments.map((s) => `${s.x} ${s.w}`)).size).toBe(1);
  });

  it('should tie segments together where a zone lies between them', () => {
    const { db: _, ...rest } = spanning().zones ?? {};
    const apart: Topology = {
      ...spanning(),
      zones: { ...rest, db: { trust: 90 }, mid: { trust: 70 } },
    };
    const placement = arrange(apart);
    expect(placement.columns.filter((c) => c.cluster === 'prod').map((c) => c.segments)).toEqual([
      ['prod/dmz', 'prod/app'],
      ['prod/db'],
    ]);
    expect(placement.ties).toHaveLength(1);
  });

  it('should put callers above the workloads they call', () => {
    const placement = arrange(spanning());
    expect(rectOf(placement, 'workload:orders').y).toBeLessThan(rectOf(placement, 'workload:basket').y);
  });

  it('should let recorded places win and grow parents around them', () => {
    const topology: Topology = {
      ...spanning(),
      layout: { zones: { dmz: { x: 40, y: -400, w: 1400, h: 300 } }, workloads: { basket: { x: 700, y: 200 } } },
    };
    const placement = arrange(topology);
    const zone = rectOf(placement, 'zone:dmz');
    expect({ x: zone.x, y: zone.y }).toEqual({ x: 40, y: -400 });
    const frame = rectOf(placement, 'namespace:shop');
    const card = rectOf(placement, 'workload:basket');
    expect({ x: card.x - frame.x, y: card.y - frame.y }).toEqual({ x: 700, y: 200 });
    expect(contains(frame, card)).toBe(true);
  });

  it('should leave everything where it stands when a flow is drawn', () => {
    const before = arrange(spanning());
    const more: Topology = {
      ...spanning(),
      flows: { ...spanning().flows, d: { from: { workload: 'basket' }, to: { workload: 'orders' }, ports: 'all' } },
    };
    expect([...arrange(more, before).nodes]).toEqual([...before.nodes]);
  });

  it('should leave everything on its side of everything else when something is added anywhere', () => {
    fc.assert(
      fc.property(arbitraryTopology(), fc.nat(), fc.string({ minLength: 1, maxLength: 24 }), (any, at, name) => {
        const design = withoutLayout(any);
        const before = arrange(design);
        for (const more of additions(design, at, `added-${name}`)) {
          const after = arrange(more, before);
          expect(crossedOver(before, after)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('should keep namespaces in their rows while one of them grows', () => {
    const namespaces = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((id) => [id, { cluster: 'prod', zone: 'app' }]),
    );
    const workloads = Object.fromEntries(
      Object.keys(namespaces).flatMap((n) => [1, 2].map((i) => [`${n}${i}`, { namespace: n }])),
    );
    let design: Topology = { ...spanning(), namespaces: { ...spanning().namespaces, ...namespaces }, workloads };
    const first = arrange(design);
    let placement = first;
    for (let i = 3; i < 12; i += 1) {
      design = { ...design, workloads: { ...design.workloads, [`a${i}`]: { namespace: 'a' } } };
      placement = arrange(design, placement);
    }
    expect(crossedOver(first, placement)).toEqual([]);
    expect(rectOf(placement, 'namespace:a').w).toBeGreaterThan(rectOf(first, 'namespace:a').w);
  });

  it('should give back the room that was made when what was added is taken back', () => {
    const first = arrange(spanning());
    const added = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`more-${i}`, { namespace: 'web' }]));
    const wide = arrange({ ...spanning(), workloads: { ...spanning().workloads, ...added } }, first);
    expect(rectOf(wide, 'namespace:web').w).toBeGreaterThan(rectOf(first, 'namespace:web').w);
    expect([...arrange(spanning(), wide).nodes]).toEqual([...first.nodes]);
  });

  it('should leave namespaces where they stand when their cluster or zone is given another id', () => {
    const before = arrange(spanning());
    const { prod, ...clusters } = spanning().clusters ?? {};
    const namespaces = Object.entries(spanning().namespaces ?? {}).map(([id, n]) => [
      id,
      n.cluster === 'prod' ? { ...n, cluster: 'live' } : n,
    ]);
    const renamed: Topology = {
      ...spanning(),
      clusters: { ...clusters, ...(prod && { live: prod }) },
      namespaces: Object.fromEntries(namespaces),
    };
    const after = arrange(renamed, before);
    for (const id of ['web', 'shop', 'data', 'sync'])
      expect(rectOf(after, `namespace:${id}`)).toEqual(rectOf(before, `namespace:${id}`));
  });

  it('should keep the place of what is renamed, and of everything around it', () => {
    const before = arrange(spanning());
    const { basket, ...others } = spanning().workloads ?? {};
    const { shop, ...namespaces } = spanning().namespaces ?? {};
    const renamed: Topology = {
      ...spanning(),
      namespaces: { ...namespaces, store: shop ?? { cluster: 'prod' } },
      workloads: { ...others, orders: { namespace: 'store' }, cart: { ...basket, namespace: 'store' } },
      flows: {},
    };
    const after = arrange(renamed, before);
    expect(rectOf(after, 'workload:cart')).toEqual(rectOf(before, 'workload:basket'));
    expect(rectOf(after, 'workload:orders')).toEqual(rectOf(before, 'workload:orders'));
    expect(rectOf(after, 'namespace:store')).toEqual(rectOf(before, 'namespace:shop'));
  });

  it('should keep bands aligned, and a column whole, where somebody chose the height of one', () => {
    const before = arrange(spanning());
    const { x, y, w, h } = rectOf(before, 'zone:app');
    const placement = arrange({ ...spanning(), layout: { zones: { app: { x, y, w, h: h + 80 } } } }, before);
    expect(rectOf(placement, 'zone:app').h).toBe(h + 80);
    expect(rectOf(placement, 'zone:db').y).toBe(bottom(rectOf(placement, 'zone:app')));
    expect(new Set(['zone:dmz', 'zone:app', 'zone:db'].map((id) => rectOf(placement, id).w)).size).toBe(1);
    expect(placement.columns.filter((c) => c.cluster === 'prod')).toHaveLength(1);
  });

  it('should give what names no zone a place at the foot', () => {
    const topology: Topology = { ...spanning(), namespaces: { ...spanning().namespaces, lost: { cluster: 'prod' } } };
    const placement = arrange(topology);
    expect(rectOf(placement, 'band:unplaced').y).toBe(bottom(rectOf(placement, 'zone:db')));
    expect(contains(rectOf(placement, 'band:unplaced'), rectOf(placement, 'namespace:lost'))).toBe(true);
  });

  it('should place every record of any design, inside its parent and apart from its siblings', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (any) => {
        const topology = withoutLayout(any);
        const { nodes } = arrange(topology);
        const expected = [
          ...Object.keys(topology.zones ?? {}).map((id) => `zone:${id}`),
          ...Object.keys(topology.namespaces ?? {}).map((id) => `namespace:${id}`),
          ...Object.keys(topology.workloads ?? {}).map((id) => `workload:${id}`),
          ...Object.keys(topology.externals ?? {}).map((id) => `external:${id}`),
          ...Object.keys(topology.storage?.endpoints ?? {}).map((id) => `endpoint:${id}`),
        ];
        expect(expected.filter((id) => !nodes.has(id))).toEqual([]);
        const siblings = new Map<string, Array<[string, Rect]>>();
        for (const [id, { parent, rect }] of nodes) {
          if (parent !== undefined) expect([id, contains(nodes.get(parent)?.rect ?? rect, rect)]).toEqual([id, true]);
          // Externals stand on the outside band without being its children.
          const group = id.startsWith('external:') ? 'externals' : (parent ?? 'top');
          siblings.set(group, [...(siblings.get(group) ?? []), [id, rect]]);
        }
        for (const group of siblings.values()) {
          for (const [i, [a, ra]] of group.entries()) {
            for (const [b, rb] of group.slice(i + 1)) expect([a, b, overlaps(ra, rb)]).toEqual([a, b, false]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('should not depend on the order in which the file lists records', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (any) => {
        const turned = reversed(any) as Topology;
        expect(new Map(arrange(turned).nodes)).toEqual(new Map(arrange(any).nodes));
      }),
      { numRuns: 40 },
    );
  });

  it('should stand still where a recorded namespace is wider than its room in the shelf', () => {
    const wide: Topology = {
      ...emptyTopology('wide'),
      zones: { app: { trust: 7 } },
      namespaces: { wide: { cluster: 'prod' } },
      workloads: { caller: { namespace: 'wide' } },
      flows: { out: { from: { workload: 'caller' }, to: { zone: 'app' }, ports: 'all' } },
      layout: { namespaces: { wide: { x: 0, y: 0, w: 400, h: 0 } } },
    };
    const once = arrange(wide);
    expect(arrange(wide, once).nodes).toEqual(once.nodes);
  });

  it('should stand still when nothing changed', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (any) => {
        const once = arrange(any);
        expect(arrange(any, once).nodes).toEqual(once.nodes);
      }),
      { numRuns: 40 },
    );
  });
});

/** The design with one more of everything, each in a place that `at` chooses. */
function additions(design: Topology, at: number, name: string): Topology[] {
  const pick = (ids: readonly string[]): string | undefined => ids[at % Math.max(1, ids.length)];
  const namespace = pick(Object.keys(design.namespaces ?? {}));
  const cluster = pick(Object.keys(design.clusters ?? {}));
  const zone = pick(Object.keys(design.zones ?? {}));
  const workload = pick(Object.keys(design.workloads ?? {}));
  const external = pick(Object.keys(design.externals ?? {}));
  const found: Topology[] = [{ ...design, externals: { ...design.externals, added: { kind: 'internet' } } }];
  if (namespace !== undefined)
    found.push({ ...design, workloads: { ...design.workloads, added: { namespace, name, storage: {} } } });
  if (cluster !== undefined && zone !== undefined)
    found.push({ ...design, namespaces: { ...design.namespaces, added: { cluster, zone } } });
  if (workload !== undefined && external !== undefined)
    found.push({
      ...design,
      flows: { ...design.flows, added: { from: { external }, to: { workload }, ports: 'all' } },
    });
  return found;
}

/** Siblings that stood wholly beside or above each other, in one row or one column, and do no more. */
function crossedOver(before: Placement, after: Placement): string[] {
  const found: string[] = [];
  const entries = [...before.nodes].filter(([id]) => after.nodes.has(id));
  const groups = new Map<string, typeof entries>();
  for (const entry of entries) {
    const group = entry[0].startsWith('external:') ? 'externals' : (entry[1].parent ?? 'top');
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  for (const group of groups.values())
    for (const [a, { rect: p }] of group)
      for (const [b, { rect: q }] of group) {
        const now = rectOf(after, a);
        const then = rectOf(after, b);
        const isRow = p.y < bottom(q) && q.y < bottom(p);
        const isColumn = p.x < right(q) && q.x < right(p);
        if (isRow && right(p) <= q.x && right(now) > then.x) found.push(`${a} stood left of ${b}`);
        if (isColumn && bottom(p) <= q.y && bottom(now) > then.y) found.push(`${a} stood above ${b}`);
      }
  return found;
}

/** The same design with the keys of its maps in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reversed(v)]),
  );
}
