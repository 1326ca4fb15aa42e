/** Which storage classes each zone of a cluster may use. */
import type { ClusterScope, Lowered } from '../scope.ts';

export interface StorageIr {
  readonly zones: ReadonlyArray<{ readonly zone: string; readonly classes: readonly string[] }>;
}

export function lowerStorage(scope: ClusterScope): Lowered<StorageIr> {
  return { part: { zones: scope.zones.map((z) => ({ zone: z.id, classes: z.record.storageClasses ?? [] })) }, problems: [], coverage: [] };
}
