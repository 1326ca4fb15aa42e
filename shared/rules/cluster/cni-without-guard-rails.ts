import { cniInfo, guardRailKind } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, cniOf, defineRule } from '../define.ts';

export const cniWithoutGuardRails = defineRule({
  id: 'cluster/cni-without-guard-rails',
  severity: 'info',
  title: 'CNI that cannot hold the matrix against policies that others add',
  docs: {
    what: 'A cluster enforces NetworkPolicy, and its CNI has no cluster-wide kind that the export could write the matrix in.',
    why: 'What the matrix blocks is denied only as long as nobody adds a policy that allows it: whoever may write policies in a namespace can open it.',
    todo: 'Use a CNI with such a kind: calico, cilium, or one that enforces ClusterNetworkPolicy, with the version of its CRDs in cni.clusterNetworkPolicy. Or give nobody in a zone the right to write policies, and set this rule to off with that as the reason.',
  },
  examples: {
    good: [
      { shows: 'Calico, which has tiers', design: {} },
      {
        shows: 'a CNI that enforces ClusterNetworkPolicy, and its CRDs',
        design: {
          clusters: {
            edge: {
              distribution: 'managed',
              version: '1.37',
              cni: { name: 'kube-ovn', clusterNetworkPolicy: 'v1alpha2' },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'a CNI with NetworkPolicy alone',
        design: { clusters: { edge: { distribution: 'k3s', version: '1.37' } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const name = cniOf(cluster);
      const info = cniInfo(name ?? '');
      if (info === undefined || info.networkPolicy === 'no' || guardRailKind(name, cluster.cni) !== undefined) continue;
      yield {
        message: `The CNI of ${called(lookup, ref('cluster', cluster.id))}, ${info.label}, has no kind that the matrix could be exported in. Whoever may write policies in a namespace can open what the matrix blocks. Use calico, cilium or ClusterNetworkPolicy, or keep the right to write policies to administrators.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, ...(cluster.cni === undefined ? [] : ['cni'])],
      };
    }
  },
});
