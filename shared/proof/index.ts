export type { ClusterManifests, ConnectionProof, Finding as ProofFinding, ProofEnd } from './connections.ts';
export { proveConnections } from './connections.ts';
