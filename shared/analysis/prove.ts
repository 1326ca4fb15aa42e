/** The proof of an export, from its printed text alone: what the files say, not what the compiler meant. */
import type { Bundle, BundleFile } from '../compile/index.ts';
import { parseManifests } from '../k8s/index.ts';
import { sortedEntries } from '../lib/sort.ts';
import { parseYaml } from '../lib/yaml.ts';
import { plainValue } from '../lib/yaml-value.ts';
import type { Topology } from '../model/index.ts';
import {
  type ClusterExport,
  type ConnectionProof,
  type Heard,
  type PlatformProofs,
  proveConnections,
  provePlatform,
} from '../proof/index.ts';
import type { SourceObject } from '../reach/index.ts';
import { emittedBy } from './review-side.ts';

export interface Proof extends PlatformProofs {
  readonly connections: ConnectionProof;
}

/** `heard` is told each question to admission and its answer. */
export function prove(topology: Topology, bundle: Bundle, heard?: Heard): Proof {
  const clusters = filesByCluster(topology, bundle).map(({ cluster, files }) => ({
    cluster,
    objects: objectsIn(files),
    configurations: files.flatMap(configurationsOf),
  }));
  const exports = clusters.map(
    ({ objects, ...more }): ClusterExport => ({ ...more, objects: objects.map((o) => o.object) }),
  );
  return { connections: proveConnections(topology, clusters), ...provePlatform(topology, exports, heard) };
}

/** What a design exports lets through. Of a design that a review compares, what the review compiled is printed and read. */
export function proveConnectionsOf(topology: Topology): ConnectionProof {
  const clusters = filesByCluster(topology, emittedBy(topology).print());
  return proveConnections(
    topology,
    clusters.map(({ cluster, files }) => ({ cluster, objects: objectsIn(files) })),
  );
}

function filesByCluster(topology: Topology, bundle: Bundle) {
  return sortedEntries(topology.clusters).map(([cluster]) => ({
    cluster,
    files: bundle.files.filter((file) => file.cluster === cluster),
  }));
}

/** Those of the text, which is what is applied. */
function objectsIn(files: readonly BundleFile[]): readonly SourceObject[] {
  return files
    .filter((file) => file.objects.length > 0)
    .flatMap((file) => parseManifests(file.text, { file: file.path }).objects);
}

/** The documents of a file that configures the cluster, which are no objects of it. */
function configurationsOf(file: BundleFile): ClusterExport['configurations'] {
  if (file.objects.length > 0 || !/^[^/]+\/cluster\/.*\.ya?ml$/.test(file.path)) return [];
  return parseYaml(file.text, { version: '1.1' }).documents.map(({ root }) => ({
    path: file.path,
    document: plainValue(root, { duplicates: 'last', merges: true }).value,
  }));
}
