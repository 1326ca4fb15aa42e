import { overlaps, parseCidr } from '../../lib/ip.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

/** Ranges that every node has a use for, and what for. */
const taken: ReadonlyArray<{ readonly range: string; readonly use: string }> = [
  { range: '169.254.0.0/16', use: 'link-local addresses, the metadata service of clouds among them' },
  { range: '172.17.0.0/16', use: 'the bridge that Docker makes on a node' },
  { range: '127.0.0.0/8', use: 'a node’s own loopback' },
  { range: 'fe80::/10', use: 'link-local addresses' },
];

export const reservedRanges = defineRule({
  id: 'cluster/reserved-ranges',
  severity: 'warning',
  title: 'Range that nodes use themselves',
  docs: {
    what: 'A range of a cluster overlaps link-local or loopback addresses, or the bridge of Docker.',
    why: 'Nodes keep packets to these addresses, so pods, Services or other nodes there are not reached from some places.',
    todo: 'Choose another range.',
  },
  examples: {
    good: [{ shows: 'private ranges', design: {} }],
    bad: [
      {
        shows: 'Services on the bridge of Docker',
        design: {
          clusters: { lab: { distribution: 'kubeadm', version: '1.37', networks: { services: ['172.16.0.0/12'] } } },
        },
      },
      {
        shows: 'pods on link-local addresses',
        design: {
          clusters: { lab: { distribution: 'kubeadm', version: '1.37', networks: { pods: ['169.254.0.0/16'] } } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      for (const field of ['pods', 'services', 'nodes'] as const) {
        for (const [i, text] of (cluster.networks?.[field] ?? []).entries()) {
          const range = parseCidr(text);
          const hit = taken.find((t) => {
            const own = parseCidr(t.range);
            return range !== undefined && own !== undefined && overlaps(own, range);
          });
          if (hit === undefined) continue;
          yield {
            message: `${capital(called(lookup, ref('cluster', cluster.id)))} has ${field} in ${text}, which overlaps ${hit.range}: ${hit.use}. Nodes keep such packets, so some of these addresses are not reached. Choose another range.`,
            subject: ref('cluster', cluster.id),
            path: ['clusters', cluster.id, 'networks', field, i],
          };
        }
      }
    }
  },
});
