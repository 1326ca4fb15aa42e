import { describe, expect, it } from 'vitest';
import { schema } from '../../model/index.ts';
import { design, emit, lowerWithoutNetwork, objectNamed, objectsOf, textAt } from '../../testing/cluster-ir.ts';
import { storageClasses } from './storage-class.ts';

function compile(endpoint: object, record: object = {}, zone: object = { storageClasses: ['c'] }, version = '1.37.1') {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { a: { trust: 1, ...zone } },
    clusters: { k: { distribution: 'kubeadm', version } },
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
    const purposes = ['controller-expand', 'node-stage', 'provisioner'];
    expect(objectNamed(emission, 'StorageClass', 'c').parameters).toEqual({
      clusterID: 'REPLACE_ME_clusterID',
      pool: 'REPLACE_ME_pool',
      ...Object.fromEntries(
        purposes.flatMap((p) => [
          [`csi.storage.k8s.io/${p}-secret-name`, 'REPLACE_ME_secret_name'],
          [`csi.storage.k8s.io/${p}-secret-namespace`, 'REPLACE_ME_secret_namespace'],
        ]),
      ),
    });
    expect(rules).toEqual(['compile/placeholder', 'compile/placeholder', 'compile/placeholder']);
  });

  it.each([
    ['ceph-rbd', { clusterID: 'x' }, 'pool-1', 'pool'],
    ['cephfs', { clusterID: 'x' }, 'fs-1', 'fsName'],
  ])('should sign in to %s with the Secret of the endpoint, unless a parameter names another', (type, own, to, key) => {
    const { emission, rules } = compile(
      { type, export: to, secret: { name: 'ceph-key', namespace: 'ceph-csi' }, parameters: own },
      { parameters: { 'csi.storage.k8s.io/node-stage-secret-name': 'node-key' } },
    );
    const { parameters } = objectNamed(emission, 'StorageClass', 'c');
    expect(parameters).toMatchObject({
      [key]: to,
      'csi.storage.k8s.io/provisioner-secret-name': 'ceph-key',
      'csi.storage.k8s.io/controller-expand-secret-name': 'ceph-key',
      'csi.storage.k8s.io/node-stage-secret-name': 'node-key',
      'csi.storage.k8s.io/node-stage-secret-namespace': 'ceph-csi',
    });
    expect(rules).toEqual([]);
  });

  it.each([
    ['nfs', { addresses: ['10.9.0.5'], export: '/a' }, { server: '10.9.0.5', share: '/a' }],
    ['vsphere', { export: 'gold' }, { storagepolicyname: 'gold' }],
    ['vsphere', { parameters: { datastoreurl: 'ds:///x' } }, { datastoreurl: 'ds:///x' }],
    ['ebs', {}, undefined],
    ['efs', { export: 'fs-1' }, { fileSystemId: 'fs-1', provisioningMode: 'efs-ap', directoryPerms: '700' }],
    ['azure-disk', {}, undefined],
    ['azure-file', { addresses: ['files.example'], export: 's' }, { server: 'files.example', shareName: 's' }],
    ['gce-pd', {}, undefined],
    ['trident', { export: 'b:pool' }, { storagePools: 'b:pool' }],
    ['trident', { parameters: { selector: 'zone=db' } }, { selector: 'zone=db' }],
    ['longhorn', { export: 'db' }, { diskSelector: 'db' }],
    ['local', {}, undefined],
  ])('should name the endpoint of %s with %j by %j, and ask for nothing more', (type, endpoint, parameters) => {
    const { emission, rules } = compile({ type, ...endpoint });
    expect(objectNamed(emission, 'StorageClass', 'c').parameters).toEqual(parameters);
    expect(rules).toEqual([]);
  });

  it.each([
    ['/export/app', []],
    ['export/app', ['compile/storage-export']],
  ])('should judge the NFS export %s as the driver does', (path, expected) => {
    expect(compile({ type: 'nfs', addresses: ['10.0.0.1'], export: path }).rules).toEqual(expected);
  });

  it.each([
    [undefined, []],
    [['nfsvers=4.2', 'hard'], []],
    [['nfsvers=3'], ['compile/nfs-version']],
    [['vers=3', 'nolock'], ['compile/nfs-version']],
  ])('should say what NFS needs open when it is mounted with %j', (mountOptions, expected) => {
    const endpoint = { type: 'nfs', addresses: ['10.0.0.1'], export: '/x' };
    expect(compile(endpoint, mountOptions && { mountOptions }).rules).toEqual(expected);
  });

  it.each([
    [511, 'x', []],
    [512, 'x', ['compile/storage-parameters']],
    [1, 'x'.repeat(256 * 1024), ['compile/storage-parameters']],
  ])(
    'should say that the API server refuses %i parameters beside that of the endpoint, where it does',
    (count, value, expected) => {
      const parameters = Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, value]));
      expect(compile({ type: 'longhorn', export: 'db' }, { parameters }).rules).toEqual(expected);
    },
  );

  it('should not let a class of Trident take volumes of any backend', () => {
    const { emission, rules } = compile({ type: 'trident' });
    expect(objectNamed(emission, 'StorageClass', 'c').parameters).toEqual({ storagePools: 'REPLACE_ME_storagePools' });
    expect(rules).toEqual(['compile/placeholder']);
  });

  it.each([
    ['ebs', 'topology.kubernetes.io/zone'],
    ['gce-pd', 'topology.gke.io/zone'],
    ['azure-disk', 'topology.disk.csi.azure.com/zone'],
    ['vsphere', 'topology.csi.vmware.com/k8s-zone'],
    ['ceph-rbd', 'topology.rbd.csi.ceph.com/zone'],
  ])('should keep volumes of %s where the endpoint lies, by the key of its driver', (type, key) => {
    const object = objectNamed(compile({ type, locations: ['b', 'a', 'b'] }).emission, 'StorageClass', 'c');
    expect(object).toMatchObject({
      volumeBindingMode: 'WaitForFirstConsumer',
      allowedTopologies: [{ matchLabelExpressions: [{ key, values: ['a', 'b'] }] }],
    });
  });

  it('should take another key where the design names one, and warn of binding before a place is chosen', () => {
    const { emission, rules } = compile(
      { type: 'vsphere', export: 'gold', locations: ['rack-1'], locationKey: 'topology.csi.vmware.com/rack' },
      { binding: 'Immediate' },
    );
    expect(objectNamed(emission, 'StorageClass', 'c')).toMatchObject({
      volumeBindingMode: 'Immediate',
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'topology.csi.vmware.com/rack', values: ['rack-1'] }] }],
    });
    expect(rules).toEqual(['compile/storage-location']);
  });

  it.each(['nfs', 'local'])('should say that %s reports no places, and leave them out', (type) => {
    const { emission, rules } = compile({ type, addresses: ['10.9.0.5'], export: '/a', locations: ['a'] });
    expect(objectNamed(emission, 'StorageClass', 'c').allowedTopologies).toBeUndefined();
    expect(rules).toEqual(['compile/storage-location']);
  });

  it('should make a class of what volumes can be changed to, with the driver of their class', () => {
    const { emission, rules } = compile(
      { type: 'ebs' },
      { attributes: { fast: { type: 'gp3', iops: '9000' }, slow: { iops: '3000' } } },
    );
    const made = objectsOf(emission).filter((o) => o.kind === 'VolumeAttributesClass');
    expect(made.map((o) => o.metadata.name)).toEqual(['c-fast', 'c-slow']);
    expect(made[0]).toMatchObject({ driverName: 'ebs.csi.aws.com', parameters: { iops: '9000', type: 'gp3' } });
    expect(made[0]?.spec).toBeUndefined();
    expect(textAt(emission, 'storage/storage-classes.yaml')).toContain('iops: "9000"');
    expect(rules).toEqual([]);
  });

  it.each([
    ['a driver that cannot change volumes', { type: 'nfs', addresses: ['10.9.0.5'], export: '/a' }, '1.37.1'],
    ['a Kubernetes that has no such kind', { type: 'ebs' }, '1.33.1'],
  ])('should leave these out with %s, and say so', (_, endpoint, version) => {
    const { emission, rules } = compile(endpoint, { attributes: { fast: { iops: '9000' } } }, undefined, version);
    expect(objectsOf(emission).map((o) => o.kind)).toEqual(['StorageClass']);
    expect(rules).toEqual(['compile/volume-attributes']);
  });

  it('should count the parameters of what volumes can be changed to as well', () => {
    const many = Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`p${i}`, 'x']));
    const most = Object.fromEntries(Object.entries(many).slice(1));
    const { emission, rules } = compile({ type: 'ebs' }, { attributes: { many, most } });
    expect(rules).toEqual(['compile/storage-parameters']);
    expect(objectsOf(emission).map((o) => o.metadata.name)).toEqual(['c', 'c-many', 'c-most']);
    const large = { attributes: { large: { type: 'x'.repeat(256 * 1024) } } };
    expect(compile({ type: 'ebs' }, large).rules).toEqual(['compile/storage-parameters']);
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
