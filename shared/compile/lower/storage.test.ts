import { describe, expect, it } from 'vitest';
import { design, lowerWithoutNetwork, readCase } from '../../testing/cluster-ir.ts';

const base = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'x' },
  clusters: { k: { distribution: 'kubeadm', version: '1.37.1' }, l: { distribution: 'kubeadm', version: '1.37.1' } },
};
function lower(parts: object, cluster = 'k') {
  const found = lowerWithoutNetwork(design({ ...base, ...parts })).find(({ ir }) => ir.id === cluster);
  if (found === undefined) throw new Error('no cluster');
  return { storage: found.ir.storage, rules: found.problems.map((p) => `${p.severity} ${p.rule}`) };
}

describe('lowerStorage', () => {
  it('should send a class to every cluster that has a namespace whose zone allows it, and to no other', () => {
    const parts = {
      zones: { a: { trust: 1, storageClasses: ['c'] }, b: { trust: 2, storageClasses: ['d'] } },
      namespaces: { n: { cluster: 'k', zone: 'a' }, m: { cluster: 'l', zone: 'b' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'ebs' } },
        classes: { c: { endpoint: 'e' }, d: { endpoint: 'e' } },
      },
    };
    expect(lower(parts, 'k').storage.classes.map((c) => c.name)).toEqual(['c']);
    expect(lower(parts, 'l').storage.classes.map((c) => c.name)).toEqual(['d']);
    expect(lower(parts, 'k').storage.quotas.map((q) => q.denied)).toEqual([['d']]);
  });

  it.each([
    ['azure-file', { protocol: 'nfs' }, [2049]],
    ['azure-file', { protocol: 'smb' }, [445]],
    ['azure-file', {}, [445, 2049]],
    ['trident', { backendType: 'ontap-nas-economy' }, [2049]],
    ['trident', { backendType: 'ontap-san' }, [3260, 4420]],
    ['trident', { backendType: 'solidfire-san' }, [2049, 3260, 4420]],
  ])('should open for %s with %j the ports of its protocol alone: %j', (type, parameters, ports) => {
    const { storage } = lower({
      zones: { a: { trust: 1, storageClasses: ['c'] } },
      namespaces: { n: { cluster: 'k', zone: 'a' } },
      storage: {
        endpoints: { e: { zone: 'a', type, addresses: ['10.9.0.5'], export: 'x' } },
        classes: { c: { endpoint: 'e', parameters } },
      },
    });
    const [row] = storage.firewall.filter((r) => r.purpose === 'node');
    expect(row?.ports.map((p) => p.port)).toEqual(ports);
  });

  it('should let the driver’s controller mount NFS from any node, and zones from their own', () => {
    const { storage } = lower({
      zones: { a: { trust: 1, storageClasses: ['c'] }, b: { trust: 2 } },
      clusters: {
        k: {
          distribution: 'kubeadm',
          version: '1.37.1',
          networks: { nodes: ['10.1.0.0/16'] },
          pools: {
            p: { zone: 'a', nodes: 1, addresses: ['10.1.1.0/24'] },
            q: { zone: 'b', nodes: 1, addresses: ['10.1.2.0/24'] },
          },
        },
      },
      namespaces: { n: { cluster: 'k', zone: 'a' }, m: { cluster: 'k', zone: 'b' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'nfs', addresses: ['10.9.0.5'], export: '/x' } },
        classes: { c: { endpoint: 'e' } },
      },
    });
    expect(storage.firewall.map((r) => [r.purpose, r.from, r.ports.map((p) => p.port)])).toEqual([
      ['node', ['10.1.1.0/24'], [2049]],
      ['controller', ['10.1.0.0/16'], [2049]],
    ]);
  });

  it('should not give two volume attributes classes one name', () => {
    const { storage, rules } = lower({
      zones: { a: { trust: 1, storageClasses: ['c', 'c-x'] } },
      namespaces: { n: { cluster: 'k', zone: 'a' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'ebs' } },
        classes: {
          c: { endpoint: 'e', attributes: { 'x-y': { iops: '1' } } },
          'c-x': { endpoint: 'e', attributes: { y: { iops: '2' } } },
        },
      },
    });
    expect(storage.attributes?.map((a) => [a.name, a.storageClass])).toEqual([['c-x-y', 'c']]);
    expect(rules).toEqual(['error compile/volume-attributes-name-twice']);
  });

  it('should give rows for the firewall, from the nodes to every address, apart for nodes and controllers', () => {
    const [prod] = lowerWithoutNetwork(readCase('nfs-and-ceph-by-zone'));
    const rows = prod?.ir.storage.firewall.map((r) => [
      r.endpoint,
      r.purpose,
      r.from.join(),
      r.to,
      r.zones.join(),
      r.ports.map((p) => [p.port, p.endPort ?? p.port].join('-')).join(),
    ]);
    expect(rows).toEqual([
      ['ceph', 'node', '10.1.0.0/24', '10.9.1.1', 'app', '3300-3300,6789-6789,6800-7568'],
      ['ceph', 'node', '10.1.0.0/24', '10.9.1.2', 'app', '3300-3300,6789-6789,6800-7568'],
      ['ceph-db', 'node', '10.1.0.0/24', '10.9.2.1', 'db', '3300-3300,6789-6789,6800-7568'],
      ['files', 'node', '10.1.0.0/24', '10.9.1.1', 'app', '3300-3300,6789-6789,6800-7568'],
      ['nas-dmz', 'node', '10.1.0.0/24', '10.9.0.5', 'dmz', '2049-2049'],
    ]);
    const vsphere = lower({
      zones: { a: { trust: 1, storageClasses: ['c'] } },
      namespaces: { n: { cluster: 'k', zone: 'a' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'vsphere', addresses: ['VCenter.example'], export: 'gold' } },
        classes: { c: { endpoint: 'e' } },
      },
    });
    expect(vsphere.storage.firewall).toMatchObject([
      { purpose: 'controller', from: [], to: 'vcenter.example', ports: [{ protocol: 'TCP', port: 443 }] },
    ]);
  });

  it('should keep one default class per cluster and report the others', () => {
    const { storage, rules } = lower({
      zones: { a: { trust: 1, storageClasses: ['d', 'c'] } },
      namespaces: { n: { cluster: 'k', zone: 'a' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'ebs' } },
        classes: { c: { endpoint: 'e', default: true }, d: { endpoint: 'e', default: true } },
      },
    });
    expect(storage.classes.filter((c) => c.isDefault).map((c) => c.id)).toEqual(['c']);
    expect(rules).toEqual(['error compile/storage-class-second-default']);
  });

  it('should not let a class into a zone under the name of another', () => {
    const { storage, rules } = lower({
      zones: { a: { trust: 1, storageClasses: ['c'] }, b: { trust: 2, storageClasses: ['d'] } },
      namespaces: { n: { cluster: 'k', zone: 'a' }, m: { cluster: 'k', zone: 'b' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'ebs' } },
        classes: { c: { endpoint: 'e', name: 'fast' }, d: { endpoint: 'e', name: 'fast' } },
      },
    });
    expect(storage.zones.map((z) => z.allowed)).toEqual([['fast'], []]);
    expect(storage.quotas.map((q) => [q.namespace, q.denied, q.none])).toEqual([['m', ['fast'], true]]);
    expect(rules).toEqual(['error compile/storage-class-name-twice']);
  });

  it('should allow nothing for dangling references, and throw for none', () => {
    const { storage, rules } = lower({
      zones: { a: { trust: 1, storageClasses: ['gone', 'c'] } },
      namespaces: { n: { cluster: 'k', zone: 'a' }, o: { cluster: 'k', zone: 'nowhere' } },
      storage: { classes: { c: { endpoint: 'gone' } } },
    });
    expect(storage.classes).toEqual([]);
    expect(storage.zones).toMatchObject([{ zone: 'a', allowed: [], mayLeaveOut: false }]);
    expect(storage.quotas.map((q) => [q.namespace, q.zone, q.none])).toEqual([
      ['n', 'a', true],
      ['o', undefined, true],
    ]);
    expect(rules).toEqual([]);
  });
});
