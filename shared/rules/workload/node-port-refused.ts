import { sortedEntries } from '../../lib/sort.ts';
import { protocolOf, ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

/** What the API server hands out unless its service-node-port-range says otherwise. */
const first = 30000;
const last = 32767;

const gateway = (nodePort: number) => ({
  namespace: 'web',
  ports: { https: { port: 8443 } },
  service: { type: 'NodePort' as const, ports: { https: 443 }, nodePorts: { https: nodePort } },
});

export const nodePortRefused = defineRule({
  id: 'workload/node-port-refused',
  severity: 'warning',
  title: 'Node port that the API server refuses',
  docs: {
    what: 'A service names a node port outside 30000 to 32767, or one that another service of the cluster has.',
    why: 'The API server refuses such a Service unless its service-node-port-range says otherwise, and a node port belongs to one Service of a cluster alone. Firewall rows would name a port that nobody serves.',
    todo: 'Choose a free number from 30000 to 32767. Where the range of the cluster is another, switch this rule off with that as the reason.',
  },
  examples: {
    good: [{ shows: 'a number of the range', design: { workloads: { gateway: gateway(30443) } } }],
    bad: [
      { shows: 'the number that clients are used to', design: { workloads: { gateway: gateway(443) } } },
      {
        shows: 'a number that is taken',
        design: { workloads: { gateway: gateway(30443), spare: gateway(30443) } },
      },
    ],
  },
  *check({ lookup }) {
    const taken = new Map<string, string>();
    for (const workload of lookup.workloads) {
      for (const [name, port] of sortedEntries(workload.service?.nodePorts)) {
        const about = {
          subject: ref('workload', workload.id),
          path: ['workloads', workload.id, 'service', 'nodePorts', name],
        };
        const own =
          workload.ports !== undefined && Object.hasOwn(workload.ports, name) ? workload.ports[name] : undefined;
        const keys = lookup.homesOf(workload.namespace).map((home) => `${home} ${protocolOf(own ?? {})} ${port}`);
        const other = keys.map((key) => taken.get(key)).find((id) => id !== undefined && id !== workload.id);
        for (const key of keys) taken.set(key, taken.get(key) ?? workload.id);
        const whose = capital(called(lookup, about.subject));
        if (port < first || port > last)
          yield {
            ...about,
            message: `${whose} names node port ${port}, and Kubernetes gives out ${first} to ${last} only. The API server refuses the Service, and the firewall rows name a port that nobody serves. Choose a number of that range.`,
          };
        else if (other !== undefined)
          yield {
            ...about,
            message: `${whose} names node port ${port}, which ${called(lookup, ref('workload', other))} has in the same cluster. A node port belongs to one Service alone, so the API server refuses the second. Choose a free number from ${first} to ${last}.`,
            also: [ref('workload', other)],
          };
      }
    }
  },
});
