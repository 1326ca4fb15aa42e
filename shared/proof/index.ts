export type { ClusterManifests, ConnectionProof, Finding as ProofFinding, ProofEnd } from './connections.ts';
export { allowedBetween, proveConnections } from './connections.ts';
export { hosts, isOneMesh, seenFrom } from './intent/index.ts';
export type { ClusterExport, PlatformFinding, PlatformProof } from './platform.ts';
export { type PlatformProofs, provePlatform } from './prove.ts';
