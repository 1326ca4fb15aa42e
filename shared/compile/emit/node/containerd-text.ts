/** The text of a containerd configuration. Version and plugin names go in pairs: a table under the other name is ignored. */
import type { ContainerdConfig } from '../../../catalog/index.ts';
import type { NodeRuntimeIr, PoolIr } from '../../lower/cluster.ts';
import { type TomlValue, tomlTable } from './toml.ts';

/** Complete with version; sets up runc as the default beside the given runtimes. `header` becomes comment lines. */
export function containerdConfigText(
  config: ContainerdConfig,
  runtimes: readonly NodeRuntimeIr[],
  header: readonly string[] = [],
): string {
  const base = ['plugins', config.runtimePlugin, 'containerd'];
  const tables: string[] = [tomlTable(base, { default_runtime_name: 'runc' })];
  const runc = { runtimeType: 'io.containerd.runc.v2', options: { SystemdCgroup: true } };
  if (!runtimes.some((r) => r.handler === 'runc')) tables.push(...runtimeTables([...base, 'runtimes', 'runc'], runc));
  tables.push(...handlerTables(config, runtimes));
  return `${[...header.map((line) => (line === '' ? '#' : `# ${line}`)), `version = ${config.version}`].join('\n')}\n\n${tables.join('\n\n')}\n`;
}

/** The tables of the given runtimes alone, and those of a snapshotter that one of them needs. */
export function handlerTables(config: ContainerdConfig, runtimes: readonly NodeRuntimeIr[]): string[] {
  const tables = runtimes.flatMap(({ handler, info }) =>
    info?.containerd === undefined
      ? []
      : runtimeTables(['plugins', config.runtimePlugin, 'containerd', 'runtimes', handler], info.containerd),
  );
  if (runtimes.some((r) => r.info?.containerd?.snapshotter === 'devmapper')) {
    // The pool has to be made before containerd starts; the sizes are those of the containerd documentation.
    tables.push(
      tomlTable(['plugins', config.snapshotterPlugin], {
        pool_name: 'containerd-pool',
        root_path: '/var/lib/containerd/devmapper',
        base_image_size: '10GB',
      }),
    );
  }
  return tables;
}

/** runsc.toml: all values are text. `placing` is a sentence that says how it comes to its place. */
export function runscConfigText(values: Readonly<Record<string, string>>, pool: PoolIr, placing?: string): string {
  const todo = placing === undefined ? '' : ` ${placing}`;
  return `# gVisor on the nodes of pool ${pool.name} (zone ${pool.zone}).${todo}\n${tomlTable(['runsc_config'], values)}\n`;
}

function runtimeTables(
  path: readonly string[],
  runtime: {
    readonly runtimeType: string;
    readonly runtimePath?: string;
    readonly snapshotter?: string;
    readonly privilegedWithoutHostDevices?: boolean;
    readonly options: Readonly<Record<string, string | boolean>>;
  },
): string[] {
  const values: Record<string, TomlValue> = {
    runtime_type: runtime.runtimeType,
    ...(runtime.runtimePath !== undefined && { runtime_path: runtime.runtimePath }),
    ...(runtime.snapshotter !== undefined && { snapshotter: runtime.snapshotter }),
    ...(runtime.privilegedWithoutHostDevices !== undefined && {
      privileged_without_host_devices: runtime.privilegedWithoutHostDevices,
    }),
  };
  const options = Object.keys(runtime.options).length > 0 ? [tomlTable([...path, 'options'], runtime.options)] : [];
  return [tomlTable(path, values), ...options];
}
