import { contains, parseCidr } from '../../lib/ip.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

const cluster = (addresses: string[]) => ({
  distribution: 'kubeadm' as const,
  version: '1.37',
  networks: { nodes: ['10.8.0.0/24'] },
  pools: { a: { zone: 'app', nodes: 3, addresses } },
});

export const addressesElsewhere = defineRule({
  id: 'pool/addresses-elsewhere',
  severity: 'error',
  title: 'Addresses of a pool outside its cluster’s node networks',
  docs: {
    what: 'A node pool says address ranges that lie in none of its cluster’s node networks.',
    why: 'Policies and firewall rows then name addresses that no node has, so connections that are drawn do not work, and those of the real nodes are not bounded by what was checked.',
    todo: 'Correct the ranges of the pool, or add them to the node networks of the cluster.',
  },
  examples: {
    good: [
      { shows: 'a part of the node network', design: { clusters: { edge: cluster(['10.8.0.0/26']) } } },
      {
        shows: 'a cluster that says no node networks',
        design: { clusters: { edge: { ...cluster(['10.8.0.0/26']), networks: {} } } },
      },
    ],
    bad: [{ shows: 'another network', design: { clusters: { edge: cluster(['10.9.0.0/26']) } } }],
  },
  *check({ lookup }) {
    for (const pool of lookup.pools) {
      const networks = (lookup.get('cluster', pool.clusterId)?.networks?.nodes ?? []).flatMap(
        (n) => parseCidr(n) ?? [],
      );
      for (const [i, text] of (pool.addresses ?? []).entries()) {
        const range = parseCidr(text);
        const comparable = networks.filter((n) => n.family === range?.family);
        if (range === undefined || comparable.length === 0 || comparable.some((n) => contains(n, range))) continue;
        yield {
          message: `${capital(called(lookup, ref('pool', pool.id)))} has its nodes in ${text}, which is in no node network of ${called(lookup, ref('cluster', pool.clusterId))}. Policies and firewall rows would name addresses that no node has. Correct the range, or add it to the node networks of the cluster.`,
          subject: ref('pool', pool.id),
          path: ['clusters', pool.clusterId, 'pools', pool.poolId, 'addresses', i],
          also: [ref('cluster', pool.clusterId)],
        };
      }
    }
  },
});
