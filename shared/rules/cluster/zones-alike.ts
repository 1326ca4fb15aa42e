import { type Cluster, ref } from '../../model/index.ts';
import { alikeSenders, whyNotHeld } from '../alike-zones.ts';
import { called, defineRule, listed } from '../define.ts';

const half = (n: 0 | 128) => [`10.1.0.${n}/25`];
const prod = (addresses: boolean): Cluster => ({
  distribution: 'kubeadm',
  version: '1.37',
  cni: { name: 'calico' },
  networks: { nodes: ['10.1.0.0/24'] },
  pools: {
    'dmz-a': { zone: 'dmz', nodes: 2, ...(addresses && { addresses: half(0) }) },
    'app-a': { zone: 'app', nodes: 3, ...(addresses && { addresses: half(128) }) },
    'db-a': { zone: 'db', nodes: 3 },
  },
});
const outward = {
  externals: { partner: { cidrs: ['203.0.113.0/24'] } },
  flows: { ask: { from: { workload: 'api' }, to: { external: 'partner' }, ports: [{ port: 443 }] } },
};

export const zonesAlike = defineRule({
  id: 'cluster/zones-alike',
  severity: 'info',
  title: 'Zones that firewalls cannot tell apart',
  docs: {
    what: 'A cluster spans zones, flows leave it with the addresses of its nodes, and the node pools of the sending zone do not say theirs.',
    why: 'Firewall rows and the policies of other clusters can then only name all of its nodes, so they let pods of its other zones pass as well. What holds these back are the policies of their own cluster alone.',
    todo: 'Give the node pools of each zone an address range of their own, or use egress addresses by zone.',
  },
  examples: {
    good: [
      { shows: 'no flow that leaves the cluster', design: {} },
      { shows: 'pools that say their addresses', design: { clusters: { prod: prod(true) }, ...outward } },
      {
        shows: 'zones that nothing holds apart, which is worse and has a rule of its own',
        design: { clusters: { prod: { ...prod(false), cni: { name: 'flannel' } } }, ...outward },
      },
    ],
    bad: [
      { shows: 'a flow to outside from a zone among three', design: { clusters: { prod: prod(false) }, ...outward } },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const zones = alikeSenders(lookup, cluster);
      if (zones.length === 0 || whyNotHeld(lookup, cluster, zones) !== undefined) continue;
      yield {
        message: `Flows leave ${called(lookup, ref('cluster', cluster.id))} from ${zones.length === 1 ? 'zone' : 'zones'} ${listed(zones)} with the addresses of its nodes, and the node pools there do not say theirs. Firewall rows can only name all of its nodes, so they let pods of its other zones pass as well, which its own policies hold back. Give the pools of each zone an address range of their own, or use egress addresses by zone.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, 'pools'],
        also: zones.flatMap((zone) => lookup.poolsOf(cluster.id, zone).map((pool) => ref('pool', pool.id))),
      };
    }
  },
});
