import { overlaps, parseCidr } from '../../lib/ip.ts';
import { ref } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';

const cluster = (dmz: string, app: string) => ({
  distribution: 'kubeadm' as const,
  version: '1.37',
  pools: { d: { zone: 'dmz', nodes: 2, addresses: [dmz] }, a: { zone: 'app', nodes: 3, addresses: [app] } },
});

export const addressesOfTwoZones = defineRule({
  id: 'pool/addresses-of-two-zones',
  severity: 'error',
  title: 'Pools of two zones with the same addresses',
  docs: {
    what: 'Node pools of one cluster and of different zones say address ranges that overlap.',
    why: 'Others know the pods of a zone by the addresses of its nodes. What is opened for the one zone is then open for the other.',
    todo: 'Give the nodes of each zone a range of their own.',
  },
  examples: {
    good: [
      { shows: 'two halves', design: { clusters: { edge: cluster('10.8.0.0/25', '10.8.0.128/25') } } },
      {
        shows: 'one zone with two pools in one range',
        design: {
          clusters: {
            edge: {
              distribution: 'kubeadm',
              version: '1.37',
              pools: {
                a: { zone: 'app', nodes: 2, addresses: ['10.8.0.0/25'] },
                b: { zone: 'app', nodes: 2, addresses: ['10.8.0.0/25'] },
              },
            },
          },
        },
      },
    ],
    bad: [{ shows: 'a part of the other', design: { clusters: { edge: cluster('10.8.0.0/24', '10.8.0.128/25') } } }],
  },
  *check({ lookup }) {
    for (const [i, a] of lookup.pools.entries()) {
      for (const b of lookup.pools.slice(i + 1)) {
        if (a.clusterId !== b.clusterId || a.zone === b.zone) continue;
        const hit = (a.addresses ?? []).flatMap((x) => (b.addresses ?? []).flatMap((y) => shared(x, y)))[0];
        if (hit === undefined) continue;
        yield {
          message: `Pools “${a.poolId}” and “${b.poolId}” of ${called(lookup, ref('cluster', a.clusterId))} stand in different zones, “${a.zone}” and “${b.zone}”, and their addresses overlap (${hit}). What is opened for the one zone is open for the other. Give the nodes of each zone a range of their own.`,
          subject: ref('pool', b.id),
          path: ['clusters', b.clusterId, 'pools', b.poolId, 'addresses'],
          also: [ref('pool', a.id), ref('zone', a.zone), ref('zone', b.zone)],
        };
      }
    }
  },
});

function shared(x: string, y: string): string[] {
  const [one, two] = [parseCidr(x), parseCidr(y)];
  return one !== undefined && two !== undefined && overlaps(one, two) ? [`${x} and ${y}`] : [];
}
