import { type Cluster, ref } from '../../model/index.ts';
import { alikeSenders, whyNotHeld } from '../alike-zones.ts';
import { called, defineRule, listed } from '../define.ts';

const prod = (cni: string): Cluster => ({
  distribution: 'kubeadm',
  version: '1.37',
  cni: { name: cni },
  networks: { nodes: ['10.1.0.0/24'] },
  pools: { 'dmz-a': { zone: 'dmz', nodes: 2 }, 'app-a': { zone: 'app', nodes: 3 } },
});
const outward = {
  externals: { partner: { cidrs: ['203.0.113.0/24'] } },
  flows: { ask: { from: { workload: 'api' }, to: { external: 'partner' }, ports: [{ port: 443 }] } },
};

export const zonesNotHeldApart = defineRule({
  id: 'cluster/zones-not-held-apart',
  severity: 'warning',
  title: 'Zones that nothing holds apart towards others',
  docs: {
    what: 'Zones of a cluster leave it with the addresses of the same nodes, and its policies do not hold for all of its pods: its network plugin is not sure to enforce them, or a workload of another zone is on the host network.',
    why: 'Firewalls and other clusters admit these addresses for one of the zones, and pods of the others get through with them: neither end tells them apart.',
    todo: 'Use a network plugin that enforces policies, take the workload off the host network, or give the node pools of each zone an address range of their own.',
  },
  examples: {
    good: [
      { shows: 'a plugin that enforces policies', design: { clusters: { prod: prod('calico') }, ...outward } },
      { shows: 'no flow that leaves the cluster', design: { clusters: { prod: prod('flannel') } } },
      {
        shows: 'a workload on the host network of the zone that may leave',
        design: {
          clusters: { prod: prod('calico') },
          workloads: { agent: { namespace: 'orders', hostNetwork: true } },
          ...outward,
        },
      },
    ],
    bad: [
      { shows: 'a plugin that enforces nothing', design: { clusters: { prod: prod('flannel') }, ...outward } },
      {
        shows: 'a workload of another zone on the host network',
        design: {
          clusters: { prod: prod('calico') },
          workloads: { agent: { namespace: 'web', hostNetwork: true } },
          ...outward,
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const zones = alikeSenders(lookup, cluster);
      const why = zones.length === 0 ? undefined : whyNotHeld(lookup, cluster, zones);
      if (why === undefined) continue;
      yield {
        message: `Flows leave ${called(lookup, ref('cluster', cluster.id))} from ${zones.length === 1 ? 'zone' : 'zones'} ${listed(zones)} with the addresses of its nodes, which its other zones have too, and ${why}. Whatever admits these addresses admits pods of the other zones, and nothing holds them back. Use a network plugin that enforces policies for all pods, or give the pools of each zone an address range of their own.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, 'pools'],
        also: zones.flatMap((zone) => lookup.poolsOf(cluster.id, zone).map((pool) => ref('pool', pool.id))),
      };
    }
  },
});
