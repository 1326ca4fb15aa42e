import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const hostNetwork = defineRule({
  id: 'workload/host-network',
  severity: 'warning',
  title: 'Workload on the host network',
  docs: {
    what: 'A workload uses the network of its node.',
    why: 'Network policies do not hold for such pods: they reach what their node reaches, and policies of others see them as the node.',
    todo: 'Give the workload a network of its own, or keep it in a namespace and on nodes where nothing else has to be kept from it.',
  },
  examples: {
    good: [
      { shows: 'a network of its own', design: { workloads: { agent: { namespace: 'orders', hostNetwork: false } } } },
    ],
    bad: [
      {
        shows: 'the network of the node',
        design: { workloads: { agent: { namespace: 'orders', hostNetwork: true } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const workload of lookup.workloads) {
      if (workload.hostNetwork !== true) continue;
      yield {
        message: `${capital(called(lookup, ref('workload', workload.id)))} is on the host network. Network policies do not hold for it: it reaches what its node reaches. Give it a network of its own, or keep it away from what must be kept from it.`,
        subject: ref('workload', workload.id),
        path: ['workloads', workload.id, 'hostNetwork'],
        fix: {
          label: 'Give it its own network',
          commands: [{ id: 'field/set', args: { path: ['workloads', workload.id, 'hostNetwork'], value: undefined } }],
        },
      };
    }
  },
});
