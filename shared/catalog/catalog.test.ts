import { describe, expect, it } from 'vitest';
import { schema } from '../model/index.ts';
import {
  administratorGroups,
  cniInfo,
  cnis,
  containerdConfig,
  distributionInfo,
  distributions,
  fullKubernetesVersion,
  gitopsAccounts,
  isAtLeastVersion,
  isWeaker,
  kubernetesHas,
  legacyRuntime,
  legacyRuntimes,
  runtimeInfo,
  runtimes,
  storageTypeInfo,
} from './index.ts';

describe('isWeaker', () => {
  it('should order isolations from a shared kernel to virtual machines', () => {
    const sorted = [...schema.isolations].sort((a, b) => (isWeaker(a, b) ? -1 : isWeaker(b, a) ? 1 : 0));
    expect(sorted).toEqual(['shared-kernel', 'wasm', 'user-space-kernel', 'virtual-machine']);
    for (const isolation of schema.isolations) expect(isWeaker(isolation, isolation)).toBe(false);
  });
});

describe('containerdConfig', () => {
  it.each([
    ['1.2', undefined],
    ['1.7', 2],
    ['1.7.29', 2],
    ['2.0', 3],
    ['2.2.1', 3],
    ['2.3', 4],
    ['v2.3.4', 4],
    ['2.4.0-beta.1', 4],
    ['3.0', 4],
    [undefined, 3],
    ['newest', undefined],
  ])('should know that containerd %s reads configuration version %s', (version, config) => {
    expect(containerdConfig(version)?.version).toBe(config);
  });

  it('should write no drop-in newer than the file that imports it', () => {
    expect(['1.7', '2.2', '2.3'].map((v) => containerdConfig(v, 3)?.version)).toEqual([2, 3, 3]);
  });

  it('should pair every version with the plugin that owns its runtimes', () => {
    expect(['1.7', '2.0', '2.3'].map((v) => containerdConfig(v)?.runtimePlugin)).toEqual([
      'io.containerd.grpc.v1.cri',
      'io.containerd.cri.v1.runtime',
      'io.containerd.cri.v1.runtime',
    ]);
  });
});

