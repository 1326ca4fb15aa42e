import { describe, expect, it } from 'vitest';
import { schema } from '../../model/index.ts';
import { design, emit, lowerWithoutNetwork, objectNamed, objectsOf, textAt } from '../../testing/cluster-ir.ts';
import { storageClasses } from './storage-class.ts';

function compile(endpoint: object, record: object = {}, zone: object = { storageClasses: ['c'] }) {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { a: { trust: 1, ...zone } },
    clusters: { k: { distribution: 'kubeadm', version: '1.37.1' } },
    namespaces: { n: { cluster: 'k', zone: 'a' } },
    storage: { endpoints: { e: { zone: 'a', ...endpoint } }, classes: { c: { endpoint: 'e', ...record } } },
  });
  const [lowered] = lowerWithoutNetwork(topology);
  if (lowered === undefined) throw new Error('no cluster');
  return { emission: emit(storageClasses, lowered.ir), rules: lowered.problems.map((p) => p.rule) };
}

describe('storage classes', () => {
  it('should name the endpoint in the parameters of its driver', () => {
    const { emission, rules } = compile({ type: 'nfs', addresses: ['10.9.0.5'], export: '/dmz' });
    expect(objectNamed(emission, 'StorageClass', 'c')).toMatchObject({
      provisioner: 'nfs.csi.k8s.io',
      parameters: { server: '10.9.0.5', share: '/dmz' },
      mountOptions: ['nfsvers=4.1'],
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'Immediate',
      allowVolumeExpansion: true,
    });
    expect(rules).toEqual([]);
  });

  it('should print every parameter and the default annotation as text, whatever they look like', () => {
    const text = textAt(
      compile(
        { type: 'ebs' },
        { default: true, parameters: { encrypted: 'true', iops: '3000', ratio: '1e3', empty: '', on: 'no' } },
      ).emission,
      'storage/storage-classes.yaml',
    );
    for (const line of ['encrypted: "true"', 'iops: "3000"', 'ratio: "1e3"', 'empty: ""', '"on": "no"'])
      expect(text).toContain(line);
    expect(text).toContain('storageclass.kubernetes.io/is-default-class: "true"');
    expect(text).not.toContain('storageclass.beta');
  });

  it('should let the class override what the endpoint says, and the endpoint what the driver needs', () => {
    const { emission } = compile(
      { type: 'efs', export: 'fs-1', parameters: { directoryPerms: '750', basePath: '/a' } },
      { parameters: { basePath: '/b' }, reclaim: 'Retain' },
    );
    expect(objectNamed(emission, 'StorageClass', 'c')).toMatchObject({
      parameters: { provisioningMode: 'efs-ap', fileSystemId: 'fs-1', directoryPerms: '750', basePath: '/b' },
      reclaimPolicy: 'Retain',
    });
  });

  it.each(['ebs', 'azure-disk', 'gce-pd', 'vsphere', 'local'])(
    'should wait for the first consumer with %s, whose volumes lie in one place',
    (type) => {
      expect(objectNamed(compile({ type }).emission, 'StorageClass', 'c').volumeBindingMode).toBe(
        'WaitForFirstConsumer',
      );
    },
  );

  it('should not let local volumes bind at once or grow', () => {
    const { emission, rules } = compile({ type: 'local' }, { binding: 'Immediate', expansion: true });
    expect(objectNamed(emission, 'StorageClass', 'c')).toMatchObject({
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: false,
    });
    expect(rules).toEqual(['compile/storage-class-binding', 'compile/storage-class-expansion']);
  });

  it('should write a named placeholder for what a driver needs and the design has not', () => {
    const { emission, rules } = compile({ type: 'ceph-rbd' });
    expect(objectNamed(emission, 'StorageClass', 'c').parameters).toEqual({
      clusterID: 'REPLACE_ME_clusterID',
      pool: 'REPLACE_ME_pool',
    });
    expect(rules).toEqual(['compile/placeholder', 'compile/placeholder']);
  });

  it('should fall back to the id where Kubernetes would refuse the name', () => {
    const { emission, rules } = compile({ type: 'ebs' }, { name: 'Fast disks' });
    expect(objectsOf(emission).map((o) => o.metadata.name)).toEqual(['c']);
    expect(rules).toEqual(['compile/storage-class-name']);
  });

  it('should export no class that no namespace here may use', () => {
    expect(objectsOf(compile({ type: 'ebs' }, {}, {}).emission)).toEqual([]);
  });

  it.each(schema.storageTypes)('should have no spec and no namespace, and a qualified provisioner, with %s', (type) => {
    const object = objectNamed(compile({ type }).emission, 'StorageClass', 'c');
    expect(object.spec).toBeUndefined();
    expect(object.metadata.namespace).toBeUndefined();
    expect(object.provisioner).toMatch(/^[a-z0-9.-]+(\/[a-z-]+)?$/);
    if (type !== 'local') expect(object.provisioner).not.toMatch(/^kubernetes\.io\//);
  });
});
