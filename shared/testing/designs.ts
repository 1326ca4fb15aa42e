/** What tests do with whole designs. */
import { type Cluster, type Flow, lookup, type Namespace, type Topology, type Workload } from '../model/index.ts';

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

/** Ten workloads in a namespace, a zone for each third of the namespaces, two flows per workload. */
export function largeDesign(workloadCount: number): Topology {
  const zones = ['dmz', 'app', 'db'];
  const namespaces: Record<string, Namespace> = {};
  const workloads: Record<string, Workload> = {};
  const flows: Record<string, Flow> = {};
  for (let i = 0; i < workloadCount; i += 1) {
    const namespace = `ns-${Math.floor(i / 10)}`;
    namespaces[namespace] ??= { cluster: 'prod', zone: zones[Math.floor(i / 10) % 3] ?? 'app' };
    workloads[`w-${i}`] = { namespace, ports: { http: { port: 8080 } } };
    for (const step of [1, 7]) {
      const to = { workload: `w-${(i + step) % workloadCount}` };
      const exception = { reason: 'bench', owner: 'bench', until: '2030-01-01' };
      flows[`f-${i}-${step}`] = { from: { workload: `w-${i}` }, to, ports: [{ port: 'http' }], exception };
    }
  }
  return {
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'bench' },
    zones: { dmz: { trust: 20 }, app: { trust: 50 }, db: { trust: 80 } },
    clusters: {
      prod: {
        distribution: 'kubeadm',
        version: '1.37.1',
        cni: { name: 'calico' },
        networks: { pods: ['10.20.0.0/16'], nodes: ['10.1.0.0/24'] },
        pools: { dmz: { zone: 'dmz', nodes: 3 }, app: { zone: 'app', nodes: 3 }, db: { zone: 'db', nodes: 3 } },
      },
    },
    namespaces,
    workloads,
    flows,
  };
}
