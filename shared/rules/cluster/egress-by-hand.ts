import { cniInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { mixedNamespaces } from '../alike-zones.ts';
import { called, capital, cniOf, defineRule } from '../define.ts';

const cluster = (cni: string) => ({
  distribution: 'kubeadm' as const,
  version: '1.37',
  cni: { name: cni },
  seenAs: 'egress' as const,
  egress: { cluster: ['10.8.9.7'] },
});

export const egressByHand = defineRule({
  id: 'cluster/egress-by-hand',
  severity: 'info',
  title: 'Egress addresses that no network plugin gives',
  docs: {
    what: 'A cluster is seen with egress addresses, and its network plugin has no kind that gives pods such addresses.',
    why: 'The other ends admit these addresses alone. Unless a router or NAT gateway translates to them, flows that are drawn do not work.',
    todo: 'Set the translation up in front of the nodes, use Cilium or OVN-Kubernetes, or let the cluster be seen by its nodes. Open-source Calico has no such kind; its commercial editions have.',
  },
  examples: {
    good: [{ shows: 'addresses with Cilium', design: { clusters: { edge: cluster('cilium') } } }],
    bad: [{ shows: 'addresses with Calico', design: { clusters: { edge: cluster('calico') } } }],
  },
  *check({ lookup }) {
    for (const each of lookup.clusters) {
      const { cluster: whole = [], zones = {}, namespaces = {} } = each.egress ?? {};
      const isSaid = [whole, ...Object.values(zones), ...Object.values(namespaces)].some((a) => a.length > 0);
      const cni = cniOf(each);
      if (each.seenAs !== 'egress' || !isSaid || cniInfo(cni ?? '')?.egressKind !== undefined) continue;
      // What no router can do has a rule of its own.
      if (mixedNamespaces(lookup, each).length > 0) continue;
      yield {
        message: `${capital(called(lookup, ref('cluster', each.id)))} is seen with egress addresses, and its network plugin (${cni ?? 'none is named'}) has no kind that gives pods such addresses. The other ends admit these alone, so flows work only where a router or NAT gateway translates to them. Set that up, use Cilium or OVN-Kubernetes, or let the cluster be seen by its nodes.`,
        subject: ref('cluster', each.id),
        path: ['clusters', each.id, 'egress'],
      };
    }
  },
});
