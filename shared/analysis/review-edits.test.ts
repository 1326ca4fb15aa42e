import { describe, expect, it } from 'vitest';
import { entriesOf } from '../diff/index.ts';
import type { Topology } from '../model/index.ts';
import { reviewDesigns } from './index.ts';

const design: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { dmz: { trust: 20, storageClasses: ['media'] }, app: { trust: 50 } },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      cni: { name: 'calico' },
      pools: { 'dmz-a': { zone: 'dmz', nodes: 2 }, 'app-a': { zone: 'app', nodes: 2 } },
    },
  },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, orders: { cluster: 'prod', zone: 'app' } },
  workloads: {
    gateway: { namespace: 'web', ports: { https: { port: 8443 } } },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
  },
  flows: { shop: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } },
  storage: {
    endpoints: { nas: { zone: 'dmz', type: 'nfs', addresses: ['10.9.0.5'], export: '/dmz' } },
    classes: { media: { endpoint: 'nas' } },
  },
};

/** The edits that led to each object of a kind, by its name. */
function causesOf(after: Topology, kind: string) {
  return Object.fromEntries(
    entriesOf(reviewDesigns(design, after))
      .filter((entry) => entry.manifest?.kind === kind)
      .map((entry) => [entry.manifest?.name, entry.causes.map((cause) => `${cause.kind}:${cause.id}`)]),
  );
}

describe('Edits', () => {
  it('should lead what a renamed record left behind to its renaming, and to no edit nearby', () => {
    const { gateway, ...workloads } = design.workloads ?? {};
    const after: Topology = {
      ...design,
      workloads: { ...workloads, shopfront: { namespace: 'web', ...gateway, kind: 'StatefulSet' } },
      flows: { shop: { from: { workload: 'shopfront' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } },
      matrix: { dmz: { app: { access: 'allow-all' } } },
    };
    expect(causesOf(after, 'Deployment')).toEqual({ gateway: ['workload:shopfront'] });
    expect(causesOf(after, 'StatefulSet')).toEqual({ shopfront: ['workload:shopfront'] });
    const beside: Topology = { ...after, zones: { ...design.zones, dmz: { trust: 25, storageClasses: ['media'] } } };
    expect(causesOf(beside, 'Deployment')).toEqual({ gateway: ['workload:shopfront', 'zone:dmz'] });
  });

  it('should know the pools of a renamed cluster', () => {
    const { prod } = design.clusters ?? {};
    if (prod === undefined) throw new Error('no cluster');
    const pools = { ...prod.pools, 'app-a': { zone: 'app', nodes: 3 } };
    const namespaces = { web: { cluster: 'live', zone: 'dmz' }, orders: { cluster: 'live', zone: 'app' } };
    const after: Topology = { ...design, clusters: { live: { ...prod, pools } }, namespaces };
    const review = reviewDesigns(design, after);
    const left = entriesOf(review).filter((e) => e.manifest?.kind === 'Node' && e.manifest.cluster === 'prod');
    expect(left.map((e) => [e.manifest?.name, e.causes.map((cause) => cause.id)])).toEqual([
      ['dmz-a', ['live']],
      ['app-a', ['live/app-a', 'live']],
    ]);
  });

  it('should lead an object first to the record that it is named after, before what that is in', () => {
    for (const name of ['Edge', 'media']) {
      const after: Topology = {
        ...design,
        zones: { ...design.zones, dmz: { trust: 25, storageClasses: ['media'], name } },
        storage: { ...design.storage, classes: { media: { endpoint: 'nas', reclaim: 'Retain' } } },
      };
      expect(causesOf(after, 'StorageClass')).toEqual({ media: ['class:media', 'zone:dmz'] });
    }
  });
});
