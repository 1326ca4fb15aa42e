import { describe, expect, it } from 'vitest';
import { immutableFields, replacedFields } from './immutable-fields.ts';
import type { KubeObject } from './types.ts';

const storage = (more: object): KubeObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'fast' },
  provisioner: 'nfs.csi.k8s.io',
  ...more,
});

describe('replacedFields', () => {
  it('should name what cannot be changed and differs', () => {
    const before = storage({ parameters: { share: '/a' }, reclaimPolicy: 'Delete' });
    const after = storage({ parameters: { share: '/b' }, reclaimPolicy: 'Retain', allowVolumeExpansion: true });
    expect(replacedFields(before, after)).toEqual(['parameters', 'reclaimPolicy']);
    expect(replacedFields(before, storage({ parameters: { share: '/a' }, mountOptions: ['hard'] }))).toEqual([]);
  });

  it('should take what is absent for what the API server fills in', () => {
    const filled = storage({ parameters: {}, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
    expect(replacedFields(storage({}), filled)).toEqual([]);
    expect(replacedFields(storage({}), storage({ volumeBindingMode: 'WaitForFirstConsumer' }))).toEqual([
      'volumeBindingMode',
    ]);
  });

  it('should know handlers, and nothing of kinds that an update changes', () => {
    const runtime = (handler: string): KubeObject => ({
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'gvisor' },
      handler,
      overhead: { podFixed: { memory: handler === 'runsc' ? '1Mi' : '2Mi' } },
    });
    expect(replacedFields(runtime('runsc'), runtime('gvisor'))).toEqual(['handler']);
    expect(immutableFields({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' })).toEqual([]);
    expect(immutableFields({ apiVersion: 'v1', kind: 'constructor' })).toEqual([]);
  });

  it('should not compare a kind with another of the same name', () => {
    expect(replacedFields(storage({}), { ...storage({ provisioner: 'x' }), apiVersion: 'example.com/v1' })).toEqual([]);
  });
});
