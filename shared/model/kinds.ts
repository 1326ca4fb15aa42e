/**
 * The kinds of records, and where each lives in a design. One table: load, references, commands, lookup, inspector and
 * docs read it. `pool` lives inside its cluster, so its id is `cluster/pool` outside the file.
 */
import type * as t from './topology.ts';

export interface RecordOf {
  zone: t.Zone;
  cluster: t.Cluster;
  pool: t.Pool;
  namespace: t.Namespace;
  workload: t.Workload;
  external: t.External;
  flow: t.Flow;
  endpoint: t.StorageEndpoint;
  class: t.StorageClass;
  runtime: t.Runtime;
}

export type Kind = keyof RecordOf;

/** A record by kind and id. A pool's id is `cluster/pool`. */
export interface Ref<K extends Kind = Kind> {
  readonly kind: K;
  readonly id: string;
}

export interface KindInfo {
  /** For people: `Storage endpoint`. */
  readonly label: string;
  readonly plural: string;
  /** The way to its map in the document; `*` stands for the cluster's id of a pool. */
  readonly path: readonly string[];
}

export const kinds: Readonly<Record<Kind, KindInfo>> = {
  zone: { label: 'Zone', plural: 'Zones', path: ['zones'] },
  cluster: { label: 'Cluster', plural: 'Clusters', path: ['clusters'] },
  pool: { label: 'Node pool', plural: 'Node pools', path: ['clusters', '*', 'pools'] },
  namespace: { label: 'Namespace', plural: 'Namespaces', path: ['namespaces'] },
  workload: { label: 'Workload', plural: 'Workloads', path: ['workloads'] },
  external: { label: 'External', plural: 'Externals', path: ['externals'] },
  flow: { label: 'Flow', plural: 'Flows', path: ['flows'] },
  endpoint: { label: 'Storage endpoint', plural: 'Storage endpoints', path: ['storage', 'endpoints'] },
  class: { label: 'Storage class', plural: 'Storage classes', path: ['storage', 'classes'] },
  runtime: { label: 'Runtime', plural: 'Runtimes', path: ['runtimes'] },
};

export const kindNames = Object.keys(kinds) as Kind[];

export function isKind(text: string): text is Kind {
  return Object.hasOwn(kinds, text);
}

export function ref<K extends Kind>(kind: K, id: string): Ref<K> {
  return { kind, id };
}

/** `zone:dmz`: a key for maps and for React. */
export function refKey(r: Ref): string {
  return `${r.kind}:${r.id}`;
}

/** The inverse of refKey; undefined for any other text. */
export function parseRefKey(key: string): Ref | undefined {
  const at = key.indexOf(':');
  const kind = key.slice(0, at);
  return at > 0 && isKind(kind) ? { kind, id: key.slice(at + 1) } : undefined;
}

/** The way to one record in the document: `['clusters', 'prod', 'pools', 'dmz-a']`. */
export function recordPath(r: Ref): string[] {
  if (r.kind === 'pool') {
    const [cluster = '', pool = ''] = r.id.split('/');
    return ['clusters', cluster, 'pools', pool];
  }
  return [...kinds[r.kind].path, r.id];
}

/** The map that holds all records of a kind; empty where the design has none. Pools are keyed `cluster/pool`. */
export function recordsOf<K extends Kind>(topology: t.Topology, kind: K): Readonly<Record<string, RecordOf[K]>> {
  if (kind === 'pool') {
    const pools: Record<string, t.Pool> = {};
    for (const [clusterId, cluster] of Object.entries(topology.clusters ?? {})) {
      for (const [id, pool] of Object.entries(cluster.pools ?? {})) pools[`${clusterId}/${id}`] = pool;
    }
    return pools as Record<string, RecordOf[K]>;
  }
  let at: unknown = topology;
  for (const key of kinds[kind].path) at = (at as Record<string, unknown> | undefined)?.[key];
  return (at ?? {}) as Record<string, RecordOf[K]>;
}

export function findRecord<K extends Kind>(topology: t.Topology, r: Ref<K>): RecordOf[K] | undefined {
  const records = recordsOf(topology, r.kind);
  return Object.hasOwn(records, r.id) ? records[r.id] : undefined;
}

/** Every record of the design, kinds in the table's order, ids as the file has them. */
export function allRefs(topology: t.Topology): Ref[] {
  return kindNames.flatMap((kind) => Object.keys(recordsOf(topology, kind)).map((id) => ref(kind, id)));
}
