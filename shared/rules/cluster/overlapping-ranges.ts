import { cniInfo, distributionInfo } from '../../catalog/index.ts';
import { overlaps, parseCidr } from '../../lib/ip.ts';
import { type Cluster, type Entry, endRef, type Lookup, ref } from '../../model/index.ts';
import { meetsRouted } from '../cluster-links.ts';
import { called, capital, defineRule, listed } from '../define.ts';

type Network = 'pods' | 'services' | 'nodes';
const networkNames: readonly Network[] = ['pods', 'services', 'nodes'];

export const overlappingRanges = defineRule({
  id: 'cluster/overlapping-ranges',
  severity: 'error',
  title: 'Overlapping address ranges',
  docs: {
    what: 'Ranges of one cluster overlap, or those of two clusters between which a flow is drawn or of which one replaces the other.',
    why: 'One address then means two things: packets go to the wrong place, and a policy on the range opens more than was drawn.',
    todo: 'Give every cluster ranges of its own.',
  },
  examples: {
    good: [
      { shows: 'ranges that are apart', design: {} },
      {
        shows: 'the same pod range in clusters that see only each other’s nodes',
        design: twoClusters({ pods: ['10.20.0.0/16'], nodes: ['10.2.0.0/24'] }),
      },
      {
        shows: 'pods among nodes, where the plugin takes their addresses from there',
        design: {
          clusters: {
            cloud: {
              distribution: 'eks',
              version: '1.36',
              networks: { pods: ['10.6.0.0/17'], nodes: ['10.6.0.0/16'] },
            },
          },
        },
      },
      {
        shows: 'a blue-green pair whose nodes share a network',
        design: successor({ pods: ['10.20.0.0/16'], nodes: ['10.1.0.0/24'] }),
      },
    ],
    bad: [
      {
        shows: 'pods and services of one cluster',
        design: {
          clusters: {
            lab: {
              distribution: 'kind',
              version: '1.37',
              networks: { pods: ['10.0.0.0/8'], services: ['10.96.0.0/16'] },
            },
          },
        },
      },
      {
        shows: 'nodes of clusters that talk',
        design: twoClusters({ pods: ['10.30.0.0/16'], nodes: ['10.1.0.128/25'] }),
      },
      {
        shows: 'nodes of the other cluster within the own pod range',
        design: twoClusters({ pods: ['10.1.0.0/16'], nodes: ['10.2.0.0/24'] }),
      },
      {
        shows: 'nodes of the cluster that is replaced within the new pod range',
        design: successor({ pods: ['10.1.0.0/16'], nodes: ['10.2.0.0/24'] }),
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      for (const [i, a] of networkNames.entries()) {
        for (const b of networkNames.slice(i + 1)) {
          const [hit] = overlapping(cluster, a, cluster, b);
          if (hit === undefined || (isAmongNodes(cluster) && a === 'pods' && b === 'nodes')) continue;
          yield {
            message: `In ${called(lookup, ref('cluster', cluster.id))} the ranges of ${a} and ${b} overlap (${hit}). One address then means two things, and packets go to the wrong place. Give them ranges of their own.`,
            subject: ref('cluster', cluster.id),
            path: ['clusters', cluster.id, 'networks', b],
          };
        }
      }
    }
    for (const [i, a] of lookup.clusters.entries()) {
      for (const b of lookup.clusters.slice(i + 1)) {
        if (!lookup.isOnePair(a.id, b.id)) continue;
        // Both run at the same time, side by side on one network; only their nodes may share a range.
        const hits = (
          [['pods', 'nodes'], ['nodes', 'pods'], ...(meetsRouted(a, b) ? [['pods', 'pods']] : [])] as Array<
            [Network, Network]
          >
        ).flatMap(([x, y]) => overlapping(a, x, b, y).map((hit) => `${x} and ${y}: ${hit}`));
        if (hits.length === 0) continue;
        yield {
          message: `${capital(listed([a.id, b.id]))} are a blue-green pair and run at the same time, but their address ranges overlap (${hits.join('; ')}). One address then means two things, and packets go to the wrong place. Give each cluster ranges of its own.`,
          subject: ref('cluster', b.id),
          path: ['clusters', b.id, 'networks'],
          also: [ref('cluster', a.id)],
        };
      }
    }
    for (const [a, b] of pairsThatTalk(lookup)) {
      const routed = meetsRouted(a, b);
      // Each side sees the other's nodes, and its pods only where both are routed.
      const seen: readonly Network[] = routed ? ['pods', 'nodes'] : ['nodes'];
      const hits = networkNames.flatMap((x) =>
        networkNames.flatMap((y) =>
          seen.includes(x) || seen.includes(y) ? overlapping(a, x, b, y).map((hit) => `${x} and ${y}: ${hit}`) : [],
        ),
      );
      if (hits.length === 0) continue;
      yield {
        message: `${capital(listed([a.id, b.id]))} talk to each other, but their address ranges overlap (${hits.join('; ')}). One address then means two things, and a policy on the range opens more than was drawn. Give each cluster ranges of its own.`,
        subject: ref('cluster', b.id),
        path: ['clusters', b.id, 'networks'],
        also: [ref('cluster', a.id)],
      };
    }
  },
});

/** Providers' plugins give pods addresses of the nodes' own network. */
function isAmongNodes({ cni, distribution }: Cluster): boolean {
  return cniInfo(cni?.name ?? distributionInfo(distribution).defaultCni ?? '')?.podsAmongNodes === true;
}

function overlapping(a: Cluster, x: Network, b: Cluster, y: Network): string[] {
  return (a.networks?.[x] ?? []).flatMap((left) =>
    (b.networks?.[y] ?? []).flatMap((right) => {
      const one = parseCidr(left);
      const two = parseCidr(right);
      return one !== undefined && two !== undefined && overlaps(one, two) ? [`${left} and ${right}`] : [];
    }),
  );
}

function pairsThatTalk(lookup: Lookup): Array<readonly [Entry<Cluster>, Entry<Cluster>]> {
  const talking = new Set<string>();
  const clustersOf = (end: ReturnType<typeof endRef>): string[] => [
    ...new Set(lookup.workloadsOf(end).flatMap((w) => lookup.homesOf(w.namespace))),
  ];
  for (const flow of lookup.flows) {
    for (const a of clustersOf(endRef(flow.from))) {
      for (const b of clustersOf(endRef(flow.to))) talking.add(JSON.stringify(a < b ? [a, b] : [b, a]));
    }
  }
  return lookup.clusters.flatMap((a) =>
    lookup.clusters
      .filter((b) => a.id < b.id && !lookup.isOnePair(a.id, b.id) && talking.has(JSON.stringify([a.id, b.id])))
      .map((b) => [a, b] as const),
  );
}

function twoClusters(networks: { pods: string[]; nodes: string[] }) {
  return {
    clusters: { second: { distribution: 'kubeadm' as const, version: '1.37', networks } },
    namespaces: { orders: { cluster: 'second', zone: 'app' } },
  };
}

function successor(networks: { pods: string[]; nodes: string[] }) {
  return { clusters: { next: { distribution: 'kubeadm' as const, version: '1.37', networks, replaces: 'prod' } } };
}
