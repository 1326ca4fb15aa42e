/** Under which addresses the ends of a connection meet each other. */
import { hostCidr, parseCidr } from '../../lib/ip.ts';
import { notPublic } from '../../lib/public-ranges.ts';
import { apiServerAddresses, type Cluster, type External, type Lookup } from '../../model/index.ts';
import type { MeantAddresses } from './draft.ts';
import type { Place } from './homes.ts';
import { nodesOfZone } from './nodes.ts';

/** The addresses of an external as the pods of a cluster meet them: never pods that are drawn as workloads themselves. */
export function addressesOf(lookup: Lookup, external: External, home: string): MeantAddresses {
  // The API server that is meant is their own, and the addresses of the external itself mean nothing.
  if (external.kind === 'apiServer')
    return { cidrs: hosts(apiServerAddresses(lookup.get('cluster', home) ?? {})), except: [] };
  const isInternet = external.kind === 'internet';
  const own = lookup.get('cluster', home);
  const isKnown = (c: Cluster) => c.seenAs === 'routed' || (own !== undefined && isOneMesh(own, c));
  const pods = lookup.clusters.flatMap((c) => (c.id === home || isKnown(c) ? (c.networks?.pods ?? []) : []));
  return {
    cidrs: external.cidrs ?? (isInternet ? ['0.0.0.0/0', '::/0'] : []),
    except: isInternet ? [...notPublic[4], ...notPublic[6], ...pods] : pods,
  };
}

/** The addresses with which a workload appears outside its cluster; on the host network, those of the nodes of its zone. */
export function seenFrom(lookup: Lookup, place: Place): readonly string[] {
  const { hostNetwork, namespace = '' } = lookup.get('workload', place.workload) ?? {};
  if (hostNetwork === true) return nodesOfZone(lookup, place.cluster, lookup.get('namespace', namespace)?.zone);
  return seenFromNamespace(lookup, place.cluster, namespace);
}

/** At which addresses a workload of another cluster is dialled: where both are routed its own, else those of its service. */
export function dialledAddresses(lookup: Lookup, place: Place, isRouted: boolean): readonly string[] {
  const { hostNetwork, namespace = '', service } = lookup.get('workload', place.workload) ?? {};
  if (!isRouted) return hosts(service?.addresses ?? []);
  return hostNetwork === true
    ? nodesOfZone(lookup, place.cluster, lookup.get('namespace', namespace)?.zone)
    : (lookup.get('cluster', place.cluster)?.networks?.pods ?? []);
}

/** The addresses with which pods of a namespace appear outside a cluster that runs it. */
export function seenFromNamespace(lookup: Lookup, home: string, namespace: string): readonly string[] {
  const cluster = lookup.get('cluster', home);
  if (cluster?.seenAs === 'routed') return cluster.networks?.pods ?? [];
  const zone = lookup.get('namespace', namespace)?.zone ?? '';
  if (cluster?.seenAs !== 'egress') return nodesOfZone(lookup, home, zone);
  const { egress = {} } = cluster;
  return hosts(own(egress.namespaces, namespace) ?? own(egress.zones, zone) ?? egress.cluster ?? []);
}

/** Ids such as `constructor` are ids like any other. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Clusters that know each other's identities. */
export function isOneMesh(a: Cluster, b: Cluster): boolean {
  return a.seenAs === 'mesh' && b.seenAs === 'mesh' && a.mesh !== undefined && a.mesh === b.mesh;
}

export function hosts(addresses: readonly string[]): string[] {
  return addresses.flatMap((address) => hostCidr(address) ?? []);
}

export function sameFamilies(list: readonly string[], other: readonly string[]): string[] {
  const families = other.map((cidr) => parseCidr(cidr)?.family);
  return list.filter((cidr) => families.includes(parseCidr(cidr)?.family));
}
