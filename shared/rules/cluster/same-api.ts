import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

const cluster = (address: string, port?: number) => ({
  distribution: 'kubeadm' as const,
  version: '1.37',
  api: { address, ...(port !== undefined && { port }) },
});

export const sameApi = defineRule({
  id: 'cluster/same-api',
  severity: 'error',
  title: 'Two clusters with one API address',
  docs: {
    what: 'Two clusters have the same address and port for their API servers.',
    why: 'Nodes join the cluster that answers at the address, and so does whoever applies an export: what is meant for one lands in the other.',
    todo: 'Give each cluster an API address of its own, also the two of a blue-green pair.',
  },
  examples: {
    good: [
      { shows: 'two addresses', design: { clusters: { blue: cluster('10.8.0.10'), green: cluster('10.8.0.11') } } },
      { shows: 'two ports', design: { clusters: { blue: cluster('10.8.0.10'), green: cluster('10.8.0.10', 7443) } } },
    ],
    bad: [
      {
        shows: 'one address, whose port is written once',
        design: { clusters: { blue: cluster('10.8.0.10'), green: cluster('10.8.0.10', 6443) } },
      },
    ],
  },
  *check({ lookup }) {
    const known = new Map<string, string>();
    for (const { id, api } of lookup.clusters) {
      if (api === undefined) continue;
      const key = `${api.address.toLowerCase()} ${api.port ?? 6443}`;
      const first = known.get(key);
      if (first === undefined) {
        known.set(key, id);
        continue;
      }
      yield {
        message: `${capital(called(lookup, ref('cluster', id)))} has the API address of ${called(lookup, ref('cluster', first))}, ${api.address}. Nodes and exports meant for the one land in the other. Give each an address of its own.`,
        subject: ref('cluster', id),
        path: ['clusters', id, 'api', 'address'],
        also: [ref('cluster', first)],
      };
    }
  },
});