describe('versions', () => {
  it('should compare minors as numbers', () => {
    expect([
      isAtLeastVersion('1.9', '1.36'),
      isAtLeastVersion('1.36', '1.36'),
      isAtLeastVersion('1.100.1', '1.36'),
    ]).toEqual([false, true, true]);
    expect(isAtLeastVersion('x', '1.36')).toBeUndefined();
  });

  it('should know mutating policies from Kubernetes 1.36 on', () => {
    expect(['1.35.9', '1.36', '1.37.1', ''].map((v) => kubernetesHas(v, 'mutatingAdmissionPolicy'))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('should give a version a patch where it has none', () => {
    expect([fullKubernetesVersion('1.37').text, fullKubernetesVersion('1.37.2').text]).toEqual(['v1.37.0', 'v1.37.2']);
  });
});

describe('runtimes', () => {
  it.each(runtimes.map((r) => r.id))('should give %s a handler that RuntimeClass accepts, and a way to run', (id) => {
    const info = runtimeInfo(id);
    expect(info?.handler).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(info?.containerd ?? info?.crio).toBeDefined();
    for (const amount of Object.values(info?.overhead ?? {})) expect(amount).toMatch(/^\d+(m|Mi)$/);
  });

  it('should have a handler for each runtime alone', () => {
    expect(new Set(runtimes.map((r) => r.handler)).size).toBe(runtimes.length);
  });

  it('should name for every legacy runtime a successor that exists', () => {
    for (const legacy of legacyRuntimes) {
      expect(runtimeInfo(legacy.successor)).toBeDefined();
      expect(runtimeInfo(legacy.id)).toBeUndefined();
      expect(legacyRuntime(legacy.id)?.reason).toMatch(/\.$/);
    }
    expect(legacyRuntimes.map((l) => l.id)).toEqual([
      'nabla',
      'runv',
      'clear-containers',
      'firecracker',
      'gvisor-ptrace',
    ]);
  });

  it.each([
    ['runc', 'runc', 'shared-kernel', undefined, []],
    ['crun', 'crun', 'shared-kernel', undefined, []],
    ['youki', 'youki', 'shared-kernel', undefined, []],
    ['gvisor', 'runsc', 'user-space-kernel', undefined, []],
    ['gvisor-kvm', 'runsc-kvm', 'user-space-kernel', undefined, ['kvm']],
    ['kata-qemu', 'kata-qemu', 'virtual-machine', '250m 320Mi', ['kvm']],
    ['kata-qemu-runtime-rs', 'kata-qemu-runtime-rs', 'virtual-machine', '250m 320Mi', ['kvm']],
    ['kata-clh', 'kata-clh', 'virtual-machine', '250m 130Mi', ['kvm']],
    ['kata-fc', 'kata-fc', 'virtual-machine', '250m 130Mi', ['kvm', 'devmapper']],
    ['kata-dragonball', 'kata-dragonball', 'virtual-machine', '250m 130Mi', ['kvm']],
    ['wasmtime', 'wasmtime', 'wasm', undefined, []],
    ['wasmedge', 'wasmedge', 'wasm', undefined, []],
    ['wasmer', 'wasmer', 'wasm', undefined, []],
    ['spin', 'spin', 'wasm', undefined, []],
  ])('should know of %s the handler %s, its isolation, the published overhead and what nodes need', (id, ...facts) => {
    const info = runtimeInfo(id);
    const overhead = info?.overhead && `${info.overhead.cpu} ${info.overhead.memory}`;
    expect([info?.handler, info?.isolation, overhead, info?.needs]).toEqual(facts);
    expect(info?.onNode.some((need) => need.startsWith('/dev/kvm'))).toBe(info?.needs.includes('kvm'));
    expect(info?.sharesFiles).toBe(!info?.needs.includes('devmapper'));
  });

  it('should let no pod author change a virtual machine by annotations', () => {
    expect(JSON.stringify(runtimes)).not.toContain('annotations"');
  });
});

describe('distributions and network plugins', () => {
  it('should know every distribution of the model, with network plugins that exist', () => {
    expect(Object.keys(distributions).sort()).toEqual([...schema.distributions].sort());
    for (const id of schema.distributions) {
      const { defaultCni } = distributionInfo(id);
      if (defaultCni !== undefined) expect(cniInfo(defaultCni)).toBeDefined();
    }
  });

  it('should know that OpenShift answers DNS in its own namespace on the pods’ port', () => {
    expect(distributionInfo('openshift').dns).toMatchObject({ namespace: 'openshift-dns', port: 5353 });
  });

  it('should not promise policies of plugins that enforce none', () => {
    expect(cnis.filter((c) => c.networkPolicy === 'no').map((c) => c.id)).toEqual(['flannel', 'none']);
    expect(cniInfo('unheard-of')).toBeUndefined();
  });
});

describe('storage types', () => {
  const nfs = ['TCP 2049'];
  const ceph = ['TCP 3300', 'TCP 6789', 'TCP 6800-7568'];
  const https = ['TCP 443'];
  it.each([
    ['nfs', 'nfs.csi.k8s.io', ['server', 'share'], undefined, nfs, nfs],
    ['ceph-rbd', 'rbd.csi.ceph.com', [undefined, 'pool'], 'topology.rbd.csi.ceph.com/zone', ceph, []],
    ['cephfs', 'cephfs.csi.ceph.com', [undefined, 'fsName'], undefined, ceph, []],
    [
      'vsphere',
      'csi.vsphere.vmware.com',
      [undefined, 'storagepolicyname'],
      'topology.csi.vmware.com/k8s-zone',
      [],
      https,
    ],
    ['ebs', 'ebs.csi.aws.com', [undefined, undefined], 'topology.kubernetes.io/zone', [], https],
    ['efs', 'efs.csi.aws.com', [undefined, 'fileSystemId'], undefined, nfs, []],
    ['azure-disk', 'disk.csi.azure.com', [undefined, undefined], 'topology.disk.csi.azure.com/zone', [], https],
    ['azure-file', 'file.csi.azure.com', ['server', 'shareName'], undefined, ['TCP 445', ...nfs], []],
    ['gce-pd', 'pd.csi.storage.gke.io', [undefined, undefined], 'topology.gke.io/zone', [], https],
    [
      'trident',
      'csi.trident.netapp.io',
      [undefined, 'storagePools'],
      'topology.kubernetes.io/zone',
      [...nfs, 'TCP 3260', 'TCP 4420'],
      https,
    ],
    ['longhorn', 'driver.longhorn.io', [undefined, 'diskSelector'], undefined, [], []],
    ['local', 'kubernetes.io/no-provisioner', [undefined, undefined], undefined, [], []],
  ] as const)(
    'should know of %s its driver, what names the endpoint, where volumes lie, and ports',
    (type, ...facts) => {
      const info = storageTypeInfo(type);
      const words = (ports: typeof info.nodePorts) =>
        ports.map((p) => `${p.protocol} ${p.port}${p.endPort === undefined ? '' : `-${p.endPort}`}`);
      expect([
        info.provisioner,
        [info.addressParameter, info.exportParameter],
        info.topologyKey,
        words(info.nodePorts),
        words(info.controllerPorts),
      ]).toEqual(facts);
    },
  );

  it('should make access points of EFS, without which its driver makes nothing', () => {
    expect(storageTypeInfo('efs').parameters.provisioningMode).toBe('efs-ap');
  });

  it.each(schema.storageTypes)('should know how %s is reached, or why it is not', (type) => {
    const info = storageTypeInfo(type);
    const reachable = info.nodePorts.length + info.controllerPorts.length > 0;
    expect(reachable || info.onNodes || info.note !== undefined).toBe(true);
    if (info.addressParameter !== undefined) expect(info.nodePorts.length).toBeGreaterThan(0);
    for (const port of [...info.nodePorts, ...info.controllerPorts])
      expect(port.endPort ?? port.port).toBeGreaterThanOrEqual(port.port);
  });
});

describe('administrators', () => {
  it('should be known for every distribution, and never be everybody', () => {
    for (const id of schema.distributions) {
      expect(administratorGroups(id).length).toBeGreaterThan(0);
      expect(administratorGroups(id)).not.toContain('system:authenticated');
    }
    for (const tool of schema.gitopsTools)
      for (const account of gitopsAccounts(tool)) expect(account).toMatch(/^system:serviceaccount:[a-z-]+:[a-z-]+$/);
  });
});
