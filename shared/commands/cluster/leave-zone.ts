import { ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt } from '../path.ts';
import { mustExist, snapshot } from '../records.ts';

/**
 * Takes a cluster out of a zone: its node pools there go. Its namespaces there stay, with their workloads and flows,
 * but belong to no zone any more, which is a finding until somebody puts them elsewhere: nothing that is hard to draw
 * again is lost, and nothing keeps running in a zone that has no nodes for it.
 */
export const leaveZone = defineCommand<{ readonly cluster: string; readonly zone: string }>({
  id: 'cluster/leave-zone',
  label: () => 'Take cluster out of zone',
  run(draft, { cluster, zone }) {
    const topology = snapshot(draft);
    mustExist(draft, ref('cluster', cluster));
    for (const [id, pool] of Object.entries(topology.clusters?.[cluster]?.pools ?? {})) {
      if (pool.zone === zone) deleteAt(draft, ['clusters', cluster, 'pools', id]);
    }
    for (const [id, namespace] of Object.entries(topology.namespaces ?? {})) {
      if (namespace.cluster !== cluster || namespace.zone !== zone) continue;
      deleteAt(draft, ['namespaces', id, 'zone']);
      deleteAt(draft, ['layout', 'namespaces', id]);
    }
    deleteAt(draft, ['clusters', cluster, 'egress', 'zones', zone]);
    deleteAt(draft, ['layout', 'segments', cluster, zone]);
  },
});
