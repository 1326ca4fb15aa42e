/**
 * Container engines: which configuration a version of containerd reads, and what runs without any configuration.
 * Sources: containerd docs/cri/config.md, docs/man/containerd-config.toml.5.md, RELEASES.md; cri-o docs/crio.conf.5.md.
 */
export type EngineName = 'containerd' | 'cri-o';
export type ContainerdConfigVersion = 2 | 3 | 4;

export interface EngineInfo {
  readonly name: EngineName;
  readonly label: string;
  /** Id of the runtime that every installation has and that pods without a runtime class get. */
  readonly builtinRuntime: string;
  readonly criSocket: string;
  /** Where drop-ins go, with a `/` at the end. */
  readonly dropInFolder: string;
  readonly service: string;
}

export const engines: Readonly<Record<EngineName, EngineInfo>> = {
  containerd: {
    name: 'containerd',
    label: 'containerd',
    builtinRuntime: 'runc',
    criSocket: 'unix:///run/containerd/containerd.sock',
    dropInFolder: '/etc/containerd/conf.d/',
    service: 'containerd',
  },
  'cri-o': {
    name: 'cri-o',
    label: 'CRI-O',
    builtinRuntime: 'crun',
    criSocket: 'unix:///var/run/crio/crio.sock',
    dropInFolder: '/etc/crio/crio.conf.d/',
    service: 'crio',
  },
};

export function engineInfo(name: EngineName): EngineInfo {
  return engines[name];
}

export interface ContainerdConfig {
  readonly version: ContainerdConfigVersion;
  /** The plugin that owns the table of runtimes. A table under the other name is ignored without a word. */
  readonly runtimePlugin: string;
  readonly snapshotterPlugin: string;
  /** False where an imported file replaces a plugin's whole section instead of being merged into it. */
  readonly mergesDropIns: boolean;
  /** True where the default configuration reads /etc/containerd/conf.d without an `imports` line. */
  readonly importsByDefault: boolean;
}

/**
 * The configuration that a containerd reads: 1.7 reads version 2, 2.0 to 2.2 version 3, 2.3 and newer version 4. Without
 * a version it is 3, which every containerd since 2.0 reads. `mainFile` is the version of the file that imports it, which
 * must not be older. Undefined for text that is no version, or below 1.3.
 */
export function containerdConfig(
  version: string | undefined,
  mainFile: ContainerdConfigVersion = 4,
): ContainerdConfig | undefined {
  const at = version === undefined ? [2, 0] : parseMinor(version);
  if (at === undefined) return undefined;
  const [major = 0, minor = 0] = at;
  if (major < 1 || (major === 1 && minor < 3)) return undefined;
  if (major === 1) {
    return {
      version: 2,
      runtimePlugin: 'io.containerd.grpc.v1.cri',
      snapshotterPlugin: 'io.containerd.snapshotter.v1.devmapper',
      mergesDropIns: false,
      importsByDefault: false,
    };
  }
  return {
    version: mainFile === 4 && (major > 2 || minor >= 3) ? 4 : 3,
    runtimePlugin: 'io.containerd.cri.v1.runtime',
    snapshotterPlugin: 'io.containerd.snapshotter.v1.devmapper',
    mergesDropIns: true,
    importsByDefault: version !== undefined && (major > 2 || minor >= 2),
  };
}

/** `1.37` and `1.37.2` are [1, 37]; undefined for anything else. A leading `v` is accepted. */
function parseMinor(version: string): readonly [major: number, minor: number] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.\d+)?(?:[-+].*)?$/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** True where `version` is `minimum` or newer, by major and minor. Undefined where one of them is no version. */
export function isAtLeastVersion(version: string, minimum: string): boolean | undefined {
  const a = parseMinor(version);
  const b = parseMinor(minimum);
  if (a === undefined || b === undefined) return undefined;
  return a[0] !== b[0] ? a[0] > b[0] : a[1] >= b[1];
}
