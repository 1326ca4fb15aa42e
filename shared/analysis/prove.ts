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

export interface Proof extends PlatformProofs {
  readonly connections: ConnectionProof;
}

/** `heard` is told each question to admission and its answer. */
export function prove(topology: Topology, bundle: Bundle, heard?: Heard): Proof {
  const files = sortedEntries(topology.clusters).map(([cluster]) => ({
    cluster,
    own: bundle.files.filter((file) => file.cluster === cluster),
  }));
  const manifests = files.map(({ cluster, own }) => ({
    cluster,
    objects: own
      .filter((file) => file.objects.length > 0)
      .flatMap((file) => parseManifests(file.text, { file: file.path }).objects),
  }));
  const exports = files.map(
    ({ cluster, own }, i): ClusterExport => ({
      cluster,
      objects: manifests[i]?.objects.map((o) => o.object) ?? [],
      configurations: own.flatMap(configurationsOf),
    }),
  );
  return { connections: proveConnections(topology, manifests), ...provePlatform(topology, exports, heard) };
}

/** The documents of a file that configures the cluster, which are no objects of it. */
function configurationsOf(file: BundleFile): ClusterExport['configurations'] {
  if (file.objects.length > 0 || !/^[^/]+\/cluster\/.*\.ya?ml$/.test(file.path)) return [];
  return parseYaml(file.text, { version: '1.1' }).documents.map(({ root }) => ({
    path: file.path,
    document: plainValue(root, { duplicates: 'last', merges: true }).value,
  }));
}
