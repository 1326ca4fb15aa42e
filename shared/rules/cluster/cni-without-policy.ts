import { cniInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, cniOf, defineRule } from '../define.ts';

export const cniWithoutPolicy = defineRule({
  id: 'cluster/cni-without-policy',
  severity: 'error',
  title: 'CNI without network policies',
  docs: {
    what: 'A cluster’s CNI does not enforce NetworkPolicy.',
    why: 'The API server accepts every policy, and nothing happens: every pod reaches every pod.',
    todo: 'Choose a CNI that enforces policies, such as calico or cilium.',
  },
  examples: {
    good: [{ shows: 'a CNI that enforces policies', design: {} }],
    bad: [
      {
        shows: 'Flannel alone',
        design: { clusters: { flat: { distribution: 'kubeadm', version: '1.37', cni: { name: 'flannel' } } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const info = cniInfo(cniOf(cluster) ?? '');
      if (info?.networkPolicy !== 'no') continue;
      yield {
        message: `The CNI of ${called(lookup, ref('cluster', cluster.id))}, ${info.label}, does not enforce network policies. They are accepted and do nothing, so every pod reaches every pod. Choose a CNI that enforces them, such as calico or cilium.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, ...(cluster.cni === undefined ? [] : ['cni', 'name'])],
      };
    }
  },
});
