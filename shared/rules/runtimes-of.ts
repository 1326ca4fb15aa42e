/** What a runtime is and where it runs: what rules about runtimes share. */
import { distributionInfo, engineInfo, runtimeInfo } from '../catalog/index.ts';
import type { Cluster, Isolation, Lookup, Pool, Runtime } from '../model/index.ts';

/** The isolation that the design states, else the catalogue's; undefined for a runtime that nobody knows. */
export function isolationOf(runtime: Runtime): Isolation | undefined {
  return runtime.isolation ?? runtimeInfo(runtime.from)?.isolation;
}

/** Whether pods can get the runtime on the pool's nodes: it is installed there, or it is what the engine always has. */
export function runsOn(lookup: Lookup, runtimeId: string, pool: Pool, cluster: Cluster): boolean {
  if (pool.runtimes?.includes(runtimeId)) return true;
  const engine = engineInfo(cluster.engine?.name ?? distributionInfo(cluster.distribution).defaultEngine);
  return lookup.get('runtime', runtimeId)?.from === engine.builtinRuntime;
}
