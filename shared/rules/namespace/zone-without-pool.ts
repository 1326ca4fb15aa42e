import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const zoneWithoutPool = defineRule({
  id: 'namespace/zone-without-pool',
  severity: 'error',
  title: 'Namespace in a zone where its cluster has no nodes',
  docs: {
    what: 'A namespace’s cluster, or one that replaces it, has node pools, but none in the namespace’s zone.',
    why: 'Pods of a zone are kept on the nodes of their zone, so these would wait forever.',
    todo: 'Give the cluster a node pool in that zone, or move the namespace.',
  },
  examples: {
    good: [
      { shows: 'a pool in every zone', design: {} },
      {
        shows: 'a cluster that draws no pools at all',
        design: {
          clusters: { cloud: { distribution: 'managed', version: '1.37', cni: { name: 'cilium' } } },
          namespaces: { web: { cluster: 'cloud', zone: 'dmz' } },
        },
      },
    ],
    bad: [
      {
        shows: 'a zone without a pool',
        design: { zones: { lab: { trust: 10 } }, namespaces: { trials: { cluster: 'prod', zone: 'lab' } } },
      },
      {
        shows: 'a cluster that takes over namespaces of a zone it has no nodes in',
        design: {
          clusters: {
            next: {
              distribution: 'kubeadm',
              version: '1.37',
              replaces: 'prod',
              pools: { a: { zone: 'dmz', nodes: 2 }, b: { zone: 'app', nodes: 2 } },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const namespace of lookup.namespaces) {
      const { zone } = namespace;
      if (zone === undefined || lookup.get('zone', zone) === undefined) continue;
      for (const cluster of lookup.homesOf(namespace.id)) {
        const pools = lookup.poolsOf(cluster);
        if (pools.length === 0 || pools.some((pool) => pool.zone === zone)) continue;
        yield {
          message: `${capital(called(lookup, ref('namespace', namespace.id)))} is in ${called(lookup, ref('zone', zone))}, where ${called(lookup, ref('cluster', cluster))} has no nodes. Its pods may not run on nodes of other zones, so they would wait forever. Give the cluster a node pool there, or move the namespace.`,
          subject: ref('namespace', namespace.id),
          path: ['namespaces', namespace.id, 'zone'],
          also: [ref('cluster', cluster), ref('zone', zone)],
          fix: {
            label: 'Add a node pool of one node',
            commands: [
              { id: 'cluster/extend-to-zone', args: { cluster, zone, pool: { id: freePool(pools, zone), nodes: 1 } } },
            ],
          },
        };
      }
    }
  },
});

function freePool(pools: ReadonlyArray<{ readonly poolId: string }>, zone: string): string {
  const taken = new Set(pools.map((pool) => pool.poolId));
  const base = zone.slice(0, 50);
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  return id;
}
