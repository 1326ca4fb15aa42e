import { storageTypeInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule, listed } from '../define.ts';

export const onNodesOfEveryZone = defineRule({
  id: 'storage/on-nodes-of-every-zone',
  severity: 'warning',
  title: 'Volumes on the nodes of every zone',
  docs: {
    what: 'Storage that keeps its volumes on the nodes of the cluster chooses no nodes or disks, in a cluster that several zones share.',
    why: 'Its replicas lie on nodes of every zone. Whoever takes over a node of the weakest zone holds the data of the strongest.',
    todo: 'Tag the nodes or disks of the zone in the storage and name the tag in the endpoint.',
  },
  examples: {
    good: [
      {
        shows: 'replicas on tagged disks',
        design: {
          storage: {
            endpoints: { disks: { zone: 'app', type: 'longhorn', export: 'app' } },
            classes: { fast: { endpoint: 'disks' } },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'replicas on any node',
        design: {
          storage: {
            endpoints: { disks: { zone: 'app', type: 'longhorn' } },
            classes: { fast: { endpoint: 'disks' } },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    const { endpoints = {}, classes = {} } = lookup.topology.storage ?? {};
    for (const id of Object.keys(classes).sort()) {
      const endpointId = classes[id]?.endpoint ?? '';
      const endpoint = lookup.get('endpoint', endpointId);
      if (endpoint === undefined) continue;
      const { nodeChoice, exportParameter } = storageTypeInfo(endpoint.type);
      if (nodeChoice.length === 0) continue;
      const parameters = { ...endpoints[endpointId]?.parameters, ...classes[id]?.parameters };
      const chosen =
        (exportParameter !== undefined && nodeChoice.includes(exportParameter) && endpoint.export !== undefined) ||
        nodeChoice.some((key) => (parameters[key] ?? '') !== '');
      const shared = lookup.clusters.filter((c) => {
        const zones = lookup.zonesOfCluster(c.id);
        return zones.length > 1 && zones.some((z) => lookup.get('zone', z)?.storageClasses?.includes(id));
      });
      const [first] = shared;
      if (chosen || first === undefined) continue;
      yield {
        message: `${capital(called(lookup, ref('class', id)))} chooses neither nodes nor disks, and several zones share ${called(lookup, ref('cluster', first.id))}. Its replicas lie on nodes of all of them, so the weakest zone holds the data of the strongest. Tag the disks or nodes of the zone and name the tag in ${listed([endpointId])} (${nodeChoice.join(' or ')}).`,
        subject: ref('endpoint', endpointId),
        path: ['storage', 'endpoints', endpointId],
        also: [ref('class', id), ref('cluster', first.id)],
      };
    }
  },
});
