/**
 * Container runtimes by id: what a design's runtime starts `from`. A design may override handler, isolation and overhead;
 * everything else that node configuration needs stands here.
 *
 * Sources: containerd docs/cri/config.md; cri-o docs/crio.conf.5.md; gVisor user guide (containerd, platforms, CRI-O);
 * Kata Containers 4.x tools/packaging/kata-deploy (values.yaml, templates/runtimeclasses.yaml) and docs/Limitations.md;
 * containerd/runwasi README; crun and youki README; firecracker-containerd README.
 */
import type { Isolation } from '../model/index.ts';

/** What a node has to offer beside the binaries. */
export type RuntimeNeed = 'kvm' | 'devmapper';

export interface RuntimeInfo {
  readonly id: string;
  /** For people: `gVisor (systrap)`. */
  readonly label: string;
  /** Key of the handler in the engine's configuration; a lower-case DNS label, because RuntimeClass demands one. */
  readonly handler: string;
  readonly isolation: Isolation;
  /** What a pod costs beside its containers, as Kubernetes quantities; absent where upstream publishes no number. */
  readonly overhead?: { readonly cpu: string; readonly memory: string };
  readonly needs: readonly RuntimeNeed[];
  /** Absent where containerd has no way to run it. */
  readonly containerd?: ContainerdRuntime;
  /** Absent where CRI-O has no way to run it. */
  readonly crio?: CrioRuntime;
  /** Keys of runsc.toml (table `runsc_config`), for gVisor only. */
  readonly runscConfig?: Readonly<Record<string, string>>;
  /** False where a pod on the host network loses its isolation or does not start. */
  readonly hostNetwork: boolean;
  /** False where a container's files cannot come from the node's file system while it runs. */
  readonly sharesFiles: boolean;
  /** What has to be on a node before it runs pods under it; each completes “a node needs …”. */
  readonly onNode: readonly string[];
  readonly note?: string;
}

export interface ContainerdRuntime {
  /** Resolves to the shim's binary: `io.containerd.<x>.<v>` is `containerd-shim-<x>-<v>`. */
  readonly runtimeType: string;
  /** Absolute path of the shim, where it is not on the PATH of containerd. */
  readonly runtimePath?: string;
  /** Passed to the shim. `SystemdCgroup` has to match the kubelet's cgroup driver, which is systemd. */
  readonly options: Readonly<Record<string, string | boolean>>;
  readonly snapshotter?: string;
  /** Keeps `privileged` pods from receiving all devices of the host: privileged then means inside the guest. */
  readonly privilegedWithoutHostDevices?: boolean;
}

export interface CrioRuntime {
  readonly runtimePath: string;
  readonly runtimeType: 'oci' | 'vm';
  readonly runtimeRoot: string;
  readonly runtimeConfigPath?: string;
  readonly privilegedWithoutHostDevices?: boolean;
  /** The first CRI-O that can run it, `major.minor`. */
  readonly since?: string;
  /** What CRI-O needs on a node beside what the runtime needs; completes “a node needs …”. */
  readonly onNode?: string;
}

export interface LegacyRuntime {
  readonly id: string;
  readonly label: string;
  /** The id to use in its place. */
  readonly successor: string;
  readonly reason: string;
}

const kvmOnNode =
  '/dev/kvm: bare metal, or nested virtualisation switched on (AWS: instances that offer it; vSphere: hardware-assisted virtualisation; Google Cloud: the nested virtualisation flag)';
const runcType = 'io.containerd.runc.v2';
const kataType = 'io.containerd.kata.v2';
const kataGoShim = '/opt/kata/bin/containerd-shim-kata-v2';
const kataRustShim = '/opt/kata/runtime-rs/bin/containerd-shim-kata-v2';
const kataConfigs = '/opt/kata/share/defaults/kata-containers';
/** Smaller monitors than QEMU share one published overhead. */
const smallGuest = { cpu: '250m', memory: '130Mi' };
const qemuGuest = { cpu: '250m', memory: '320Mi' };

