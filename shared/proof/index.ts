export type { ClusterManifests, ConnectionProof, Finding, ProofEnd } from './connections.ts';
export { proveConnections } from './connections.ts';
