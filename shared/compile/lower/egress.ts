/** Which namespaces leave a cluster with which fixed addresses. Each namespace is in one group at most: the nearest wins. */
import { cniInfo, type EgressKind } from '../../catalog/index.ts';
import { objectName } from '../../k8s/index.ts';
import { parseAddress } from '../../lib/ip.ts';
import { sortBy } from '../../lib/sort.ts';
import type { Ref } from '../../model/index.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope } from '../scope.ts';

export interface EgressGroup {
  /** `zone-app`, `namespace-shop`, `cluster`. */
  readonly name: string;
  /** The zone of all its namespaces; absent where they are of several. */
  readonly zone?: string;
  /** Names in the cluster, sorted. */
  readonly namespaces: readonly string[];
  /** Single addresses in the order of the design. */
  readonly addresses: readonly string[];
  readonly causes: readonly Ref[];
}

/** Sorted by name; empty where the cluster is not seen with egress addresses. */
export function egressGroups({ cluster, id, namespaces }: ClusterScope): EgressGroup[] {
  if (cluster.seenAs !== 'egress') return [];
  const groups = new Map<string, { addresses: readonly string[]; members: Array<(typeof namespaces)[number]> }>();
  for (const namespace of namespaces) {
    const { zone } = namespace;
    const byNamespace = own(cluster.egress?.namespaces, namespace.id);
    const byZone = zone === undefined ? undefined : own(cluster.egress?.zones, zone);
    const [name, addresses] =
      byNamespace !== undefined
        ? [`namespace-${namespace.name}`, byNamespace]
        : byZone !== undefined
          ? [`zone-${zone}`, byZone]
          : ['cluster', cluster.egress?.cluster ?? []];
    // Pods of a namespace without a zone go nowhere, so they need no address.
    if (addresses.length === 0 || zone === undefined) continue;
    const group = groups.get(name) ?? { addresses, members: [] };
    group.members.push(namespace);
    groups.set(name, group);
  }
  return sortBy(groups, ([name]) => name).map(([name, { addresses, members }]): EgressGroup => {
    const zones = [...new Set(members.map((m) => m.zone))];
    const [zone] = zones;
    return {
      name: objectName(name),
      ...(zones.length === 1 && zone !== undefined && { zone }),
      namespaces: sortBy(
        members.map((m) => m.name),
        (n) => n,
      ),
      addresses: [...new Set(addresses)],
      causes: causes(
        [{ kind: 'cluster', id }],
        members.map((m): Ref => ({ kind: 'namespace', id: m.id })),
        zones.flatMap((z): Ref[] => (z === undefined ? [] : [{ kind: 'zone', id: z }])),
      ),
    };
  });
}

/** The kind of its network plugin that gives pods fixed addresses outside; undefined where it has none. */
export function egressKind(cluster: ClusterScope['cluster'], defaultCni: string | undefined): EgressKind | undefined {
  return cniInfo(cluster.cni?.name ?? defaultCni ?? '')?.egressKind;
}

/** The address that Cilium can give a group: its kind takes one, of IPv4. */
export function ciliumAddress(group: EgressGroup): string | undefined {
  return group.addresses.find((a) => parseAddress(a)?.family === 4);
}

/** On the nodes that answer for a group. Kubelets may not set it, so a node that was taken over cannot attract traffic. */
export function gatewayLabel(group: EgressGroup): string {
  return `egress.node-restriction.kubernetes.io/${group.name}`;
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