const list: readonly RuntimeInfo[] = [
  oci('runc', 'runc', { crio: '/usr/bin/runc' }),
  oci('crun', 'crun', { containerd: '/usr/bin/crun', crio: '/usr/bin/crun' }),
  oci('youki', 'youki', { containerd: '/usr/local/bin/youki', crio: '/usr/local/bin/youki' }),
  gvisor('gvisor', 'gVisor (systrap)', 'runsc', 'systrap', []),
  gvisor('gvisor-kvm', 'gVisor (kvm)', 'runsc-kvm', 'kvm', ['kvm']),
  kata('kata-qemu', 'Kata Containers, QEMU', kataGoShim, `${kataConfigs}/configuration-qemu.toml`, qemuGuest),
  kata(
    'kata-qemu-runtime-rs',
    'Kata Containers, QEMU (Rust runtime)',
    kataRustShim,
    `${kataConfigs}/runtime-rs/configuration-qemu-runtime-rs.toml`,
    qemuGuest,
  ),
  kata(
    'kata-clh',
    'Kata Containers, Cloud Hypervisor',
    kataGoShim,
    `${kataConfigs}/configuration-clh.toml`,
    smallGuest,
  ),
  kata(
    'kata-clh-runtime-rs',
    'Kata Containers, Cloud Hypervisor (Rust runtime)',
    kataRustShim,
    `${kataConfigs}/runtime-rs/configuration-clh-runtime-rs.toml`,
    smallGuest,
  ),
  // Firecracker shares no file system with the guest, so the container's root has to be a block device.
  kata(
    'kata-fc',
    'Kata Containers, Firecracker',
    kataGoShim,
    `${kataConfigs}/configuration-fc.toml`,
    smallGuest,
    'devmapper',
  ),
  kata(
    'kata-dragonball',
    'Kata Containers, Dragonball',
    kataRustShim,
    `${kataConfigs}/runtime-rs/configuration-dragonball.toml`,
    smallGuest,
  ),
  wasm('wasmtime', 'Wasmtime (runwasi)', 'io.containerd.wasmtime.v1'),
  wasm('wasmedge', 'WasmEdge (runwasi)', 'io.containerd.wasmedge.v1'),
  wasm('wasmer', 'Wasmer (runwasi)', 'io.containerd.wasmer.v1'),
  wasm('spin', 'Spin', 'io.containerd.spin.v2'),
];

const legacyList: readonly LegacyRuntime[] = [
  {
    id: 'nabla',
    label: 'Nabla containers',
    successor: 'gvisor',
    reason: 'It has had no commit since September 2021 and only runs specially linked unikernel images.',
  },
  {
    id: 'runv',
    label: 'runV',
    successor: 'kata-qemu',
    reason: 'It was merged into Kata Containers in 2017 and is not maintained.',
  },
  {
    id: 'clear-containers',
    label: 'Intel Clear Containers',
    successor: 'kata-qemu',
    reason: 'It was merged into Kata Containers in 2017 and is not maintained.',
  },
  {
    id: 'firecracker',
    label: 'Firecracker by itself',
    successor: 'kata-fc',
    reason:
      'Kubernetes has no way to it: firecracker-containerd serves no CRI, and Kata Containers drives the same monitor.',
  },
  {
    id: 'gvisor-ptrace',
    label: 'gVisor (ptrace)',
    successor: 'gvisor',
    reason: 'The platform ptrace is not supported any more; systrap took its place in 2023.',
  },
];

/** Every runtime that can be exported, in the order in which people should see them. */
export const runtimes: readonly RuntimeInfo[] = list;
export const legacyRuntimes: readonly LegacyRuntime[] = legacyList;

const byId = new Map(list.map((r) => [r.id, r]));
const legacyById = new Map(legacyList.map((r) => [r.id, r]));

export function runtimeInfo(id: string): RuntimeInfo | undefined {
  return byId.get(id);
}

/** Runtimes known by name that nobody should use any more. */
export function legacyRuntime(id: string): LegacyRuntime | undefined {
  return legacyById.get(id);
}

