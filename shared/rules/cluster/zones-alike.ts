import { type Cluster, type Entry, endRef, type Lookup, ref } from '../../model/index.ts';
import { called, defineRule, listed } from '../define.ts';

const half = (n: 0 | 128) => [`10.1.0.${n}/25`];
const prod = (addresses: boolean): Cluster => ({
  distribution: 'kubeadm',
  version: '1.37',
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
    why: 'Firewall rows and the policies of other clusters can then only name all of its nodes, so pods of its other zones pass as well.',
    todo: 'Give the node pools of each zone an address range of their own, or use egress addresses by zone.',
  },
  examples: {
    good: [
      { shows: 'no flow that leaves the cluster', design: {} },
      { shows: 'pools that say their addresses', design: { clusters: { prod: prod(true) }, ...outward } },
    ],
    bad: [
      { shows: 'a flow to outside from a zone among three', design: { clusters: { prod: prod(false) }, ...outward } },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const seenAs = cluster.seenAs ?? 'node';
      if (seenAs === 'routed' || seenAs === 'egress' || lookup.zonesOfCluster(cluster.id).length < 2) continue;
      const zones = sendingZones(lookup, cluster).filter((zone) =>
        lookup.poolsOf(cluster.id, zone).some((pool) => (pool.addresses ?? []).length === 0),
      );
      const [first] = zones;
      if (first === undefined) continue;
      yield {
        message: `Flows leave ${called(lookup, ref('cluster', cluster.id))} from ${zones.length === 1 ? 'zone' : 'zones'} ${listed(zones)} with the addresses of its nodes, and the node pools there do not say theirs. Firewall rows can only name all of its nodes, so pods of its other zones pass as well. Give the pools of each zone an address range of their own, or use egress addresses by zone.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, 'pools'],
        also: zones.flatMap((zone) => lookup.poolsOf(cluster.id, zone).map((pool) => ref('pool', pool.id))),
      };
    }
  },
});

/** Zones of a cluster from which flows go to outside or to another cluster, outermost first. */
function sendingZones(lookup: Lookup, cluster: Entry<Cluster>): readonly string[] {
  const found = new Set<string>();
  for (const flow of lookup.flows) {
    const to = endRef(flow.to);
    const isLeaving =
      to.kind === 'external' ||
      lookup.workloadsOf(to).some((w) => {
        const homes = lookup.homesOf(w.namespace);
        return homes.length > 0 && !homes.includes(cluster.id);
      });
    if (!isLeaving) continue;
    for (const sender of lookup.workloadsOf(endRef(flow.from))) {
      const zone = lookup.zoneOf(ref('workload', sender.id));
      if (zone !== undefined && lookup.homesOf(sender.namespace).includes(cluster.id)) found.add(zone);
    }
  }
  return lookup.zonesOfCluster(cluster.id).filter((zone) => found.has(zone));
}
