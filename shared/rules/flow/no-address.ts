import { endRef, type Lookup, ref } from '../../model/index.ts';
import { meetsByIdentity, meetsRouted } from '../cluster-links.ts';
import { called, defineRule } from '../define.ts';

const other = {
  distribution: 'kubeadm',
  version: '1.37',
  cni: { name: 'calico' },
  networks: { pods: ['10.30.0.0/16'], services: ['10.31.0.0/16'], nodes: ['10.2.0.0/24'] },
  pools: { 'app-b': { zone: 'app', nodes: 2 } },
} as const;

export const noAddress = defineRule({
  id: 'flow/no-address',
  severity: 'error',
  title: 'Receiver in another cluster without an address',
  docs: {
    what: 'A flow goes to a workload of another cluster whose pods cannot be dialled directly, and the workload’s service names no address.',
    why: 'Selectors never reach into another cluster. Unless both are routed or share a mesh, the sender needs an address to dial, and the policy needs it too.',
    todo: 'Write the address into the receiver’s service, make both clusters routed, or join them in a mesh.',
  },
  examples: {
    good: [
      {
        shows: 'a receiver with an address',
        design: {
          clusters: { second: other },
          namespaces: { orders: { cluster: 'second', zone: 'app' } },
          workloads: {
            api: {
              namespace: 'orders',
              ports: { http: { port: 8080 } },
              service: { type: 'LoadBalancer', addresses: ['10.2.9.1'] },
            },
          },
        },
      },
      {
        shows: 'pods that are routed on both sides',
        design: {
          clusters: {
            prod: { ...other, seenAs: 'routed', pools: { 'dmz-a': { zone: 'dmz', nodes: 1 } } },
            second: { ...other, seenAs: 'routed' },
          },
          namespaces: { orders: { cluster: 'second', zone: 'app' } },
        },
      },
    ],
    bad: [
      {
        shows: 'a receiver without one',
        design: { clusters: { second: other }, namespaces: { orders: { cluster: 'second', zone: 'app' } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      // A flow to a whole zone or namespace passes over receivers without an address, which the export says.
      if (!('workload' in flow.to)) continue;
      const from = endRef(flow.from);
      const senders = new Set(lookup.workloadsOf(from).flatMap((w) => lookup.homesOf(w.namespace)));
      for (const receiver of lookup.workloadsOf(endRef(flow.to))) {
        const target = ref('workload', receiver.id);
        if ((receiver.service?.addresses?.length ?? 0) > 0) continue;
        const homes = lookup.homesOf(receiver.namespace);
        const apart = [...senders].sort().filter((id) => homes.some((home) => isApart(lookup, id, home)));
        if (apart.length === 0) continue;
        yield {
          message: `Flow “${flow.id}” reaches ${called(lookup, target)} from another cluster (${apart.join(', ')}), but its service has no address to dial. The connection cannot work and is left out. Write an address into its service, make both clusters routed, or join them in a mesh.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id, 'to'],
          also: [target, ...apart.map((id) => ref('cluster', id))],
        };
      }
    }
  },
});

/** Whether pods of the one are dialled from the other only at addresses of Services. */
function isApart(lookup: Lookup, a: string, b: string): boolean {
  const [from, to] = [lookup.get('cluster', a), lookup.get('cluster', b)];
  if (from === undefined || to === undefined || a === b || lookup.isOnePair(a, b)) return false;
  return !meetsRouted(from, to) && !meetsByIdentity(from, to);
}
