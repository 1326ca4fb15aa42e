/** An export with the proof of it among its files. */
import { type Bundle, withFiles } from '../compile/index.ts';
import { sortedEntries } from '../lib/sort.ts';
import type { Ref, Topology } from '../model/index.ts';
import { proofAsJson, proofAsMarkdown, proofDataName, proofPageName } from '../report/index.ts';
import type { Proof } from './prove.ts';

/** `proof` is that of this very bundle. Its files are caused by the clusters that it speaks of. */
export function provenExport(topology: Topology, bundle: Bundle, proof: Proof): Bundle {
  const clusters = sortedEntries(topology.clusters).map(([id]) => id);
  const causes = clusters.map((id): Ref => ({ kind: 'cluster', id }));
  const subject = {
    design: topology.metadata.name,
    clusters,
    workloads: Object.keys(topology.workloads ?? {}).length,
  };
  return withFiles(bundle, [
    { path: proofPageName, text: proofAsMarkdown(proof, subject), causes },
    { path: proofDataName, text: proofAsJson(proof), causes },
  ]);
}
