/** What tests do with whole designs. */
import { type Cluster, lookup, type Topology } from '../model/index.ts';

/** The same design with this network plugin, and whatever else it takes, in every cluster. */
export function withPlugin(topology: Topology, cni: Cluster['cni'], more: Partial<Cluster> = {}): Topology {
  const clusters = Object.entries(topology.clusters ?? {}).map(([id, cluster]) => [id, { ...cluster, cni, ...more }]);
  return { ...topology, clusters: Object.fromEntries(clusters) };
}

/** Names and selectors that pick more than one workload are errors of the design: nobody could say what they mean. */
export function isAmbiguous(topology: Topology): boolean {
  const index = lookup(topology);
  const isDistinct = (names: readonly string[]) => new Set(names).size === names.length;
  return (
    index.clusters.some(
      (c) => !isDistinct(index.namespacesHeldBy(c.id).map((n) => index.nameOf({ kind: 'namespace', id: n.id }))),
    ) ||
    index.namespaces.some((n) => {
      const members = index.workloadsOfNamespace(n.id).map((w) => w.id);
      if (!isDistinct(members.map((id) => index.nameOf({ kind: 'workload', id })))) return true;
      const picks = (a: string, b: string) =>
        Object.entries(index.selectorOf(a)).every(([key, value]) => index.labelsOf(b)[key] === value);
      return members.some((a) => members.some((b) => a !== b && picks(a, b)));
    })
  );
}
