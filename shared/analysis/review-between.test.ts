import { describe, expect, it } from 'vitest';
import { entriesOf } from '../diff/index.ts';
import type { Cluster, Topology } from '../model/index.ts';
import { reviewDesigns } from './index.ts';

const exception = { reason: 'test', owner: 'test', until: '2030-01-01' };

/** A shop in one cluster and what it sells from in another, joined by a flow between zones. */
function design(edge: Partial<Cluster>, core: Partial<Cluster>): Topology {
  return {
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'two clusters' },
    zones: { app: { trust: 50, intraZone: 'deny' }, db: { trust: 80, intraZone: 'deny' } },
    clusters: {
      edge: {
        distribution: 'kubeadm',
        version: '1.37',
        cni: { name: 'calico' },
        networks: { pods: ['10.20.0.0/16'], nodes: ['10.1.0.0/24'] },
        ...edge,
      },
      core: {
        distribution: 'kubeadm',
        version: '1.37',
        cni: { name: 'calico' },
        networks: { pods: ['10.30.0.0/16'], nodes: ['10.2.0.0/24'] },
        ...core,
      },
    },
    namespaces: {
      web: { cluster: 'edge', zone: 'app' },
      spare: { cluster: 'edge', zone: 'app' },
      data: { cluster: 'core', zone: 'db' },
    },
    workloads: {
      shop: { namespace: 'web', ports: { http: { port: 8080 } } },
      store: {
        namespace: 'data',
        ports: { sql: { port: 5432 } },
        service: { type: 'LoadBalancer', addresses: ['10.9.0.9'] },
      },
    },
    flows: { sales: { from: { zone: 'app' }, to: { workload: 'store' }, ports: [{ port: 'sql' }], exception } },
  };
}

/** Edits that are true of some connection or other, and have nothing to do with this one. */
function withNoise(topology: Topology): Topology {
  return {
    ...topology,
    workloads: {
      ...topology.workloads,
      shop: { ...topology.workloads?.shop, namespace: 'web', ports: { http: { port: 8081 } } },
      idle: { namespace: 'spare', ports: { http: { port: 80 } } },
    },
    matrix: { db: { app: { access: 'allow-all' } } },
  } as Topology;
}

/** Of each changed connection from the shop to the store: its class, and what it is put down to. */
function causes(before: Topology, after: Topology): ReadonlyArray<readonly string[]> {
  return entriesOf(reviewDesigns(before, withNoise(after))).flatMap(({ connection, class: kind, causes: own }) => {
    const isBetween =
      connection?.from.some((end) => end.kind === 'workload' && end.id === 'shop') === true &&
      connection.to.some((end) => end.kind === 'workload' && end.id === 'store');
    return isBetween ? [[kind, ...own.map((cause) => `${cause.kind}:${cause.id}`)]] : [];
  });
}

const routed = { seenAs: 'routed' as const };
const egress = { seenAs: 'egress' as const, egress: { cluster: ['10.8.0.1'] } };

describe('workloads that change their cluster', () => {
  it('should be put together where what they open is alike', () => {
    const before = design(egress, egress);
    const workloads = { ...before.workloads, desk: { namespace: 'web' }, till: { namespace: 'web' } };
    const zones = { ...before.zones, app: { trust: 50, intraZone: 'allow' as const } };
    const older = { ...before, zones, workloads };
    const home = { ...before.namespaces?.web, cluster: 'core', zone: 'app' };
    const newer = { ...older, namespaces: { ...before.namespaces, web: home, hall: { cluster: 'core', zone: 'app' } } };
    const joined = { ...newer, workloads: { ...workloads, guest: { namespace: 'hall' } } };
    const opened = entriesOf(reviewDesigns(older, joined)).flatMap(({ connection }) =>
      connection?.kind === 'opened' && connection.to.some((end) => end.kind === 'workload' && end.id === 'guest')
        ? [connection.from.map((end) => end.title).sort()]
        : [],
    );
    expect(opened).toEqual([['desk', 'shop', 'till']]);
  });
});

