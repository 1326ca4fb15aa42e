import { describe, expect, it } from 'vitest';
import type { Topology } from '../../shared/model/index.ts';
import { arrange } from './layout.ts';
import { mapPaths, movingPaths } from './map-paths.ts';

function design(workloads: number): Topology {
  return {
    zones: { app: { trust: 50 } },
    clusters: { prod: { distribution: 'kubeadm', version: '1.37.1', cni: { name: 'calico' } } },
    namespaces: { shop: { cluster: 'prod', zone: 'app' } },
    workloads: Object.fromEntries(
      Array.from({ length: workloads }, (_, n) => [`w${n}`, { namespace: 'shop', labels: { app: `w${n}` } }]),
    ),
    externals: { partner: { cidrs: ['203.0.113.0/24'] } },
  } as unknown as Topology;
}

describe('mapPaths', () => {
  it('should draw one path a kind, however much stands in the picture', () => {
    const few = mapPaths(arrange(design(2)));
    const many = mapPaths(arrange(design(40)));
    expect(few.map(({ kind }) => kind)).toEqual(['zone', 'column', 'namespace', 'card']);
    expect(many.map(({ kind }) => kind)).toEqual(few.map(({ kind }) => kind));
    expect(count(many, 'card')).toBe(count(few, 'card') + 38);
  });

  it('should draw every card where it stands', () => {
    const placement = arrange(design(3));
    const cards = mapPaths(placement).find(({ kind }) => kind === 'card')?.path;
    for (const id of ['workload:w0', 'workload:w2', 'external:partner']) {
      const rect = placement.nodes.get(id)?.rect;
      expect(cards).toContain(`M${rect?.x} ${rect?.y}h${rect?.w}v${rect?.h}`);
    }
  });

  it('should draw nothing of an empty design but what is always there', () => {
    expect(mapPaths(arrange({} as unknown as Topology)).map(({ kind }) => kind)).not.toContain('card');
  });
  it('should draw what is dragged where it is, and nowhere else', () => {
    const placement = arrange(design(3));
    const at = { x: 7, y: 11, w: 100, h: 50 };
    const still = mapPaths(placement, new Set(['workload:w1', 'segment:prod/app']));
    expect(count(still, 'card')).toBe(count(mapPaths(placement), 'card') - 1);
    expect(still.map(({ kind }) => kind)).not.toContain('column');
    expect(movingPaths(new Map([['workload:w1', at]]))).toEqual([{ kind: 'card', path: 'M7 11h100v50h-100z' }]);
    expect(movingPaths(new Map([['segment:prod/app', at]]))).toEqual([{ kind: 'column', path: 'M7 11h100v50h-100z' }]);
  });
});

function count(paths: ReturnType<typeof mapPaths>, kind: string): number {
  return paths.find((p) => p.kind === kind)?.path.match(/M/g)?.length ?? 0;
}
