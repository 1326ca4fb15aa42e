/**
 * The target-neutral form of one cluster, between the model and the objects: what may connect, which storage and which
 * runtimes each zone may use, what it may expose, and how its nodes are made up. Each part is defined beside the lowering that makes it.
 */
import type { NodesIr } from './lower/cluster.ts';
import type { LimitsIr } from './lower/limits.ts';
import type { NetworkIr } from './lower/network-ir.ts';
import type { RuntimeIr } from './lower/runtime.ts';
import type { StorageIr } from './lower/storage-ir.ts';
import type { ClusterScope } from './scope.ts';

export interface ClusterIr extends ClusterScope {
  readonly network: NetworkIr;
  readonly storage: StorageIr;
  readonly runtimes: RuntimeIr;
  readonly limits: LimitsIr;
  readonly nodes: NodesIr;
}