describe('causes between clusters', () => {
  it('should name a namespace that moved to another zone', () => {
    const before = design(egress, egress);
    const zones = { ...before.zones, lab: { trust: 10, intraZone: 'deny' as const } };
    const after = { ...before, zones, namespaces: { ...before.namespaces, web: { cluster: 'edge', zone: 'lab' } } };
    expect(causes({ ...before, zones }, after)).toEqual([['closes', 'namespace:web']]);
  });

  it('should name a cluster that is seen otherwise', () => {
    expect(causes(design(egress, egress), design({ ...egress, egress: {} }, egress))).toEqual([
      ['closes', 'cluster:edge'],
    ]);
    expect(causes(design({ ...egress, egress: {} }, egress), design(egress, egress))).toEqual([
      ['opens', 'cluster:edge'],
    ]);
  });

  it('should name the cluster whose pods lost their addresses', () => {
    const core = { ...routed, networks: { nodes: ['10.2.0.0/24'] } };
    expect(causes(design(routed, routed), design(routed, core))).toEqual([['closes', 'cluster:core']]);
  });

  it('should name the pool whose nodes are elsewhere', () => {
    const pools = (addresses: readonly string[]) =>
      ({
        networks: { pods: ['10.20.0.0/16'] },
        pools: { a: { zone: 'app', nodes: 2, addresses } },
      }) as Partial<Cluster>;
    expect(causes(design(pools(['10.1.0.0/25']), egress), design(pools([]), egress))).toEqual([
      ['closes', 'pool:edge/a'],
    ]);
  });

  it('should try no pool without the cluster that it came with', () => {
    const before = design(egress, egress);
    const pools = { a: { zone: 'db', nodes: 1, addresses: ['10.3.0.0/25'] } };
    const fresh = { distribution: 'kubeadm' as const, version: '1.37', cni: { name: 'calico' }, pools, ...egress };
    const after: Topology = {
      ...before,
      clusters: { ...before.clusters, fresh },
      namespaces: {
        ...before.namespaces,
        data: { cluster: 'fresh', zone: 'db' },
        more: { cluster: 'fresh', zone: 'app' },
      },
    };
    for (const [a, b] of [
      [before, after],
      [after, before],
    ] as const)
      expect(entriesOf(reviewDesigns(a, withNoise(b))).some((e) => e.causes.some((c) => c.kind === 'pool'))).toBe(true);
  });

  it('should name the cluster that left a mesh', () => {
    const mesh = { cni: { name: 'cilium' }, seenAs: 'mesh' as const, mesh: 'one' };
    // Without an address to dial, identity is the only way.
    const inside = (core: typeof mesh): Topology => {
      const { workloads, ...rest } = design(mesh, core);
      return { ...rest, workloads: { ...workloads, store: { namespace: 'data', ports: { sql: { port: 5432 } } } } };
    };
    expect(causes(inside(mesh), inside({ ...mesh, mesh: 'two' }))).toEqual([['closes', 'cluster:core']]);
  });

  it('should see what opens towards a cluster that is to replace another and holds the workloads of that one', () => {
    const host: Partial<Cluster> = { networks: { nodes: ['10.3.0.0/24'] }, replaces: 'core' };
    const fresh = { distribution: 'kubeadm' as const, version: '1.37', cni: { name: 'calico' }, ...host };
    const joined = (topology: Topology): Topology => ({ ...topology, clusters: { ...topology.clusters, fresh } });
    const [before, after] = [design({ ...egress, egress: {} }, egress), design(egress, egress)].map(joined) as [
      Topology,
      Topology,
    ];
    const places = entriesOf(reviewDesigns(before, after)).flatMap(({ connection }) =>
      connection?.from.some((end) => end.kind === 'workload' && end.cluster === 'edge') === true
        ? connection.to.flatMap((end) => (end.kind === 'workload' ? [end.cluster] : []))
        : [],
    );
    expect([...new Set(places)].sort()).toEqual(['core', 'fresh']);
  });

  it('should see what opens towards a workload on the network of its nodes, which stand where its zone has pools', () => {
    const pools = { a: { zone: 'db', nodes: 1, addresses: ['10.2.0.0/25'] } };
    const drawn = design(routed, { ...routed, networks: {}, pools });
    const store = { namespace: 'data', hostNetwork: true, ports: { sql: { port: 5432 } } };
    const after: Topology = { ...drawn, workloads: { ...drawn.workloads, store } };
    expect(causes({ ...after, flows: {} }, after)).toEqual([['opens', 'flow:sales']]);
  });

  it('should name a cell of the matrix, which neither end has', () => {
    const before = design(egress, egress);
    const { exception: _, ...sales } = before.flows?.sales ?? { from: { zone: 'app' }, to: { zone: 'db' }, ports: [] };
    const withCell = (access: 'allow-all' | 'block-all'): Topology => {
      const noise = withNoise({ ...before, flows: { sales } });
      return { ...noise, matrix: { ...noise.matrix, app: { db: { access } } } };
    };
    const review = reviewDesigns(withCell('block-all'), withCell('allow-all'));
    const found = entriesOf(review).filter((e) => e.layer === 'connection');
    expect(found.map((e) => e.title)).toContain('idle and shop → store');
    for (const entry of found) expect(entry.causes).toEqual([{ kind: 'matrix', id: 'app/db' }]);
  });
});
