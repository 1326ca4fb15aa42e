/** An export with the proof of it, and the report for people, among its files. */
import { type Bundle, withFiles } from '../compile/index.ts';
import { sortedEntries } from '../lib/sort.ts';
import type { Ref, Topology } from '../model/index.ts';
import {
  matrixAsCsv,
  matrixTable,
  pictureFile,
  proofAsJson,
  proofAsMarkdown,
  proofDataName,
  proofPageName,
  reportAsHtml,
  reportAsMarkdown,
  reportFiles,
} from '../report/index.ts';
import { facts } from './facts.ts';
import type { Proof } from './prove.ts';

/** How many files an export of this bundle has: also those that are written once it is proven. */
export function exportedFileCount(bundle: Bundle): number {
  const names = [proofPageName, proofDataName, ...Object.values(reportFiles)];
  return new Set([...bundle.files.map((f) => f.path), ...names]).size;
}

/** `proof` is that of this very bundle. Its files are caused by the clusters that it speaks of. */
export function provenExport(topology: Topology, bundle: Bundle, proof: Proof): Bundle {
  const clusters = sortedEntries(topology.clusters).map(([id]) => id);
  const causes = clusters.map((id): Ref => ({ kind: 'cluster', id }));
  const subject = {
    design: topology.metadata.name,
    clusters,
    workloads: Object.keys(topology.workloads ?? {}).length,
  };
  const report = { topology, coverage: bundle.coverage, proof };
  return withFiles(bundle, [
    { path: proofPageName, text: proofAsMarkdown(proof, subject), causes },
    { path: proofDataName, text: proofAsJson(proof), causes },
    { path: reportFiles.markdown, text: reportAsMarkdown(report), causes },
    { path: reportFiles.html, text: reportAsHtml(report, facts), causes },
    { path: reportFiles.matrix, text: matrixAsCsv(matrixTable(topology)), causes },
    { path: reportFiles.picture, text: pictureFile(topology, facts), causes },
  ]);
}
