/** The node pools of each zone of a cluster. */
import type { ClusterScope, Lowered } from '../scope.ts';

export interface NodesIr {
  readonly zones: ReadonlyArray<{ readonly zone: string; readonly pools: readonly string[] }>;
}

export function lowerCluster(scope: ClusterScope): Lowered<NodesIr> {
  return { part: { zones: scope.zones.map((z) => ({ zone: z.id, pools: scope.lookup.poolsOf(scope.id, z.id).map((p) => p.poolId) })) }, problems: [], coverage: [] };
}
