/** How two clusters meet: what rules about flows between clusters share. */
import type { Cluster } from '../model/index.ts';

/** Pods see each other's own addresses. */
export function meetsRouted(a: Cluster, b: Cluster): boolean {
  return a.seenAs === 'routed' && b.seenAs === 'routed';
}

/** Identities are known on both sides, so no address is needed. */
export function meetsByIdentity(a: Cluster, b: Cluster): boolean {
  return a.seenAs === 'mesh' && b.seenAs === 'mesh' && a.mesh !== undefined && a.mesh === b.mesh;
}