function oci(id: string, label: string, paths: { readonly containerd?: string; readonly crio: string }): RuntimeInfo {
  return {
    id,
    label,
    handler: id,
    isolation: 'shared-kernel',
    needs: [],
    containerd: {
      runtimeType: runcType,
      options: { ...(paths.containerd !== undefined && { BinaryName: paths.containerd }), SystemdCgroup: true },
    },
    crio: { runtimePath: paths.crio, runtimeType: 'oci', runtimeRoot: `/run/${id}` },
    hostNetwork: true,
    sharesFiles: true,
    onNode: [
      ...(paths.containerd === undefined ? [] : [`the binary ${paths.containerd}`]),
      ...(id === 'youki' ? ['a kernel of 5.3 or newer, with cgroup v2'] : []),
    ],
  };
}

function gvisor(
  id: string,
  label: string,
  handler: string,
  platform: string,
  needs: readonly RuntimeNeed[],
): RuntimeInfo {
  return {
    id,
    label,
    handler,
    isolation: 'user-space-kernel',
    needs,
    containerd: {
      runtimeType: 'io.containerd.runsc.v1',
      options: { TypeUrl: 'io.containerd.runsc.v1.options', ConfigPath: `/etc/containerd/${handler}.toml` },
    },
    // As an OCI binary (`oci`) runsc does not work with CRI-O; it wants the shim, which CRI-O drives since 1.37.
    crio: {
      runtimePath: '/usr/local/bin/containerd-shim-runsc-v1',
      runtimeType: 'vm',
      runtimeRoot: '/run/runsc',
      runtimeConfigPath: `/etc/crio/${handler}.toml`,
      since: '1.37',
      onNode: 'SELinux switched off; the makers of gVisor test it with CRI-O and do not support that officially',
    },
    runscConfig: { platform },
    hostNetwork: false,
    sharesFiles: true,
    onNode: [
      'the binaries runsc and containerd-shim-runsc-v1 in /usr/local/bin, for amd64 or arm64',
      ...(needs.includes('kvm') ? [kvmOnNode] : []),
    ],
    note: 'No SELinux inside, no raw block devices, no eBPF. gVisor publishes no overhead: measure it and set it in the runtime.',
  };
}

function kata(
  id: string,
  label: string,
  shim: string,
  config: string,
  overhead: { readonly cpu: string; readonly memory: string },
  snapshotter?: 'devmapper',
): RuntimeInfo {
  return {
    id,
    label,
    handler: id,
    isolation: 'virtual-machine',
    overhead,
    needs: snapshotter === undefined ? ['kvm'] : ['kvm', 'devmapper'],
    // No pod_annotations: they would let any pod author change the configuration of the virtual machine.
    containerd: {
      runtimeType: kataType,
      runtimePath: shim,
      options: { ConfigPath: config },
      ...(snapshotter !== undefined && { snapshotter }),
      privilegedWithoutHostDevices: true,
    },
    ...(snapshotter === undefined && {
      crio: {
        runtimePath: shim,
        runtimeType: 'vm' as const,
        runtimeRoot: '/run/vc',
        runtimeConfigPath: config,
        privilegedWithoutHostDevices: true,
      },
    }),
    hostNetwork: false,
    sharesFiles: snapshotter === undefined,
    onNode: [
      kvmOnNode,
      'the kernel modules vhost, vhost_net and vhost_vsock',
      `Kata Containers 4.3.0 or newer, with ${shim} and ${config}`,
      ...(snapshotter === undefined
        ? []
        : ['a thin pool “containerd-pool” of the device mapper, before containerd starts']),
    ],
    note: 'Use Kata Containers 4.3.0 or newer: earlier ones allow annotations that change the virtual machine. The overhead is that of 4.x.',
  };
}

function wasm(id: string, label: string, runtimeType: string): RuntimeInfo {
  return {
    id,
    label,
    handler: id,
    isolation: 'wasm',
    needs: [],
    containerd: { runtimeType, options: {} },
    hostNetwork: true,
    sharesFiles: true,
    onNode: [
      `the binary containerd-shim-${id}-${runtimeType.slice(runtimeType.lastIndexOf('.') + 1)} on the PATH of containerd`,
    ],
    note: 'Runs Wasm images only; ordinary sidecars do not start under the same handler.',
  };
}
