/** Which runtimes each zone of a cluster may use; the first is the default. */
import type { ClusterScope, Lowered } from '../scope.ts';

export interface RuntimeIr {
  readonly zones: ReadonlyArray<{ readonly zone: string; readonly runtimes: readonly string[] }>;
}

export function lowerRuntime(scope: ClusterScope): Lowered<RuntimeIr> {
  return { part: { zones: scope.zones.map((z) => ({ zone: z.id, runtimes: z.record.runtimes ?? [] })) }, problems: [], coverage: [] };
}
