/**
 * How the network plugin of a cluster sees its peers, as options of an evaluation. Cilium knows nodes, the API server and
 * the pods of its mesh by identity; to other plugins all of them are addresses.
 */
import { ciliumInfo } from '../catalog/index.ts';
import { apiServerAddresses, type Lookup } from '../model/index.ts';
import type { EvaluateOptions, SourceObject } from '../reach/index.ts';
import { hosts, isOneMesh, nodesOfCluster, standForEachOther } from './intent/index.ts';

export function pluginOptions(
  index: Lookup,
  id: string,
  objectsOf: (cluster: string) => readonly SourceObject[],
): Pick<EvaluateOptions, 'known' | 'mesh'> {
  const cluster = index.get('cluster', id);
  const info = cluster && ciliumInfo(cluster);
  if (cluster === undefined || info === undefined) return {};
  const others = meshOf(index, id);
  const nodes = [id, ...index.clusters.filter((c) => c.id !== id && isOneMesh(c, cluster)).map((c) => c.id)].flatMap(
    (each) => nodesOfCluster(index, each),
  );
  return {
    known: { nodes, 'api-server': hosts(apiServerAddresses(cluster)) },
    mesh: {
      cluster: id,
      others: others.map((other) => ({ cluster: other, objects: objectsOf(other) })),
      selectsAll: !info.meansOwnCluster,
    },
  };
}

/** The other clusters whose pods the plugin of a cluster knows by identity; ids, sorted. */
export function meshOf(index: Lookup, id: string): readonly string[] {
  const cluster = index.get('cluster', id);
  if (cluster === undefined || ciliumInfo(cluster)?.mesh !== true) return [];
  return index.clusters
    .filter(
      (c) =>
        c.id !== id && isOneMesh(c, cluster) && ciliumInfo(c)?.mesh === true && !standForEachOther(index, c.id, id),
    )
    .map((c) => c.id);
}
