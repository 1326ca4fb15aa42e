/** Parts that Cilium’s kinds share. */
import { isMeshName } from '../../catalog/index.ts';
import type { GrantIr } from '../lower/network-ir.ts';
import type { ClusterScope } from '../scope.ts';
import type { PodRegion } from './regions.ts';

export const namespaceKey = 'io.kubernetes.pod.namespace';
const clusterKey = 'io.cilium.k8s.policy.cluster';

/**
 * As a peer. In a mesh the own cluster is named as well, since before Cilium 1.19 a selector without a name means all of
 * them; `own` is its name there.
 */
export function peerSelector(region: PodRegion, own: string | undefined): object {
  const cluster = region.cluster ?? own;
  return endpointSelector({ ...region, ...(cluster !== undefined && { cluster }) });
}

export function ownName({ id, cluster }: Pick<ClusterScope, 'id' | 'cluster'>): string | undefined {
  return cluster.seenAs === 'mesh' && isMeshName(id) ? id : undefined;
}

export function endpointSelector({ cluster, namespaces, is, not }: PodRegion): object {
  const only = 'in' in namespaces && namespaces.in.length === 1 ? namespaces.in[0] : undefined;
  const matchLabels = {
    ...(cluster !== undefined && { [clusterKey]: cluster }),
    ...(only !== undefined && { [namespaceKey]: only }),
    ...is,
  };
  const matchExpressions = [
    ...('notIn' in namespaces
      ? [
          // Nodes and addresses outside have no namespace, and without this they would not be in one of the list either.
          { key: namespaceKey, operator: 'Exists' },
          ...(namespaces.notIn.length > 0 ? [{ key: namespaceKey, operator: 'NotIn', values: namespaces.notIn }] : []),
        ]
      : only === undefined
        ? [{ key: namespaceKey, operator: 'In', values: namespaces.in }]
        : []),
    ...Object.entries(not).map(([key, values]) => ({ key, operator: 'NotIn', values })),
  ];
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  };
}

/** Without `toPorts` a rule means every port of every protocol. An item holds at most 40 ports. */
export function portsObject(ports: GrantIr['ports']): { readonly toPorts?: readonly object[] } {
  if (ports === 'all') return {};
  const items = ports.map(({ protocol, port, endPort }) => ({
    port: String(port),
    ...(endPort !== undefined && endPort !== port && { endPort }),
    protocol,
  }));
  const most = 40;
  const chunks = Array.from({ length: Math.ceil(items.length / most) }, (_, i) =>
    items.slice(i * most, (i + 1) * most),
  );
  return { toPorts: chunks.map((chunk) => ({ ports: chunk })) };
}
