/** Flows inside a mesh. Each cluster's plugin knows the pods of the others, so selectors reach them; ranges never do. */
import { ciliumInfo, isMeshName } from '../../catalog/index.ts';
import type { Cluster, Entry } from '../../model/index.ts';
import type { ClusterScope } from '../scope.ts';
import { type Draft, note } from './draft.ts';

export function sameMesh(a: Cluster, b: Cluster): boolean {
  return a.seenAs === 'mesh' && b.seenAs === 'mesh' && a.mesh !== undefined && a.mesh === b.mesh;
}

/** Why no policy can name the pods of the other cluster; undefined where one can. */
export function meshObstacle(a: Entry<Cluster>, b: Entry<Cluster>): string | undefined {
  const other = [a, b].find((cluster) => ciliumInfo(cluster)?.mesh !== true);
  if (other !== undefined)
    return `only Cilium’s policies can name pods of another cluster, and “${other.id}” has no Cilium that could`;
  const long = [a, b].find(({ id }) => !isMeshName(id));
  return long === undefined
    ? undefined
    : `“${long.id}” is too long for the name of a cluster in a mesh of Cilium, which has at most 32 characters`;
}

/** What whoever runs the mesh has to know, once per cluster. */
export function noteMesh(draft: Draft, cluster: ClusterScope): void {
  const { id, lookup } = cluster;
  const others = lookup.clusters.filter((c) => c.id !== id && sameMesh(c, cluster.cluster));
  const known = others.filter((c) => meshObstacle(cluster.cluster, c) === undefined);
  const info = ciliumInfo(cluster.cluster);
  if (known.length === 0 || info === undefined) return;
  const names = [id, ...known.map((c) => c.id)].map((name) => `“${name}”`).join(', ');
  note(
    draft,
    id,
    'enforced',
    'Other clusters of the mesh',
    `Flows to and from them are CiliumNetworkPolicy objects that name the cluster; they hold where Cilium’s cluster.name is the id of each cluster (${names}). A Service is found from another cluster only where it is global: annotation service.cilium.io/global, under the same name in both.`,
  );
  if (info.meansOwnCluster && info.isVersionKnown) return;
  note(
    draft,
    id,
    'not-enforced',
    'Namespaces of the same name in the mesh',
    `Before Cilium 1.19 a selector that names no cluster means the pods of every cluster of the mesh, also in NetworkPolicy. Set clustermesh.policyDefaultLocalCluster, or use 1.19 or later.`,
  );
}
