export type { MeantPort, MeantPorts } from './ends.ts';
export { type LeftAtEdge, type LeftPorts, leftAtEdge, leftBetween } from './guards.ts';
export type { Place } from './homes.ts';
export { homesOfNamespace, namespacesIn, standForEachOther } from './homes.ts';
export type { ClusterIntent, Intent, MeantAtEdge, MeantByName } from './intent.ts';
export { hosts, intentOf, isOneMesh, seenFrom } from './intent.ts';
export { nodesOfCluster } from './nodes.ts';
export type { MeantCluster, MeantNamespace, MeantPool, MeantWorkload, Unmade } from './platform.ts';
export { meantClusters } from './platform.ts';
