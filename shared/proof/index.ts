export type { ClusterManifests, ConnectionProof } from './connections.ts';
export { allowedBetween, proveConnections } from './connections.ts';
export type { Finding as ProofFinding, ProofEnd } from './findings.ts';
export type { ClusterIntent, MeantAtEdge } from './intent/index.ts';
export { dialledAddresses, hosts, intentOf, isOneMesh, nodesOfCluster, seenFrom } from './intent/index.ts';
export type { ClusterExport, Heard, PlatformFinding, PlatformProof } from './platform.ts';
export { pluginOptions } from './plugin.ts';
export { type PlatformProofs, provePlatform } from './prove.ts';
export { thingOf } from './things.ts';
