import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, objectNamed, objectsOf, readCase } from '../../testing/cluster-ir.ts';
import { resourceQuotas } from './resource-quota.ts';

const [prod] = lowerWithoutNetwork(readCase('nfs-and-ceph-by-zone'));
if (prod === undefined) throw new Error('the case has no cluster');
const emission = emit(resourceQuotas, prod.ir);
const hardOf = (namespace: string): Record<string, string> => {
  const found = objectsOf(emission).find((o) => o.metadata.namespace === namespace);
  return (found?.spec as { hard: Record<string, string> } | undefined)?.hard ?? {};
};
const key = (name: string, what: string) => `${name}.storageclass.storage.k8s.io/${what}`;

describe('resource quotas', () => {
  it('should set claims and storage of every foreign class to zero, also of one that only other clusters could have, and no other key', () => {
    expect(hardOf('shop')).toEqual({
      [key('unused', 'persistentvolumeclaims')]: '0',
      [key('unused', 'requests.storage')]: '0',
      [key('ceph-db', 'persistentvolumeclaims')]: '0',
      [key('ceph-db', 'requests.storage')]: '0',
      [key('nfs-dmz', 'persistentvolumeclaims')]: '0',
      [key('nfs-dmz', 'requests.storage')]: '0',
    });
  });

  it('should allow no claim at all where a zone has no classes, and where a namespace has no zone', () => {
    for (const namespace of ['audit', 'lost']) {
      expect(hardOf(namespace)).toMatchObject({ persistentvolumeclaims: '0', 'requests.storage': '0' });
      expect(Object.keys(hardOf(namespace))).toHaveLength(12);
    }
  });

  it('should set claims of foreign volume attributes classes to zero, by a quota of their scope', () => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1, storageClasses: ['c', 'd'] }, b: { trust: 2, storageClasses: ['d'] }, e: { trust: 3 } },
      clusters: { k: { distribution: 'kubeadm', version: '1.37.1' } },
      namespaces: { n: { cluster: 'k', zone: 'a' }, m: { cluster: 'k', zone: 'b' }, o: { cluster: 'k', zone: 'e' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'ebs' } },
        classes: {
          c: { endpoint: 'e', attributes: { fast: { iops: '9000' } } },
          d: { endpoint: 'e', attributes: { slow: { iops: '3000' } } },
        },
      },
    });
    const quotas = lowerWithoutNetwork(topology).flatMap(({ ir }) => objectsOf(emit(resourceQuotas, ir)));
    const scoped = quotas.filter((o) => o.metadata.name === 'zone-storage-attributes');
    expect(scoped.map((o) => o.metadata.namespace)).toEqual(['m']);
    expect(scoped[0]?.spec).toEqual({
      hard: { persistentvolumeclaims: '0' },
      scopeSelector: {
        matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In', values: ['c-fast'] }],
      },
    });
  });

  it('should leave out a key that Kubernetes would refuse for its length, and say so', () => {
    const long = 'a'.repeat(240);
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1, storageClasses: ['c'] }, b: { trust: 2, storageClasses: ['d'] } },
      clusters: { k: { distribution: 'managed', version: '1.37' } },
      namespaces: { n: { cluster: 'k', zone: 'a' }, m: { cluster: 'k', zone: 'b' } },
      storage: {
        endpoints: { e: { zone: 'a', type: 'ebs' } },
        classes: { c: { endpoint: 'e', name: long }, d: { endpoint: 'e' } },
      },
    });
    const [lowered] = lowerWithoutNetwork(topology);
    if (lowered === undefined) throw new Error('no cluster');
    const result = emit(resourceQuotas, lowered.ir);
    expect(result.problems.map((p) => p.rule)).toEqual(['compile/storage-class-name-too-long']);
    expect(objectsOf(result).find((o) => o.metadata.namespace === 'm')?.spec).toEqual({ hard: {} });
    expect(objectNamed(result, 'ResourceQuota', 'zone-storage').metadata.namespace).toBe('m');
  });
});
