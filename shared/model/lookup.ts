/**
 * A read-only index over a design: members, neighbours, the zone of anything, and the values that apply where the file
 * says nothing. Dangling references answer undefined or an empty list, never an error: broken designs are normal while
 * somebody draws. Lists are sorted by id, so that what is computed from them does not depend on the file's order.
 */
import { memoWeak } from '../lib/memo.ts';
import { sortBy, sortedEntries } from '../lib/sort.ts';
import { type Kind, type RecordOf, type Ref, recordsOf, refKey } from './kinds.ts';
import { endRef, outside } from './references.ts';
import type { Cluster, Flow, MatrixCell, Namespace, Pool, Protocol, Topology, Workload, Zone } from './topology.ts';

export type Entry<T> = T & { readonly id: string };
export type PoolEntry = Entry<Pool> & { readonly clusterId: string; readonly poolId: string };

export interface MatrixDecision {
  readonly access: MatrixCell['access'];
  /** Short forms such as `443/tcp`; empty unless access is allow-only. */
  readonly services: readonly string[];
  readonly severity?: MatrixCell['severity'];
  /** False where the design does not write this cell and trust decides. */
  readonly written: boolean;
}

export interface Lookup {
  readonly topology: Topology;
  get<K extends Kind>(kind: K, id: string | undefined): RecordOf[K] | undefined;
  /** Outermost (least trusted) first; ties by id. */
  readonly zones: ReadonlyArray<Entry<Zone>>;
  readonly clusters: ReadonlyArray<Entry<Cluster>>;
  readonly namespaces: ReadonlyArray<Entry<Namespace>>;
  readonly workloads: ReadonlyArray<Entry<Workload>>;
  readonly flows: ReadonlyArray<Entry<Flow>>;
  readonly pools: readonly PoolEntry[];
  namespacesOfZone(zone: string): ReadonlyArray<Entry<Namespace>>;
  /** Those that name the cluster as theirs. */
  namespacesOfCluster(cluster: string): ReadonlyArray<Entry<Namespace>>;
  /** Its own, and those of the clusters that it replaces, directly or in turn. */
  namespacesHeldBy(cluster: string): ReadonlyArray<Entry<Namespace>>;
  /** The clusters that hold a namespace: the one it names, and those that replace that one, directly or in turn; by id. */
  homesOf(namespace: string | undefined): readonly string[];
  /** True for two clusters of which one replaces the other, directly or in turn, or that replace the same one. */
  isOnePair(a: string, b: string): boolean;
  workloadsOfNamespace(namespace: string): ReadonlyArray<Entry<Workload>>;
  workloadsOfZone(zone: string): ReadonlyArray<Entry<Workload>>;
  poolsOf(cluster: string, zone?: string): readonly PoolEntry[];
  /** Zones in which a cluster has a pool or holds a namespace, outermost first. */
  zonesOfCluster(cluster: string): readonly string[];
  clustersOfZone(zone: string): readonly string[];
  /** The zone of a workload, namespace, pool or endpoint; of a zone itself; `outside` for an external. */
  zoneOf(ref: Ref): string | undefined;
  clusterOf(ref: Ref): string | undefined;
  /** The workloads an end of a flow stands for; empty for an external. */
  workloadsOf(ref: Ref): ReadonlyArray<Entry<Workload>>;
  flowsOf(ref: Ref): ReadonlyArray<Entry<Flow>>;
  /** The zones from outermost to innermost, and the place of one in that order; `outside` is -1. */
  tierOf(zone: string): number | undefined;
  /** What the matrix says, written or by trust. Undefined inside one zone (intraZone decides) and for unknown zones. */
  matrix(fromZone: string, toZone: string): MatrixDecision | undefined;
  /** The runtime that applies: the workload's own, else the first of its zone, else undefined. */
  runtimeOf(workload: string): string | undefined;
  /** Labels of the workload's pods: its own, else `app: <id>`. */
  labelsOf(workload: string): Readonly<Record<string, string>>;
  /** The labels that policies select the workload by: its selector, else all its labels. */
  selectorOf(workload: string): Readonly<Record<string, string>>;
  /** The name in the cluster of a namespace or workload. */
  nameOf(ref: Ref<'namespace' | 'workload' | 'class'>): string;
  /** What people call it: the record's name, else its id. */
  titleOf(ref: Ref): string;
}

export const protocolOf = (port: { readonly protocol?: Protocol | undefined }): Protocol => port.protocol ?? 'TCP';

const cache = new WeakMap<Topology, Lookup>();

/** The index of a design; computed once per (immutable) design. */
export function lookup(topology: Topology): Lookup {
  let found = cache.get(topology);
  if (found === undefined) {
    found = build(topology);
    cache.set(topology, found);
  }
  return found;
}

/** The cell of the matrix that the design writes; undefined where trust decides. A zone may be called `constructor`. */
export function writtenCell({ matrix }: Topology, from: string, to: string): MatrixCell | undefined {
  const row = matrix !== undefined && Object.hasOwn(matrix, from) ? matrix[from] : undefined;
  return row !== undefined && Object.hasOwn(row, to) ? row[to] : undefined;
}

