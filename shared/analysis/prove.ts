/** The proof of an export, from its printed text alone: what the files say, not what the compiler meant. */
import type { Bundle } from '../compile/index.ts';
import { parseManifests } from '../k8s/index.ts';
import { sortedEntries } from '../lib/sort.ts';
import type { Topology } from '../model/index.ts';
import { type ConnectionProof, proveConnections } from '../proof/index.ts';

export interface Proof {
  readonly connections: ConnectionProof;
}

export function prove(topology: Topology, bundle: Bundle): Proof {
  const manifests = sortedEntries(topology.clusters).map(([cluster]) => ({
    cluster,
    objects: bundle.files
      .filter((file) => file.cluster === cluster && file.objects.length > 0)
      .flatMap((file) => parseManifests(file.text, { file: file.path }).objects),
  }));
  return { connections: proveConnections(topology, manifests) };
}
