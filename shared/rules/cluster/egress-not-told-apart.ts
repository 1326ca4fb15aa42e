import { type Cluster, ref } from '../../model/index.ts';
import { mixedNamespaces } from '../alike-zones.ts';
import { called, capital, cniOf, defineRule, listed } from '../define.ts';

const half = (n: 0 | 128) => [`10.1.0.${n}/25`];
const prod = (egress: NonNullable<Cluster['egress']>, more: { cni?: string; addresses?: boolean } = {}) => ({
  clusters: {
    prod: {
      distribution: 'kubeadm' as const,
      version: '1.37',
      cni: { name: more.cni ?? 'calico' },
      networks: { nodes: ['10.1.0.0/24'] },
      seenAs: 'egress' as const,
      egress,
      pools: {
        'app-a': { zone: 'app', nodes: 3, ...(more.addresses && { addresses: half(0) }) },
        'db-a': { zone: 'db', nodes: 3, ...(more.addresses && { addresses: half(128) }) },
      },
    },
  },
});
const byZone = { zones: { app: ['10.8.9.7'], db: ['10.8.9.8'] } };

export const egressNotToldApart = defineRule({
  id: 'cluster/egress-not-told-apart',
  severity: 'warning',
  title: 'Egress addresses that no router can keep apart',
  docs: {
    what: 'A cluster has different egress addresses for pods that run on the same nodes, and its network plugin has no kind that gives pods such addresses.',
    why: 'A router or NAT gateway knows nodes and not pods. Whatever it is told, pods of one zone or namespace leave with the address of another, and the other ends admit them as that.',
    todo: 'Use Cilium or OVN-Kubernetes, give the node pools of each zone an address range of their own, or use one egress address for the cluster.',
  },
  examples: {
    good: [
      { shows: 'addresses with Cilium', design: prod(byZone, { cni: 'cilium' }) },
      { shows: 'one address for the whole cluster', design: prod({ cluster: ['10.8.9.7'] }) },
      { shows: 'zones whose nodes have addresses of their own', design: prod(byZone, { addresses: true }) },
    ],
    bad: [
      { shows: 'an address for each zone of nodes that look alike', design: prod(byZone) },
      {
        shows: 'an address for one namespace among several of a zone',
        design: {
          ...prod({ cluster: ['10.8.9.7'], namespaces: { orders: ['10.8.9.8'] } }, { addresses: true }),
          namespaces: { bills: { cluster: 'prod', zone: 'app' } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const mixed = mixedNamespaces(lookup, cluster);
      if (mixed.length === 0) continue;
      yield {
        message: `${capital(called(lookup, ref('cluster', cluster.id)))} has different egress addresses for the namespaces ${listed(mixed)}, whose pods run on nodes that look alike, and its network plugin (${cniOf(cluster) ?? 'none is named'}) gives pods no such addresses. A router knows nodes and not pods, so some of them leave with the address of others and are admitted as these. Use Cilium or OVN-Kubernetes, give the pools of each zone addresses of their own, or use one egress address.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, 'egress'],
        also: mixed.map((id) => ref('namespace', id)),
      };
    }
  },
});
