/**
 * Every place in a design that names another record. Dangling checks, renaming, deleting and copying read this one list,
 * so a new reference is added here and works everywhere.
 */
import type { Path } from '../lib/problem.ts';
import type { Kind, Ref } from './kinds.ts';
import { ref } from './kinds.ts';
import type { End, Flow, Topology } from './topology.ts';

export interface Reference {
  /** Where the id stands in the document. */
  readonly path: Path;
  /** `value`: the id is the value at the path. `key`: the id is the last key of the path (maps keyed by another record). */
  readonly at: 'value' | 'key';
  /** What is named. */
  readonly target: Ref;
  /** The record that holds the reference; absent for the matrix and the layout. */
  readonly from?: Ref;
  /** True where the record makes no sense without its target, so that deleting the target deletes the record. */
  readonly owning: boolean;
}

export const outside = 'outside';

export function references(topology: Topology): Reference[] {
  const found: Reference[] = [];
  const value = (from: Ref | undefined, path: Path, kind: Kind, id: string | undefined, owning = false): void => {
    if (id !== undefined) found.push({ path, at: 'value', target: ref(kind, id), ...(from && { from }), owning });
  };
  const key = (from: Ref | undefined, path: Path, kind: Kind): void => {
    found.push({ path, at: 'key', target: ref(kind, String(path.at(-1))), ...(from && { from }), owning: false });
  };
  const list = (from: Ref, path: Path, kind: Kind, ids: readonly string[] | undefined): void => {
    ids?.forEach((id, i) => {
      value(from, [...path, i], kind, id);
    });
  };

  for (const [id, zone] of Object.entries(topology.zones ?? {})) {
    const from = ref('zone', id);
    list(from, ['zones', id, 'runtimes'], 'runtime', zone.runtimes);
    list(from, ['zones', id, 'storageClasses'], 'class', zone.storageClasses);
  }
  for (const [fromZone, row] of Object.entries(topology.matrix ?? {})) {
    if (fromZone !== outside) key(undefined, ['matrix', fromZone], 'zone');
    for (const toZone of Object.keys(row)) if (toZone !== outside) key(undefined, ['matrix', fromZone, toZone], 'zone');
  }
  for (const [id, cluster] of Object.entries(topology.clusters ?? {})) {
    const from = ref('cluster', id);
    const path = ['clusters', id];
    value(from, [...path, 'controlPlane', 'zone'], 'zone', cluster.controlPlane?.zone);
    value(from, [...path, 'replaces'], 'cluster', cluster.replaces);
    for (const zone of Object.keys(cluster.egress?.zones ?? {})) key(from, [...path, 'egress', 'zones', zone], 'zone');
    for (const ns of Object.keys(cluster.egress?.namespaces ?? {}))
      key(from, [...path, 'egress', 'namespaces', ns], 'namespace');
    for (const [poolId, pool] of Object.entries(cluster.pools ?? {})) {
      const poolRef = ref('pool', `${id}/${poolId}`);
      value(poolRef, [...path, 'pools', poolId, 'zone'], 'zone', pool.zone, true);
      list(poolRef, [...path, 'pools', poolId, 'runtimes'], 'runtime', pool.runtimes);
    }
  }
  for (const [id, namespace] of Object.entries(topology.namespaces ?? {})) {
    const from = ref('namespace', id);
    value(from, ['namespaces', id, 'cluster'], 'cluster', namespace.cluster, true);
    value(from, ['namespaces', id, 'zone'], 'zone', namespace.zone);
  }
  for (const [id, workload] of Object.entries(topology.workloads ?? {})) {
    const from = ref('workload', id);
    value(from, ['workloads', id, 'namespace'], 'namespace', workload.namespace, true);
    value(from, ['workloads', id, 'runtime'], 'runtime', workload.runtime);
    for (const [claim, { class: storageClass }] of Object.entries(workload.storage ?? {})) {
      value(from, ['workloads', id, 'storage', claim, 'class'], 'class', storageClass);
    }
  }
  for (const [id, flow] of Object.entries(topology.flows ?? {})) {
    const from = ref('flow', id);
    for (const side of ['from', 'to'] as const) {
      const target = endRef(flow[side]);
      value(from, ['flows', id, side, target.kind], target.kind, target.id, true);
    }
    value(from, ['flows', id, 'via', 'proxy'], 'workload', flow.via?.proxy);
  }
  for (const [id, endpoint] of Object.entries(topology.storage?.endpoints ?? {})) {
    value(ref('endpoint', id), ['storage', 'endpoints', id, 'zone'], 'zone', endpoint.zone, true);
  }
  for (const [id, storageClass] of Object.entries(topology.storage?.classes ?? {})) {
    value(ref('class', id), ['storage', 'classes', id, 'endpoint'], 'endpoint', storageClass.endpoint, true);
  }
  const layout = topology.layout ?? {};
  for (const id of Object.keys(layout.zones ?? {})) key(undefined, ['layout', 'zones', id], 'zone');
  for (const [clusterId, segments] of Object.entries(layout.segments ?? {})) {
    key(undefined, ['layout', 'segments', clusterId], 'cluster');
    for (const zone of Object.keys(segments)) key(undefined, ['layout', 'segments', clusterId, zone], 'zone');
  }
  for (const id of Object.keys(layout.namespaces ?? {})) key(undefined, ['layout', 'namespaces', id], 'namespace');
  for (const id of Object.keys(layout.workloads ?? {})) key(undefined, ['layout', 'workloads', id], 'workload');
  for (const id of Object.keys(layout.externals ?? {})) key(undefined, ['layout', 'externals', id], 'external');
  for (const id of Object.keys(layout.storage ?? {})) key(undefined, ['layout', 'storage', id], 'endpoint');
  return found;
}

/** What an end of a flow names. */
export function endRef(end: End): Ref<'workload' | 'namespace' | 'zone' | 'external'> {
  if ('workload' in end) return ref('workload', end.workload);
  if ('namespace' in end) return ref('namespace', end.namespace);
  if ('zone' in end) return ref('zone', end.zone);
  return ref('external', end.external);
}

/**
 * What a flow passes, from its sender to its receiver: one that enters through a gateway or an ingress goes to the
 * workload that forwards, and from there on.
 */
export function stationsOf({ from, to, via }: Flow): Ref[] {
  const isForwarded = via?.kind === 'gateway' || via?.kind === 'ingress';
  const proxy = isForwarded && via.proxy !== undefined ? [ref('workload', via.proxy)] : [];
  return [endRef(from), ...proxy.filter(({ id }) => !('workload' in to && to.workload === id)), endRef(to)];
}
