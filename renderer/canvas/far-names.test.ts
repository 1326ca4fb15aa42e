import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import { farNames } from './far-names.ts';
import { noFindings } from './findings.ts';
import { contains, overlaps } from './geometry.ts';
import { arrange } from './layout.ts';
import { detailOf } from './level.ts';
import { noMarks } from './review-scene.ts';
import { toNodes } from './to-flow.ts';

/** Zones, one cluster over all of them, and namespaces of ten workloads. */
function design(zones: number, namespaces: number, nameLength = 8): Topology {
  const record = <T>(count: number, make: (i: number) => [string, T]): Record<string, T> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => make(i)));
  const id = (kind: string, i: number) => `${kind}-${i}`.padEnd(nameLength, 'x');
  return {
    ...emptyTopology('large'),
    zones: record(zones, (i) => [id('zone', i), { trust: 5 + i * 9 }]),
    clusters: {
      [id('cluster', 0)]: {
        distribution: 'kubeadm',
        version: '1.37',
        pools: record(zones, (i) => [`p${i}`, { zone: id('zone', i), nodes: 3 }]),
      },
    },
    namespaces: record(namespaces, (i) => [id('ns', i), { cluster: id('cluster', 0), zone: id('zone', i % zones) }]),
    workloads: record(namespaces * 10, (i) => [id('w', i), { namespace: id('ns', i % namespaces) }]),
    externals: { internet: { kind: 'internet' }, [id('partner', 0)]: {} },
  };
}

function named(topology: Topology, scale: number) {
  const placement = arrange(topology);
  const nodes = toNodes({
    topology,
    placement,
    findings: noFindings,
    selection: new Set(),
    review: noMarks,
    isReadOnly: false,
  }).items;
  return { placement, names: farNames(nodes, placement, scale) };
}

describe('names from afar', () => {
  it('should never overlap, whatever the design and the zoom', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 4, max: 63 }),
        fc.double({ min: 0.05, max: 0.41, noNaN: true }),
        (zones, namespaces, nameLength, zoom) => {
          const { names } = named(design(zones, namespaces, nameLength), detailOf(zoom).scale);
          names.forEach((a, i) => {
            for (const b of names.slice(i + 1))
              expect(overlaps(a.rect, b.rect), `${a.title} on ${b.title}`).toBe(false);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('should name every zone and cluster of a thousand workloads where all of them are seen at once', () => {
    const topology = design(3, 100);
    const { placement, names } = named(topology, 1);
    const { bounds } = placement;
    const zoom = Math.min(840 / bounds.w, 560 / bounds.h);
    const { names: shown } = named(topology, detailOf(zoom).scale);
    for (const kind of ['zone', 'cluster', 'external'] as const)
      expect(shown.filter((n) => n.kind === kind).map((n) => n.title)).toEqual(
        names.filter((n) => n.kind === kind).map((n) => n.title),
      );
  });

  it('should name bands beside what stands in them where one has no room inside, all in one line', () => {
    const { names, placement } = named(design(3, 6), detailOf(0.2).scale);
    const zones = names.filter((n) => n.kind === 'zone');
    expect(zones.map((n) => n.isBeside)).toEqual(zones.map(() => true));
    expect(new Set(zones.map((n) => Math.round(n.rect.x + n.rect.w))).size).toBe(1);
    for (const { rect } of zones) expect(overlaps(rect, placement.bounds)).toBe(false);
    // Near enough, each stands in its own corner.
    expect(named(design(3, 6), 1).names.some((n) => n.isBeside)).toBe(false);
  });

  it('should leave out the name of a namespace that does not fit into its frame', () => {
    const topology = design(1, 2);
    const { placement, names } = named(topology, 2);
    expect(names.filter((n) => n.kind === 'namespace')).toHaveLength(2);
    const frame = placement.nodes.get(names.find((n) => n.kind === 'namespace')?.id ?? '')?.rect;
    expect(named(topology, (frame?.w ?? 0) / 10).names.filter((n) => n.kind === 'namespace')).toEqual([]);
  });
});

describe('the scale from afar', () => {
  it('should keep what is measured by it between its size and a fifth more on the screen', () => {
    for (let zoom = 0.05; zoom < 0.42; zoom += 0.01) {
      const { scale } = detailOf(zoom);
      expect(scale * zoom).toBeGreaterThanOrEqual(1);
      expect(scale * zoom).toBeLessThan(1.2);
    }
  });

  it('should be the same object while nothing changes, so that nothing is drawn again', () => {
    expect(detailOf(0.2)).toBe(detailOf(0.199));
    expect(detailOf(0.8)).toBe(detailOf(1.4));
    expect(detailOf(0.8).scale).toBe(1);
  });

  it('should write the name of what stands at the edge of the picture inside it', () => {
    const shop: Topology = {
      ...design(1, 4),
      storage: { endpoints: { disks: { type: 'local', zone: 'zone-0xx', name: 'Disks of the database' } } },
    };
    const { names, placement } = named(shop, detailOf(0.21).scale);
    const disks = names.find(({ id }) => id === 'endpoint:disks');
    expect(disks).toBeDefined();
    if (disks !== undefined) expect(contains(placement.bounds, disks.rect)).toBe(true);
  });
});
