import { cniInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, cniOf, defineRule } from '../define.ts';

export const unknownCni = defineRule({
  id: 'cluster/unknown-cni',
  severity: 'warning',
  title: 'Unknown CNI',
  docs: {
    what: 'A cluster names no CNI and its distribution brings none, or names one that the catalogue does not know.',
    why: 'Whether policies are enforced depends on the CNI, so nothing can be promised.',
    todo: 'Name the CNI as the catalogue does: calico, cilium, antrea and so on.',
  },
  examples: {
    good: [
      { shows: 'a CNI of the catalogue', design: {} },
      {
        shows: 'a distribution that brings one',
        design: { clusters: { edge: { distribution: 'k3s', version: '1.37' } } },
      },
    ],
    bad: [
      { shows: 'none at all', design: { clusters: { bare: { distribution: 'kubeadm', version: '1.37' } } } },
      {
        shows: 'a misspelt one',
        design: { clusters: { bare: { distribution: 'kubeadm', version: '1.37', cni: { name: 'callico' } } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const name = cniOf(cluster);
      if (name !== undefined && cniInfo(name) !== undefined) continue;
      yield {
        message: `${capital(called(lookup, ref('cluster', cluster.id)))} ${name === undefined ? 'names no CNI' : `has the CNI “${name}”, which the catalogue does not know`}. Whether its policies are enforced cannot be said. Name it as the catalogue does, such as calico or cilium.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, ...(cluster.cni === undefined ? [] : ['cni', 'name'])],
      };
    }
  },
});