function build(topology: Topology): Lookup {
  const records = recordsIn(topology);
  const pairs = clusterPairs(records);
  const order = zoneOrder(topology, records.zones);
  const places = placesOf(records, pairs, order);
  return {
    topology,
    ...records,
    ...pairs,
    ...order,
    ...places,
    ...flowsAt(records.flows),
    ...namesIn(records, places),
  };
}

type Records = Pick<Lookup, 'get' | 'zones' | 'clusters' | 'namespaces' | 'workloads' | 'flows' | 'pools'>;

/**
 * The entries of a map of records. Versions of a design share every map and every record that did not change, and share
 * these: with each key that somebody types a design of thousands of records is indexed again.
 */
function entries<T extends object>(records: Readonly<Record<string, T>> | undefined): ReadonlyArray<Entry<T>> {
  return records === undefined ? [] : (entriesOfMap(records) as ReadonlyArray<Entry<T>>);
}

const entriesOfMap = memoWeak((records: Readonly<Record<string, object>>): readonly unknown[] =>
  sortedEntries(records).map(([id, value]) => entryOf(id, value)),
);

const knownEntries = new WeakMap<object, Entry<object>>();

function entryOf<T extends object>(id: string, record: T): Entry<T> {
  let entry = knownEntries.get(record) as Entry<T> | undefined;
  // A record that was renamed is the same object under another id.
  if (entry?.id !== id) {
    entry = { ...record, id };
    knownEntries.set(record, entry);
  }
  return entry;
}

function recordsIn(topology: Topology): Records {
  const clusters = entries(topology.clusters);
  return {
    get: (kind, id) => {
      if (id === undefined) return undefined;
      const records = recordsOf(topology, kind);
      return Object.hasOwn(records, id) ? records[id] : undefined;
    },
    zones: sortBy(
      entries(topology.zones),
      (z) => z.trust,
      (z) => z.id,
    ),
    clusters,
    namespaces: entries(topology.namespaces),
    workloads: entries(topology.workloads),
    flows: entries(topology.flows),
    pools: clusters.flatMap((c) =>
      entries(c.pools).map((p) => ({ ...p, id: `${c.id}/${p.id}`, clusterId: c.id, poolId: p.id })),
    ),
  };
}

type Pairs = Pick<Lookup, 'namespacesOfCluster' | 'namespacesHeldBy' | 'homesOf' | 'isOnePair'>;

/** Clusters that replace others (blue-green): both hold everything of the older one. */
function clusterPairs({ get, clusters, namespaces }: Records): Pairs {
  const byCluster = groupBy(namespaces, (n) => n.cluster);
  const namespacesOfCluster = (cluster: string) => byCluster.get(cluster) ?? [];
  /** The cluster and those it replaces, nearest first; a circle ends where it closes. */
  const lineOf = (cluster: string): readonly string[] => {
    const line: string[] = [];
    for (
      let id: string | undefined = cluster;
      id !== undefined && !line.includes(id);
      id = get('cluster', id)?.replaces
    )
      if (get('cluster', id) !== undefined) line.push(id);
    return line;
  };
  const lines = new Map(clusters.map((c) => [c.id, lineOf(c.id)]));
  return {
    namespacesOfCluster,
    namespacesHeldBy: (cluster) => {
      const line = lines.get(cluster) ?? [];
      if (line.length < 2) return namespacesOfCluster(cluster);
      return sortBy(line.flatMap(namespacesOfCluster), (n) => n.id);
    },
    homesOf: (namespace) => {
      const own = get('namespace', namespace)?.cluster ?? '';
      return clusters.map((c) => c.id).filter((id) => lines.get(id)?.includes(own) === true);
    },
    isOnePair: (a, b) => {
      const line = lines.get(b) ?? [];
      return a !== b && (lines.get(a) ?? []).some((id) => line.includes(id));
    },
  };
}

type Order = Pick<Lookup, 'tierOf' | 'matrix'>;

/** By trust: who stands before whom, and what that decides where the matrix says nothing. */
function zoneOrder(topology: Topology, zones: Lookup['zones']): Order {
  const tiers = new Map(zones.map((z, i) => [z.id, i]));
  const tierOf = (zone: string) => (zone === outside ? -1 : tiers.get(zone));
  return {
    tierOf,
    matrix: (from, to) => {
      const [a, b] = [tierOf(from), tierOf(to)];
      if (a === undefined || b === undefined || from === to) return undefined;
      const cell = writtenCell(topology, from, to);
      if (cell === undefined) return { access: b === a + 1 ? 'allow-all' : 'block-all', services: [], written: false };
      return {
        access: cell.access,
        services: cell.access === 'allow-only' ? (cell.services ?? []) : [],
        ...(cell.severity && { severity: cell.severity }),
        written: true,
      };
    },
  };
}

