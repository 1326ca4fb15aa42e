import { cniInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, cniOf, defineRule } from '../define.ts';

export const cniWithConditions = defineRule({
  id: 'cluster/cni-with-conditions',
  severity: 'warning',
  title: 'CNI that enforces policies only under conditions',
  docs: {
    what: 'A cluster’s CNI enforces NetworkPolicy only with a setting, or beside another product.',
    why: 'Without it policies are accepted and do nothing, and nothing says so.',
    todo: 'Make sure that the condition holds, then set this rule to off with that as the reason.',
  },
  examples: {
    good: [{ shows: 'a CNI that enforces policies', design: {} }],
    bad: [
      {
        shows: 'the CNI of Amazon, which has to be told',
        design: { clusters: { cloud: { distribution: 'eks', version: '1.37', cni: { name: 'aws-vpc-cni' } } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const info = cniInfo(cniOf(cluster) ?? '');
      if (info?.networkPolicy !== 'partly') continue;
      yield {
        message: `The CNI of ${called(lookup, ref('cluster', cluster.id))}, ${info.label}, enforces network policies only under conditions. ${info.note ?? 'Its documentation names them.'} Make sure of that, or every pod reaches every pod.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, ...(cluster.cni === undefined ? [] : ['cni', 'name'])],
      };
    }
  },
});
