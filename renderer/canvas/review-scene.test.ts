import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { facts } from '../../shared/analysis/index.ts';
import { diffTopology } from '../../shared/diff/index.ts';
import { allRefs, lookup, refKey, type Topology } from '../../shared/model/index.ts';
import { isGhost } from './ghost.ts';
import { arrange } from './layout.ts';
import { isInVersion, sceneOf, type Version, versionOf } from './review-scene.ts';

const before: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { dmz: { trust: 20 }, app: { trust: 50 } },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37.1',
      pools: { a: { zone: 'dmz', nodes: 2 }, b: { zone: 'app', nodes: 2 } },
    },
  },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    shop: { cluster: 'prod', zone: 'app' },
    tools: { cluster: 'prod', zone: 'dmz' },
  },
  workloads: {
    gate: { namespace: 'web' },
    cart: { namespace: 'shop' },
    scan: { namespace: 'tools', replicas: 4, owner: 'x' },
    old: { namespace: 'web' },
  },
  flows: {
    'gate-cart': { from: { workload: 'gate' }, to: { workload: 'cart' }, ports: [{ port: 80 }] },
    'cart-scan': { from: { workload: 'cart' }, to: { workload: 'scan' }, ports: [{ port: 81 }] },
  },
};
/** A workload moves, a namespace moves, one comes, one goes, one is renamed, and a flow leads elsewhere. */
const after = produce(before, (draft) => {
  const { workloads, namespaces, flows } = draft;
  if (workloads === undefined || namespaces?.tools === undefined || flows === undefined)
    throw new Error('they are there');
  delete workloads.old;
  if (workloads.cart !== undefined) workloads.cart.namespace = 'web';
  workloads.fresh = { namespace: 'shop' };
  namespaces.tools.zone = 'app';
  flows['gate-fresh'] = { from: { workload: 'gate' }, to: { workload: 'fresh' }, ports: [{ port: 82 }] };
});
const scene = sceneOf(before, after, diffTopology(before, after, facts));

function keysIn(version: Version): string[] {
  const { topology } = versionOf(scene, version);
  return allRefs(topology).map(refKey).sort();
}

describe('sceneOf', () => {
  it('should have every record of both versions in the union, so that nothing stands elsewhere', () => {
    const union = new Set(keysIn('both'));
    for (const key of [...keysIn('before'), ...keysIn('after')]) expect(union).toContain(key);
    expect(versionOf(scene, 'after').topology).toBe(after);
  });

  it('should keep the place of what went, and give what moved a ghost where it was', () => {
    const index = lookup(scene.union);
    expect(index.get('workload', 'old')?.namespace).toBe('web');
    expect(index.get('workload', 'cart')?.namespace).toBe('web');
    expect(index.get('workload', 'cart~')).toMatchObject({ namespace: 'shop', name: 'cart' });
    expect(index.get('namespace', 'tools~')?.zone).toBe('dmz');
    expect(index.get('workload', 'scan~')?.namespace).toBe('tools~');
    expect(scene.marks.get('workload:cart')).toMatchObject({ mark: 'changed', text: '~ from shop' });
    expect(scene.marks.get('workload:cart~')).toMatchObject({ mark: 'removed', text: '→ web' });
    expect(scene.marks.get('workload:old')?.mark).toBe('removed');
    expect(scene.marks.get('workload:fresh')?.mark).toBe('added');
  });

  it('should lead the arrows of before to where their ends were', () => {
    expect(scene.before.flows?.['gate-cart~']).toMatchObject({ to: { workload: 'cart~' } });
    expect(scene.before.flows?.['gate-cart']).toBeUndefined();
    expect(scene.marks.get('flow:gate-cart~')).toMatchObject({ mark: 'removed', text: '' });
  });

  it('should place everything of either version, each in a frame that is there', () => {
    const placement = arrange(scene.union);
    for (const version of ['before', 'after'] as const) {
      const { topology } = versionOf(scene, version);
      for (const workload of Object.keys(topology.workloads ?? {})) {
        const placed = placement.nodes.get(`workload:${workload}`);
        expect(placed).toBeDefined();
        for (let at = placed?.parent; at !== undefined; at = placement.nodes.get(at)?.parent)
          expect([at, isInVersion(topology, at)]).toEqual([at, true]);
      }
    }
  });

  it('should show no ghost after, and none as a ghost before', () => {
    expect(keysIn('after').some(isGhost)).toBe(false);
    const marks = versionOf(scene, 'before').marks;
    expect(marks.get('workload:cart~')?.mark).toBe('changed');
    expect(marks.has('workload:fresh')).toBe(false);
    expect(versionOf(scene, 'after').marks.has('workload:old')).toBe(false);
  });

  it('should call a renamed record by the name it had', () => {
    const renamed = produce(before, (draft) => {
      const { scan, ...rest } = draft.workloads ?? {};
      if (scan !== undefined) draft.workloads = { ...rest, scanner: scan };
      const flow = draft.flows?.['cart-scan'];
      if (flow !== undefined) flow.to = { workload: 'scanner' };
    });
    const { before: older } = sceneOf(before, renamed, diffTopology(before, renamed, facts));
    expect(older.workloads?.scanner?.name).toBe('scan');
  });
});
