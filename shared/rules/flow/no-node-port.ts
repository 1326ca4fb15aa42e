import { endRef, protocolOf, ref } from '../../model/index.ts';
import { defineRule } from '../define.ts';

export const noNodePort = defineRule({
  id: 'flow/no-node-port',
  severity: 'error',
  title: 'Node port without a number',
  docs: {
    what: 'A flow enters by node port, and the service of its receiver names no node port for it.',
    why: 'Kubernetes then picks a number at random, so nobody can dial it, and the firewall row names a port that nobody serves.',
    todo: 'Name the node port in the receiver’s service, 30000 to 32767.',
  },
  examples: {
    good: [{ shows: 'flows that enter otherwise', design: {} }],
    bad: [
      {
        shows: 'a node port that the service does not name',
        design: {
          zones: { dmz: { trust: 20, exposure: ['nodePort'] } },
          workloads: {
            gateway: {
              namespace: 'web',
              ports: { https: { port: 8443 } },
              service: { type: 'NodePort', ports: { https: 443 } },
            },
          },
          flows: {
            in: {
              from: { external: 'internet' },
              to: { workload: 'gateway' },
              ports: [{ port: 'https' }],
              via: { kind: 'nodePort' },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      const target = endRef(flow.to);
      if (flow.via?.kind !== 'nodePort' || flow.ports === 'all' || target.kind !== 'workload') continue;
      const workload = lookup.get('workload', target.id);
      if (workload === undefined) continue;
      for (const wanted of flow.ports) {
        const [name] =
          Object.entries(workload.ports ?? {}).find(
            ([key, p]) => protocolOf(p) === protocolOf(wanted) && (key === wanted.port || p.port === wanted.port),
          ) ?? [];
        if (name !== undefined && Object.hasOwn(workload.service?.nodePorts ?? {}, name)) continue;
        yield {
          message: `Flow “${flow.id}” enters by node port, but the service of workload “${target.id}” names no node port for ${typeof wanted.port === 'number' ? wanted.port : `“${wanted.port}”`}. Kubernetes would pick one at random, and the firewall row would name a port that nobody serves. Name it in the service, 30000 to 32767.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id],
          also: [target],
        };
      }
    }
  },
});
