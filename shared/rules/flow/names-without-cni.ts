import { ciliumInfo } from '../../catalog/index.ts';
import { endRef, ref } from '../../model/index.ts';
import { called, cniOf, defineRule } from '../define.ts';

export const namesWithoutCni = defineRule({
  id: 'flow/names-without-cni',
  severity: 'error',
  title: 'Flow to DNS names where the CNI cannot',
  docs: {
    what: 'A flow goes to an external that has only DNS names, from a cluster for which no policies by name are exported.',
    why: 'NetworkPolicy knows addresses only. Guessing the addresses of a name would open too much or too little, so nothing is exported.',
    todo: 'Give the external address ranges, or use Cilium. Antrea and OVN-Kubernetes have kinds of their own for names, which are not exported.',
  },
  examples: {
    good: [
      {
        shows: 'names from a cluster with Cilium',
        design: {
          clusters: { edge: { distribution: 'kubeadm', version: '1.37', cni: { name: 'cilium' } } },
          namespaces: { web: { cluster: 'edge', zone: 'dmz' } },
          externals: { rates: { names: ['rates.example.com'] } },
          flows: { ask: { from: { workload: 'gateway' }, to: { external: 'rates' }, ports: [{ port: 443 }] } },
        },
      },
      {
        shows: 'names and addresses',
        design: {
          externals: { rates: { names: ['rates.example.com'], cidrs: ['203.0.113.7/32'] } },
          flows: { ask: { from: { workload: 'gateway' }, to: { external: 'rates' }, ports: [{ port: 443 }] } },
        },
      },
    ],
    bad: [
      {
        shows: 'names only, from a cluster with Calico',
        design: {
          externals: { rates: { names: ['rates.example.com'] } },
          flows: { ask: { from: { workload: 'gateway' }, to: { external: 'rates' }, ports: [{ port: 443 }] } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      const to = endRef(flow.to);
      const external = to.kind === 'external' ? lookup.get('external', to.id) : undefined;
      if (external?.names === undefined || external.names.length === 0) continue;
      if ((external.cidrs?.length ?? 0) > 0 || external.kind === 'internet') continue;
      const senders = lookup.workloadsOf(endRef(flow.from));
      const clusters = new Set(senders.flatMap((w) => lookup.homesOf(w.namespace)));
      for (const id of [...clusters].sort()) {
        const cluster = lookup.get('cluster', id);
        if (cluster === undefined || ciliumInfo(cluster)?.names === true) continue;
        yield {
          message: `Flow “${flow.id}” goes to ${called(lookup, to)}, which has only DNS names, and for ${called(lookup, ref('cluster', id))} (CNI: ${cniOf(cluster) ?? 'none is named'}) no policies by name are exported. Nothing is exported for it there. Give the external address ranges, or use Cilium.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id, 'to'],
          also: [to, ref('cluster', id)],
        };
      }
    }
  },
});
