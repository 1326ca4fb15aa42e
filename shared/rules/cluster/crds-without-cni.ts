import { cniInfo, guardRailKind } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, cniOf, defineRule } from '../define.ts';

export const crdsWithoutCni = defineRule({
  id: 'cluster/crds-without-cni',
  severity: 'warning',
  title: 'ClusterNetworkPolicy that the CNI does not enforce',
  docs: {
    what: 'A cluster says which version of ClusterNetworkPolicy its CRDs serve, and its CNI does not enforce that kind, or not in this version.',
    why: 'The API server takes such objects, and nobody holds anybody to them. They are not exported.',
    todo: 'Take cni.clusterNetworkPolicy away, or name a CNI and version that enforce it: calico from 3.32, kube-ovn, kube-network-policies.',
  },
  examples: {
    good: [
      {
        shows: 'a Calico that enforces it',
        design: {
          clusters: {
            edge: {
              distribution: 'managed',
              version: '1.37',
              cni: { name: 'calico', version: '3.33', clusterNetworkPolicy: 'v1beta1' },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'a Calico that is too old',
        design: {
          clusters: {
            edge: {
              distribution: 'managed',
              version: '1.37',
              cni: { name: 'calico', version: '3.31', clusterNetworkPolicy: 'v1alpha2' },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      if (cluster.cni?.clusterNetworkPolicy === undefined) continue;
      const name = cniOf(cluster);
      if (guardRailKind(name, cluster.cni) === 'cluster-network-policy') continue;
      const which = `${cniInfo(name ?? '')?.label ?? name}${cluster.cni.version === undefined ? '' : ` ${cluster.cni.version}`}`;
      yield {
        message: `${capital(called(lookup, ref('cluster', cluster.id)))} has the CRD of ClusterNetworkPolicy ${cluster.cni.clusterNetworkPolicy}, and ${which} does not enforce it. The objects would be taken and do nothing, so none is exported. Take the field away, or use a CNI that enforces them.`,
        subject: ref('cluster', cluster.id),
        path: ['clusters', cluster.id, 'cni', 'clusterNetworkPolicy'],
      };
    }
  },
});
