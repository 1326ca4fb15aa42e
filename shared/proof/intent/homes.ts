/**
 * Where a workload runs. A namespace belongs to the cluster it names, and where another cluster replaces that one
 * (blue-green) to that other one as well, since either may be the active one. Between the two nothing is meant: each
 * stands for the whole, and a flow stays inside the one that is active.
 */
import type { Entry, Lookup, Namespace, Workload } from '../../model/index.ts';

/** A workload in one of the clusters that run it. */
export interface Place {
  readonly cluster: string;
  readonly workload: string;
}

/** Ids of clusters, sorted; none where the namespace names no cluster that exists. */
export function homesOfNamespace(lookup: Lookup, namespace: string | undefined): readonly string[] {
  const own = lookup.get('namespace', namespace)?.cluster;
  if (lookup.get('cluster', own) === undefined || own === undefined) return [];
  const homes = new Set([own]);
  let before = 0;
  while (homes.size > before) {
    before = homes.size;
    for (const { id, replaces } of lookup.clusters) if (replaces !== undefined && homes.has(replaces)) homes.add(id);
  }
  return [...homes].sort();
}

export function placesOf(lookup: Lookup, workload: string): readonly Place[] {
  return homesOfNamespace(lookup, lookup.get('workload', workload)?.namespace).map((cluster) => ({
    cluster,
    workload,
  }));
}

/** Two clusters that stand for each other: one replaces the other, at once or over others, or both replace a third. */
export function standForEachOther(lookup: Lookup, a: string, b: string): boolean {
  const replaced = (id: string): Set<string> => {
    const found = new Set([id]);
    for (const each of found) {
      const next = lookup.get('cluster', each)?.replaces;
      if (next !== undefined && lookup.get('cluster', next) !== undefined) found.add(next);
    }
    return found;
  };
  const other = replaced(b);
  return a !== b && [...replaced(a)].some((id) => other.has(id));
}

/** Namespaces that a cluster runs, by id. */
export function namespacesIn(lookup: Lookup, cluster: string): ReadonlyArray<Entry<Namespace>> {
  return lookup.namespaces.filter((n) => homesOfNamespace(lookup, n.id).includes(cluster));
}

/** Each of the workloads in every cluster that runs it. */
export function placed(lookup: Lookup, workloads: readonly string[]): readonly Place[] {
  return workloads.flatMap((id) => placesOf(lookup, id));
}

/** Throws where there is none: ids come from members of ends, which exist. */
export function workload(lookup: Lookup, id: string): Workload {
  const found = lookup.get('workload', id);
  if (found === undefined) throw new Error(`no workload ${id}`);
  return found;
}
