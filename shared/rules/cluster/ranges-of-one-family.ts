import { parseCidr } from '../../lib/ip.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const rangesOfOneFamily = defineRule({
  id: 'cluster/ranges-of-one-family',
  severity: 'error',
  title: 'Two ranges of one family',
  docs: {
    what: 'Pods or Services of a cluster have two ranges, both of IPv4 or both of IPv6.',
    why: 'Two ranges mean dual stack, one per family. Every distribution refuses such a pair.',
    todo: 'Keep one range per family. More Service addresses are added later by ServiceCIDR objects.',
  },
  examples: {
    good: [
      {
        shows: 'dual stack',
        design: {
          clusters: {
            lab: { distribution: 'kubeadm', version: '1.37', networks: { pods: ['10.40.0.0/16', '2001:db8::/56'] } },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'two ranges of IPv4',
        design: {
          clusters: {
            lab: { distribution: 'kubeadm', version: '1.37', networks: { services: ['10.40.0.0/20', '10.41.0.0/20'] } },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      for (const field of ['pods', 'services'] as const) {
        const [first, second] = (cluster.networks?.[field] ?? []).map((text) => parseCidr(text)?.family);
        if (first === undefined || first !== second) continue;
        yield {
          message: `${capital(called(lookup, ref('cluster', cluster.id)))} has two ranges of ${field}, both of IPv${first}. Two ranges mean dual stack, one per family, and its distribution refuses the pair. Keep one of them.`,
          subject: ref('cluster', cluster.id),
          path: ['clusters', cluster.id, 'networks', field, 1],
        };
      }
    }
  },
});
