/**
 * How the network plugin of a cluster sees its peers, as options of an evaluation. Cilium knows nodes, the API server and
 * the pods of its mesh by identity; to other plugins all of them are addresses.
 */
import { ciliumInfo } from '../catalog/index.ts';
import { contains, looseCidr } from '../lib/ip.ts';
import { apiServerAddresses, type Lookup } from '../model/index.ts';
import type { EvaluateOptions, Reach, SourceObject } from '../reach/index.ts';
import { hosts, isOneMesh, type MeantAtEdge, nodesOfCluster, standForEachOther } from './intent/index.ts';

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

export interface NodePieces {
  readonly own: readonly number[];
  readonly all: ReadonlySet<number>;
  /** Addresses of the API server, canonical CIDR, and their pieces. */
  readonly server: readonly string[];
  readonly servers: ReadonlySet<number>;
}

/** The pieces that are nodes, where the plugin knows nodes by identity: the cluster's own, and all of its mesh. */
export function nodePieces(index: Lookup, id: string, pieces: Reach['pieces']): NodePieces | undefined {
  const cluster = index.get('cluster', id);
  if (cluster === undefined || ciliumInfo(cluster) === undefined) return undefined;
  const within = (cidrs: readonly string[]) => {
    const inside = holder({ cidrs, except: [] });
    return pieces.flatMap((piece, i) => (inside(piece) ? [i] : []));
  };
  const mesh = index.clusters.filter((c) => c.id !== id && isOneMesh(c, cluster));
  const own = nodesOfCluster(index, id);
  const server = hosts(apiServerAddresses(cluster));
  return {
    own: within(own),
    all: new Set(within([...own, ...mesh.flatMap((c) => nodesOfCluster(index, c.id))])),
    server,
    servers: new Set(within(server)),
  };
}

/** Whether a piece of the address space lies wholly in what is meant; pieces lie inside or outside. */
export function holder({
  cidrs,
  except,
}: Pick<MeantAtEdge, 'cidrs' | 'except'>): (piece: {
  readonly family: 4 | 6;
  readonly start: bigint;
  readonly end: bigint;
}) => boolean {
  const outer = cidrs.flatMap((c) => looseCidr(c) ?? []);
  const holes = except.flatMap((c) => looseCidr(c) ?? []);
  return (piece) => {
    const range = { ...piece, prefix: 0 };
    return outer.some((o) => contains(o, range)) && !holes.some((h) => contains(h, range));
  };
}
