import { parseCidr } from '../../lib/ip.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

/** What the controller manager cuts per node by default (`--node-cidr-mask-size-ipv4`, `-ipv6`). */
const nodeMask = { 4: 24, 6: 64 } as const;

export const tooFewPodAddresses = defineRule({
  id: 'cluster/too-few-pod-addresses',
  severity: 'warning',
  title: 'Pod range too small for the nodes',
  docs: {
    what: 'The pod range cannot be cut into one part for each node: every node gets a /24 (IPv6: a /64) by default.',
    why: 'Nodes that get no part have no pod network, and their pods do not start.',
    todo: 'Choose a larger range, or fewer nodes, or set the node mask in the cluster’s configuration.',
  },
  examples: {
    good: [{ shows: 'a /16 for eight nodes', design: {} }],
    bad: [
      {
        shows: 'a /23 for three nodes',
        design: {
          clusters: {
            tiny: {
              distribution: 'kubeadm',
              version: '1.37',
              networks: { pods: ['10.40.0.0/23'] },
              pools: { a: { zone: 'app', nodes: 3 } },
            },
          },
        },
      },
      {
        shows: 'a range smaller than the part of one node',
        design: {
          clusters: { tiny: { distribution: 'kubeadm', version: '1.37', networks: { pods: ['10.40.0.0/25'] } } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const workers = lookup.poolsOf(cluster.id).reduce((sum, pool) => sum + pool.nodes, 0);
      const nodes = workers + (cluster.controlPlane?.count ?? 1);
      for (const [i, text] of (cluster.networks?.pods ?? []).entries()) {
        const range = parseCidr(text);
        // Providers hand out pod addresses in their own ways.
        if (range === undefined || cluster.distribution === 'eks' || cluster.distribution === 'managed') continue;
        const mask = nodeMask[range.family];
        const parts = range.prefix > mask ? 0 : 2 ** (mask - range.prefix);
        if (parts >= nodes) continue;
        yield {
          message: `${capital(called(lookup, ref('cluster', cluster.id)))} has ${nodes} nodes with its control plane, but its pod range ${text} has room for ${parts}, a /${mask} each. The other nodes get no pod network. Choose a larger range or fewer nodes.`,
          subject: ref('cluster', cluster.id),
          path: ['clusters', cluster.id, 'networks', 'pods', i],
        };
      }
    }
  },
});
