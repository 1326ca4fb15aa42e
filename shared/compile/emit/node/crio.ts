/** CRI-O drop-ins per node pool: the handlers that its RuntimeClasses name. */
import { isAtLeastVersion } from '../../../catalog/index.ts';
import type { Problem } from '../../../lib/problem.ts';
import type { EmittedFile, Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { NodeRuntimeIr, PoolIr } from '../../lower/cluster.ts';
import { placing, runscFiles } from './containerd.ts';
import { runscConfigText } from './containerd-text.ts';
import { mergedRuntimes } from './runtime-tables.ts';
import { type TomlValue, tomlTable } from './toml.ts';

export const crio: Emitter = {
  id: 'node/crio',
  docs: {
    title: 'CRI-O',
    formats: ['CRI-O drop-in'],
    files: ['nodes/POOL/crio/'],
    covers: 'A drop-in per pool with the handlers of its runtimes, and gVisor’s own configuration.',
    limits: 'Binaries; nodes of a provider.',
  },
  applies: (ir) => ir.nodes.engine.name === 'cri-o' && ir.nodes.pools.length > 0 && ir.nodes.distribution.ownNodes,
  emit: (ir) => {
    const problems: Problem[] = [];
    const files = ir.nodes.pools.flatMap((pool): EmittedFile[] => {
      if (!pool.needsDropIn) return [];
      const runtimes = mergedRuntimes(ir, [pool], problems).filter((r) => canRun(ir, pool, r, problems));
      const header = [`Runtimes of pool ${pool.name} (zone ${pool.zone}). ${placing(ir, crioDropIn(ir, pool).onNode)}`];
      const tables = [
        tomlTable(['crio', 'runtime'], { default_runtime: ir.nodes.engine.builtinRuntime, cgroup_manager: 'systemd' }),
        ...runtimes.map((r) => tomlTable(['crio', 'runtime', 'runtimes', r.handler], valuesOf(r))),
      ];
      return [
        {
          path: crioDropIn(ir, pool).path,
          text: `${header.map((line) => `# ${line}`).join('\n')}\n\n${tables.join('\n\n')}\n`,
          causes: pool.causes,
        },
        ...runscFiles(pool, 'crio').map(
          (f): EmittedFile => ({
            path: f.path,
            text: runscConfigText(f.values, pool, placing(ir, f.onNode)),
            causes: pool.causes,
          }),
        ),
      ];
    });
    return { files, problems, coverage: [] };
  },
};

export function crioDropIn(ir: ClusterIr, pool: PoolIr): { readonly path: string; readonly onNode: string } {
  return {
    path: `nodes/${pool.name}/crio/50-zonewright.conf`,
    onNode: `${ir.nodes.engine.dropInFolder}50-zonewright.conf`,
  };
}

function canRun(ir: ClusterIr, pool: PoolIr, runtime: NodeRuntimeIr, problems: Problem[]): boolean {
  // A runtime the catalogue does not know is named in the coverage note.
  if (runtime.info === undefined) return false;
  const { crio: facts } = runtime.info;
  const tooOld =
    facts?.since !== undefined &&
    ir.nodes.engineVersion !== undefined &&
    isAtLeastVersion(ir.nodes.engineVersion, facts.since) === false;
  if (facts !== undefined && !tooOld) return true;
  problems.push({
    rule: 'compile/runtime-not-on-engine',
    severity: 'error',
    message: `Pool “${pool.name}” of cluster “${ir.id}” is to run “${runtime.id}”, which CRI-O ${tooOld ? `runs from version ${facts?.since} on` : 'cannot run'}. It is not set up there, and its pods would not start. ${tooOld ? 'Use a newer CRI-O' : 'Use containerd'}, or take the runtime off the pool.`,
    subject: { kind: 'pool', id: pool.id },
    path: ['clusters', ir.id, 'pools', pool.name, 'runtimes'],
    fixable: false,
  });
  return false;
}

function valuesOf(runtime: NodeRuntimeIr): Record<string, TomlValue> {
  const facts = runtime.info?.crio;
  if (facts === undefined) return {};
  return {
    runtime_path: facts.runtimePath,
    runtime_type: facts.runtimeType,
    runtime_root: facts.runtimeRoot,
    ...(facts.runtimeConfigPath !== undefined && { runtime_config_path: facts.runtimeConfigPath }),
    ...(facts.privilegedWithoutHostDevices !== undefined && {
      privileged_without_host_devices: facts.privilegedWithoutHostDevices,
    }),
  };
}
