/**
 * containerd drop-ins per node pool: the handlers that its RuntimeClasses name. kind takes the same as patches of its own
 * file, and a provider's nodes are not ours to configure.
 */
import type { ContainerdConfig } from '../../../catalog/index.ts';
import type { Problem } from '../../../lib/problem.ts';
import type { CoverageNote } from '../../bundle.ts';
import type { EmittedFile, Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { NodeRuntimeIr, PoolIr } from '../../lower/cluster.ts';
import { containerdConfigText, runscConfigText } from './containerd-text.ts';
import { mergedRuntimes } from './runtime-tables.ts';

export const containerd: Emitter = {
  id: 'node/containerd',
  docs: {
    title: 'containerd',
    formats: ['containerd configuration 2, 3 or 4'],
    files: ['nodes/POOL/containerd/'],
    covers: 'A drop-in per pool with the handlers of its runtimes, and gVisor’s own configuration.',
    limits: 'Binaries; nodes of a provider.',
  },
  applies: (ir) => ir.nodes.containerd !== undefined && ir.nodes.pools.length > 0 && ir.cluster.distribution !== 'kind',
  emit: (ir) => {
    const problems: Problem[] = [];
    const coverage: CoverageNote[] = [];
    const files: EmittedFile[] = [];
    for (const pool of ir.nodes.pools) {
      const runtimes = mergedRuntimes(ir, [pool], problems);
      const special = runtimes.filter((r) => r.info?.id !== ir.nodes.engine.builtinRuntime);
      if (!ir.nodes.distribution.ownNodes) {
        // The file of eksctl sets up what it can, and its target says what it cannot.
        if (special.length > 0 && ir.cluster.distribution !== 'eks') coverage.push(providerNote(ir, pool, special));
        continue;
      }
      if (!pool.needsDropIn) continue;
      files.push(...filesOf(ir, pool, runtimes));
      if (runtimes.some((r) => r.info?.needs.includes('devmapper'))) problems.push(thinPool(ir, pool));
    }
    if (ir.nodes.engineVersion === undefined && files.length > 0) problems.push(versionAssumed(ir));
    return { files, problems, coverage };
  },
};

/** Where a pool's drop-in is written in the export, and where it belongs on a node. */
export function containerdDropIn(ir: ClusterIr, pool: PoolIr): { readonly path: string; readonly onNode: string } {
  const { distribution } = ir.cluster;
  const folder = isRancher(distribution) ? `${rancherFile(ir)}.d/` : ir.nodes.engine.dropInFolder;
  return {
    path: `nodes/${pool.name}/containerd/zonewright-runtimes.toml`,
    onNode: `${folder}zonewright-runtimes.toml`,
  };
}

/** How a file comes to its place on the nodes. Cluster API and OpenShift make machines with the files of their pool. */
export function placing(ir: ClusterIr, onNode: string): string {
  return ['capi', 'openshift'].includes(ir.cluster.distribution)
    ? `The machines of the pool bring it as ${onNode}.`
    : `Copy to ${onNode} on each of its nodes and restart ${ir.nodes.engineService}.`;
}

/** K3s and RKE2 write containerd's main file themselves, from this file (with `.tmpl`) where it is there. */
function rancherFile(ir: ClusterIr): string {
  const name = ir.nodes.containerd?.version === 2 ? 'config' : 'config-v3';
  return `/var/lib/rancher/${ir.cluster.distribution}/agent/etc/containerd/${name}.toml`;
}

function isRancher(distribution: string): boolean {
  return distribution === 'k3s' || distribution === 'rke2';
}

/** Configuration files of gVisor that the pool's runtimes name. */
export function runscFiles(
  pool: PoolIr,
  engine: 'containerd' | 'crio',
): ReadonlyArray<{
  readonly path: string;
  readonly onNode: string;
  readonly values: Readonly<Record<string, string>>;
}> {
  const files = new Map<string, { path: string; onNode: string; values: Readonly<Record<string, string>> }>();
  for (const { info } of pool.runtimes) {
    const onNode = engine === 'containerd' ? info?.containerd?.options.ConfigPath : info?.crio?.runtimeConfigPath;
    if (info?.runscConfig === undefined || typeof onNode !== 'string') continue;
    files.set(onNode, {
      path: `nodes/${pool.name}/${engine}/${onNode.slice(onNode.lastIndexOf('/') + 1)}`,
      onNode,
      values: info.runscConfig,
    });
  }
  return [...files.values()];
}

function filesOf(ir: ClusterIr, pool: PoolIr, runtimes: readonly NodeRuntimeIr[]): EmittedFile[] {
  const config = ir.nodes.containerd;
  if (config === undefined) return [];
  const { path, onNode } = containerdDropIn(ir, pool);
  const header = [
    `Runtimes of pool ${pool.name} (zone ${pool.zone}). ${placing(ir, onNode)}`,
    ...importNotes(ir, config, onNode),
    ...(config.mergesDropIns
      ? []
      : [
          'containerd 1.x replaces the whole section of a plugin by an imported one: repeat here what the main file sets below',
          `plugins."${config.runtimePlugin}", such as sandbox_image.`,
        ]),
    ...mainFileNote(ir, config),
  ];
  return [
    { path, text: containerdConfigText(config, runtimes, header), causes: pool.causes },
    ...runscFiles(pool, 'containerd').map(
      (f): EmittedFile => ({
        path: f.path,
        text: runscConfigText(f.values, pool, placing(ir, f.onNode)),
        causes: pool.causes,
      }),
    ),
  ];
}

function importNotes(ir: ClusterIr, config: ContainerdConfig, onNode: string): string[] {
  if (isRancher(ir.cluster.distribution))
    return [
      `Older releases of ${ir.nodes.distribution.label} do not read this folder. There these tables belong into ${rancherFile(ir)}.tmpl,`,
      'below a first line {{ template "base" . }}.',
    ];
  return config.importsByDefault
    ? []
    : [`The main file has to import it: imports = ["${onNode.slice(0, onNode.lastIndexOf('/') + 1)}*.toml"]`];
}

/**
 * Tables are merged as they stand, before any is migrated: beside a drop-in of version 3, containerd 2.1 drops what a main file
 * of version 2 says of `io.containerd.grpc.v1.cri`, its pause image for one, with a warning. It takes no drop-in that is newer
 * than itself.
 */
function mainFileNote(ir: ClusterIr, { version }: ContainerdConfig): string[] {
  if (version === 2 || isRancher(ir.cluster.distribution)) return [];
  return [
    `The main file must be of version ${version} too, or its own settings may be lost; containerd config migrate makes it so.`,
  ];
}

/** Said where nodes run Firecracker. */
export function thinPool(ir: ClusterIr, pool: PoolIr): Problem {
  return {
    rule: 'compile/thin-pool',
    severity: 'info',
    message: `Nodes of pool “${pool.name}” of cluster “${ir.id}” run Firecracker, which needs the devmapper snapshotter. The export names a thin pool “containerd-pool”, which nothing creates. Create it on every node before containerd starts.`,
    subject: { kind: 'pool', id: pool.id },
    path: ['clusters', ir.id, 'pools', pool.name, 'runtimes'],
    fixable: false,
  };
}

function versionAssumed(ir: ClusterIr): Problem {
  return {
    rule: 'compile/engine-version',
    severity: 'info',
    message: `Cluster “${ir.id}” does not say which containerd it has. Its configuration is written in version 3, which every containerd since 2.0 reads and 1.7 does not. Name the version, such as "2.3".`,
    subject: { kind: 'cluster', id: ir.id },
    path: ['clusters', ir.id, 'engine'],
    fixable: false,
  };
}

function providerNote(ir: ClusterIr, pool: PoolIr, runtimes: readonly NodeRuntimeIr[]): CoverageNote {
  return {
    cluster: ir.id,
    state: 'not-enforced',
    subject: `Runtimes of pool “${pool.name}”`,
    text: `The provider configures these nodes: ask it for node pools with ${runtimes.map((r) => `${r.id} (handler ${r.handler})`).join(', ')}.`,
  };
}
