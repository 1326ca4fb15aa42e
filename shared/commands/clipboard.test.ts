import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { emptyTopology, ref, schema, type Topology } from '../model/index.ts';
import { addRecords, copyRecords, type Pasted, type PasteTarget, parseClipboard, pasteRecords } from './index.ts';

const shop: Topology = {
  ...emptyTopology('shop'),
  zones: { dmz: { trust: 20, runtimes: ['gvisor'], storageClasses: ['nas'] }, app: { trust: 50 } },
  clusters: {
    prod: { distribution: 'kind', version: '1.37', pools: { a: { zone: 'dmz', nodes: 2, runtimes: ['gvisor'] } } },
  },
  namespaces: { web: { cluster: 'prod', zone: 'dmz', name: 'front' }, orders: { cluster: 'prod', zone: 'app' } },
  workloads: {
    gateway: { namespace: 'web', runtime: 'gvisor', storage: { data: { class: 'nas' } } },
    cache: { namespace: 'web', name: 'redis' },
    api: { namespace: 'orders' },
  },
  externals: { internet: { kind: 'internet' } },
  flows: {
    cached: { from: { workload: 'gateway' }, to: { workload: 'cache' }, ports: [{ port: 6379 }] },
    call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: 'all' },
  },
  storage: {
    endpoints: { nas: { zone: 'dmz', type: 'nfs' } },
    classes: { nas: { endpoint: 'nas', default: true } },
  },
  runtimes: { gvisor: { from: 'gvisor' } },
  layout: { workloads: { gateway: { x: 4, y: 5 } } },
};

function paste(
  into: Topology,
  copied: ReturnType<typeof copyRecords>,
  target?: PasteTarget,
): Pasted & { after: Topology } {
  const pasted = pasteRecords(into, copied, target);
  const after = produce(into, (draft) => addRecords.run(draft, pasted));
  expect(schema.topology.safeParse(after).error?.issues).toBeUndefined();
  return { ...pasted, after };
}

describe('copy and paste', () => {
  it('should duplicate a namespace with its workloads and the flows among them, under new ids', () => {
    const { after, left } = paste(shop, copyRecords(shop, [ref('namespace', 'web')]));
    expect(left).toEqual([]);
    expect(after.namespaces?.['web-2']).toEqual({ cluster: 'prod', zone: 'dmz' });
    expect(after.workloads?.['gateway-2']).toEqual({
      namespace: 'web-2',
      runtime: 'gvisor',
      storage: { data: { class: 'nas' } },
    });
    expect(after.workloads?.['cache-2']).toEqual({ namespace: 'web-2', name: 'redis' });
    expect(after.flows?.['cached-2']).toEqual({
      from: { workload: 'gateway-2' },
      to: { workload: 'cache-2' },
      ports: [{ port: 6379 }],
    });
    expect(Object.keys(after.flows ?? {})).toEqual(['cached', 'call', 'cached-2']);
    expect(after.layout?.workloads?.['gateway-2']).toEqual({ x: 4, y: 5 });
  });

  it('should put workloads into the target namespace and drop a written name that is taken there', () => {
    const { after } = paste(shop, copyRecords(shop, [ref('workload', 'cache')]), { namespace: 'orders' });
    expect(after.workloads?.['cache-2']).toEqual({ namespace: 'orders', name: 'redis' });
    const again = paste(shop, copyRecords(shop, [ref('workload', 'cache')]));
    expect(again.after.workloads?.['cache-2']).toEqual({ namespace: 'web' });
  });

  it('should keep ids in another design, drop optional references it lacks and leave out what has no home', () => {
    const other: Topology = {
      ...emptyTopology('other'),
      clusters: { test: { distribution: 'k3s', version: '1.36' } },
      zones: { low: { trust: 20 } },
    };
    const copied = copyRecords(shop, [ref('namespace', 'web'), ref('flow', 'call')]);
    const homeless = pasteRecords(other, copied);
    expect(homeless.records).toEqual([]);
    expect(homeless.left.map((r) => r.id).sort()).toEqual(['cache', 'cached', 'call', 'gateway', 'web']);

    const { after, left } = paste(other, copied, { cluster: 'test' });
    expect(left).toEqual([ref('flow', 'call')]);
    expect(after.namespaces).toEqual({ web: { cluster: 'test', name: 'front' } });
    expect(after.workloads?.gateway).toEqual({ namespace: 'web', storage: { data: {} } });
  });

  it('should give a pasted zone a trust of its own and bring its storage', () => {
    const { after } = paste(shop, copyRecords(shop, [ref('zone', 'dmz')]));
    expect(after.zones?.['dmz-2']).toEqual({ trust: 21, runtimes: ['gvisor'], storageClasses: ['nas-2'] });
    expect(after.storage?.classes?.['nas-2']).toEqual({ endpoint: 'nas-2' });
    expect(after.namespaces?.['web-2']?.zone).toBe('dmz-2');
  });

  it('should copy a pool alone, and a cluster with its pools', () => {
    const pool = paste(shop, copyRecords(shop, [ref('pool', 'prod/a')]), { zone: 'app' });
    expect(pool.after.clusters?.prod?.pools?.['a-2']).toEqual({ zone: 'app', nodes: 2, runtimes: ['gvisor'] });
    const cluster = paste(shop, copyRecords(shop, [ref('cluster', 'prod')]));
    expect(cluster.after.clusters?.['prod-2']?.pools).toEqual(shop.clusters?.prod?.pools);
    expect(cluster.after.namespaces?.['orders-2']?.cluster).toBe('prod-2');
  });

  it('should survive the way through text, and refuse other text', () => {
    const copied = copyRecords(shop, [ref('zone', 'dmz'), ref('pool', 'prod/a')]);
    expect(parseClipboard(JSON.stringify(copied))).toEqual(copied);
    for (const text of [
      '',
      'null',
      '[]',
      '{"kind":"ZonewrightClipboard"}',
      '{"kind":"ZonewrightClipboard","design":{},"pools":[null]}',
    ]) {
      expect(parseClipboard(text)).toBeUndefined();
    }
  });
});
