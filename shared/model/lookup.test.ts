import { describe, expect, it } from 'vitest';
import { emptyTopology, lookup, parseRefKey, type Ref, ref, refKey, type Topology, writtenCell } from './index.ts';

describe('the matrix of a design', () => {
  const cell = { access: 'allow-only' as const, services: ['443/tcp'] };
  const design: Topology = {
    ...emptyTopology('shop'),
    zones: { web: { trust: 10 }, constructor: { trust: 50 } },
    matrix: { web: { outside: cell } },
  };

  it('should give the cells that are written', () => {
    expect(writtenCell(design, 'web', 'outside')).toEqual(cell);
    expect(lookup(design).matrix('web', 'outside')).toEqual({ ...cell, written: true });
  });

  it('should leave to trust what is not written, whatever a zone is called', () => {
    expect(writtenCell(design, 'web', 'constructor')).toBeUndefined();
    expect(writtenCell(design, 'constructor', 'name')).toBeUndefined();
    expect(lookup(design).matrix('web', 'constructor')).toEqual({ access: 'allow-all', services: [], written: false });
  });
});

describe('places', () => {
  const cluster = { distribution: 'kind', version: '1.37' } as const;
  const design: Topology = {
    ...emptyTopology('shop'),
    zones: { app: { trust: 50, runtimes: ['gvisor'] }, dmz: { trust: 20 } },
    clusters: {
      blue: { ...cluster, pools: { edge: { zone: 'dmz', nodes: 1 } } },
      green: { ...cluster, replaces: 'blue' },
      loop: { ...cluster, replaces: 'loop' },
    },
    namespaces: {
      web: { cluster: 'blue', zone: 'dmz', name: 'web-prod' },
      shop: { cluster: 'green', zone: 'app' },
      lost: { cluster: 'gone', zone: 'nowhere' },
    },
    workloads: {
      gateway: { namespace: 'web', runtime: 'runc', labels: { app: 'gw', tier: 'web' }, selector: { app: 'gw' } },
      api: { namespace: 'shop' },
      stray: { namespace: 'missing' },
    },
    externals: { internet: { kind: 'internet', name: 'The internet' } },
    storage: { endpoints: { san: { zone: 'app', type: 'nfs' } }, classes: { fast: { endpoint: 'san' } } },
    flows: {
      in: {
        from: { external: 'internet' },
        to: { workload: 'api' },
        ports: 'all',
        via: { kind: 'gateway', proxy: 'gateway' },
      },
    },
  };
  const index = lookup(design);
  const ids = (records: ReadonlyArray<{ readonly id: string }>) => records.map(({ id }) => id);

  it('should put zones by trust, and everything else by id', () => {
    expect(ids(index.zones)).toEqual(['dmz', 'app']);
    expect(ids(index.namespaces)).toEqual(['lost', 'shop', 'web']);
    expect([index.tierOf('outside'), index.tierOf('app'), index.tierOf('nowhere')]).toEqual([-1, 1, undefined]);
  });

  it.each<[Ref, string | undefined, string | undefined]>([
    [ref('zone', 'dmz'), 'dmz', undefined],
    [ref('zone', 'nowhere'), undefined, undefined],
    [ref('cluster', 'blue'), undefined, 'blue'],
    [ref('pool', 'blue/edge'), 'dmz', 'blue'],
    [ref('namespace', 'shop'), 'app', 'green'],
    [ref('workload', 'gateway'), 'dmz', 'blue'],
    [ref('workload', 'stray'), undefined, undefined],
    [ref('endpoint', 'san'), 'app', undefined],
    [ref('class', 'fast'), 'app', undefined],
    [ref('external', 'internet'), 'outside', undefined],
    [ref('flow', 'in'), undefined, undefined],
  ])('should know zone and cluster of %j', (of, zone, own) => {
    expect([index.zoneOf(of), index.clusterOf(of)]).toEqual([zone, own]);
  });

  it('should find the workloads that an end of a flow stands for', () => {
    expect(ids(index.workloadsOf(ref('workload', 'api')))).toEqual(['api']);
    expect(ids(index.workloadsOf(ref('namespace', 'web')))).toEqual(['gateway']);
    expect(ids(index.workloadsOf(ref('zone', 'app')))).toEqual(['api']);
    expect(index.workloadsOf(ref('external', 'internet'))).toEqual([]);
    expect(index.workloadsOf(ref('workload', 'gone'))).toEqual([]);
  });

  it('should find the flows of both ends, and of the proxy that they pass', () => {
    for (const end of [ref('external', 'internet'), ref('workload', 'api'), ref('workload', 'gateway')])
      expect(ids(index.flowsOf(end))).toEqual(['in']);
    expect(index.flowsOf(ref('namespace', 'shop'))).toEqual([]);
  });

  it('should let a cluster that replaces another hold everything of both', () => {
    expect(ids(index.namespacesHeldBy('green'))).toEqual(['shop', 'web']);
    expect(ids(index.namespacesHeldBy('blue'))).toEqual(['web']);
    expect([index.homesOf('web'), index.homesOf('shop'), index.homesOf('lost')]).toEqual([
      ['blue', 'green'],
      ['green'],
      [],
    ]);
    expect([
      index.isOnePair('blue', 'green'),
      index.isOnePair('green', 'green'),
      index.isOnePair('green', 'loop'),
    ]).toEqual([true, false, false]);
    expect([index.zonesOfCluster('green'), index.zonesOfCluster('blue')]).toEqual([['dmz', 'app'], ['dmz']]);
    expect(index.clustersOfZone('app')).toEqual(['green']);
    expect(ids(index.poolsOf('blue', 'dmz'))).toEqual(['blue/edge']);
    expect(index.poolsOf('blue', 'app')).toEqual([]);
  });

  it('should apply defaults where a record says nothing', () => {
    expect([index.runtimeOf('gateway'), index.runtimeOf('api'), index.runtimeOf('stray')]).toEqual([
      'runc',
      'gvisor',
      undefined,
    ]);
    expect([index.labelsOf('api'), index.selectorOf('api')]).toEqual([{ app: 'api' }, { app: 'api' }]);
    expect(index.selectorOf('gateway')).toEqual({ app: 'gw' });
    expect([index.nameOf(ref('namespace', 'web')), index.nameOf(ref('namespace', 'shop'))]).toEqual([
      'web-prod',
      'shop',
    ]);
    expect([index.titleOf(ref('external', 'internet')), index.titleOf(ref('pool', 'blue/edge'))]).toEqual([
      'The internet',
      'edge',
    ]);
  });
});

describe('keys of references', () => {
  it('should be read back, and nothing else', () => {
    for (const r of [ref('zone', 'dmz'), ref('pool', 'blue/edge'), ref('workload', 'a:b')])
      expect(parseRefKey(refKey(r))).toEqual(r);
    for (const key of ['', 'zone', ':dmz', 'planet:dmz', 'zon:dmz']) expect(parseRefKey(key), key).toBeUndefined();
  });
});