type Places = Pick<
  Lookup,
  | 'namespacesOfZone'
  | 'workloadsOfNamespace'
  | 'workloadsOfZone'
  | 'workloadsOf'
  | 'poolsOf'
  | 'zonesOfCluster'
  | 'clustersOfZone'
  | 'zoneOf'
  | 'clusterOf'
>;

/** Which zone and which cluster everything is in, and what is in them. */
function placesOf(records: Records, { namespacesHeldBy }: Pairs, { tierOf }: Order): Places {
  const { get, zones, clusters, namespaces, workloads, pools } = records;
  const byZone = groupBy(namespaces, (n) => n.zone);
  const byNamespace = groupBy(workloads, (w) => w.namespace);
  const known = new Set(zones.map((z) => z.id));

  const workloadsOfNamespace = (namespace: string) => byNamespace.get(namespace) ?? [];
  const workloadsOfZone = (zone: string) =>
    sortBy(
      (byZone.get(zone) ?? []).flatMap((n) => workloadsOfNamespace(n.id)),
      (w) => w.id,
    );
  const zonesOfCluster = (cluster: string): string[] => {
    const found = new Set<string>();
    for (const pool of pools) if (pool.clusterId === cluster) found.add(pool.zone);
    for (const namespace of namespacesHeldBy(cluster)) if (namespace.zone !== undefined) found.add(namespace.zone);
    return sortBy(
      [...found].filter((z) => known.has(z)),
      (z) => tierOf(z) ?? 0,
    );
  };
  const zoneOf = (r: Ref): string | undefined => {
    switch (r.kind) {
      case 'zone':
        return known.has(r.id) ? r.id : undefined;
      case 'namespace':
        return get('namespace', r.id)?.zone;
      case 'workload':
        return get('namespace', get('workload', r.id)?.namespace)?.zone;
      case 'pool':
        return get('pool', r.id)?.zone;
      case 'endpoint':
        return get('endpoint', r.id)?.zone;
      case 'class':
        return get('endpoint', get('class', r.id)?.endpoint)?.zone;
      case 'external':
        return outside;
      default:
        return undefined;
    }
  };
  return {
    namespacesOfZone: (zone) => byZone.get(zone) ?? [],
    workloadsOfNamespace,
    workloadsOfZone,
    workloadsOf: (r) => {
      if (r.kind === 'workload') {
        const workload = get('workload', r.id);
        return workload === undefined ? [] : [entryOf(r.id, workload)];
      }
      if (r.kind === 'namespace') return workloadsOfNamespace(r.id);
      if (r.kind === 'zone') return workloadsOfZone(r.id);
      return [];
    },
    poolsOf: (cluster, zone) => pools.filter((p) => p.clusterId === cluster && (zone === undefined || p.zone === zone)),
    zonesOfCluster,
    clustersOfZone: (zone) => clusters.map((c) => c.id).filter((c) => zonesOfCluster(c).includes(zone)),
    zoneOf,
    clusterOf: (r) => {
      if (r.kind === 'cluster') return r.id;
      if (r.kind === 'pool') return r.id.split('/')[0];
      if (r.kind === 'namespace') return get('namespace', r.id)?.cluster;
      if (r.kind === 'workload') return get('namespace', get('workload', r.id)?.namespace)?.cluster;
      return undefined;
    },
  };
}

/** The flows of an end, those of a proxy that they pass among them. */
const flowsAt = memoWeak((flows: Lookup['flows']): Pick<Lookup, 'flowsOf'> => {
  const byEnd = new Map<string, Array<Entry<Flow>>>();
  for (const flow of flows) {
    const ends = new Set([endRef(flow.from), endRef(flow.to)].map(refKey));
    if (flow.via?.proxy !== undefined) ends.add(refKey({ kind: 'workload', id: flow.via.proxy }));
    for (const key of ends) push(byEnd, key, flow);
  }
  return { flowsOf: (r) => byEnd.get(refKey(r)) ?? [] };
});

type Names = Pick<Lookup, 'runtimeOf' | 'labelsOf' | 'selectorOf' | 'nameOf' | 'titleOf'>;

/** What applies where a record leaves it out. */
function namesIn({ get }: Records, { zoneOf }: Places): Names {
  const labelsOf = (id: string) => get('workload', id)?.labels ?? { app: id };
  return {
    runtimeOf: (id) => get('workload', id)?.runtime ?? get('zone', zoneOf({ kind: 'workload', id }))?.runtimes?.[0],
    labelsOf,
    selectorOf: (id) => get('workload', id)?.selector ?? labelsOf(id),
    nameOf: (r) => get(r.kind, r.id)?.name ?? r.id,
    titleOf: (r) => {
      const record = get(r.kind, r.id) as { readonly name?: string } | undefined;
      return record?.name ?? (r.kind === 'pool' ? (r.id.split('/')[1] ?? r.id) : r.id);
    },
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const k = key(item);
    if (k !== undefined) push(groups, k, item);
  }
  return groups;
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}
