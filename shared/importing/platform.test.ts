import { describe, expect, it } from 'vitest';
import { draw, propose, readEstate, readManifestFile } from './index.ts';

function storageOf(...classes: readonly object[]) {
  const { sources } = readManifestFile(classes.map((c) => JSON.stringify(c)).join('\n---\n'), 'all.yaml');
  const estate = readEstate([{ name: 'prod', sources }]);
  return draw(estate, propose(estate), { name: 'x' }).topology.storage;
}

function nfs(name: string, share: string, more: object = {}) {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'nfs.csi.k8s.io',
    parameters: { server: '10.9.0.5', share, mountPermissions: '0755' },
    ...more,
  };
}

describe('storage of an import', () => {
  it('should be an endpoint with the address, export and parameters of its class', () => {
    const storage = storageOf(nfs('fast', '/app', { reclaimPolicy: 'Retain' }));
    expect(storage?.endpoints).toEqual({
      'nfs-10-9-0-5': expect.objectContaining({
        type: 'nfs',
        addresses: ['10.9.0.5'],
        export: '/app',
        parameters: { mountPermissions: '0755' },
      }),
    });
    expect(storage?.classes).toEqual({
      fast: expect.objectContaining({ endpoint: 'nfs-10-9-0-5', reclaim: 'Retain' }),
    });
  });

  it('should be one endpoint for classes that agree in all that names the storage, and two for others', () => {
    const { endpoints = {}, classes = {} } = storageOf(nfs('a', '/x'), nfs('b', '/x'), nfs('c', '/y')) ?? {};
    expect(Object.keys(endpoints)).toHaveLength(2);
    expect([classes.a?.endpoint === classes.b?.endpoint, classes.a?.endpoint === classes.c?.endpoint]).toEqual([
      true,
      false,
    ]);
  });
});
