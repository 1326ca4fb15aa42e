/**
 * `zonewright.json`: every file of the export with its hash, so that the next export knows what it wrote, and the design, so
 * that an import gives back what no manifest can carry: reasons, owners, names, where things stand on the canvas.
 */
import { sha256Hex } from '../../lib/sha256.ts';
import { inKeyOrder, sortBy } from '../../lib/sort.ts';
import type { Topology } from '../../model/index.ts';
import { type BundleFile, type ExportIndex, indexName } from '../bundle.ts';
import type { EmittedFile, TargetDocs } from '../define.ts';
import type { ClusterIr } from '../ir.ts';

export const exportIndexDocs: TargetDocs = {
  title: 'Index',
  formats: ['zonewright/v1 ExportIndex'],
  files: ['zonewright.json'],
  covers:
    'Every file of the export with its hash, so that the next export knows what it wrote, and the design, so that an import gives it back.',
  limits: 'It is no signature.',
};

/** Without the index itself: a file cannot hold its own hash. */
export function exportIndex(
  topology: Topology,
  clusters: readonly ClusterIr[],
  files: readonly BundleFile[],
): EmittedFile {
  const index: ExportIndex = {
    apiVersion: 'zonewright/v1',
    kind: 'ExportIndex',
    design: topology.metadata?.name ?? '',
    clusters: clusters.map((c) => ({ id: c.id, path: c.id })),
    files: sortBy(files, (f) => f.path).map((f) => ({
      path: f.path,
      sha256: sha256Hex(f.text),
      ...(f.cluster !== undefined && { cluster: f.cluster }),
    })),
    // The order of its maps means nothing, so it changes nothing.
    topology: inKeyOrder(topology),
  };
  return {
    path: indexName,
    text: `${JSON.stringify(index, null, 2)}\n`,
    causes: clusters.map((c) => ({ kind: 'cluster', id: c.id })),
  };
}
