/** Which addresses stand for an external, and for a cluster's pods when they are seen from outside it. */
import { hostCidr, parseCidr } from '../../lib/ip.ts';
import { cutRange, metadataAddresses, notPublic } from '../../lib/public-ranges.ts';
import { sortBy, sortedEntries, unique } from '../../lib/sort.ts';
import type { Cluster, Entry, External, Pool } from '../../model/index.ts';
import type { NamespaceScope } from '../scope.ts';
import type { PeerIr } from './network-ir.ts';

export type RangePeer = Extract<PeerIr, { readonly kind: 'range' }>;

/**
 * The ranges of an external. `holes` are ranges that are never meant, such as the pods of the design's own clusters.
 * For egress the metadata addresses are cut out too, unless the external names them alone.
 */
export function externalRanges(
  external: External,
  direction: 'ingress' | 'egress',
  holes: readonly string[],
): RangePeer[] {
  const internet = external.kind === 'internet';
  const cidrs = external.cidrs ?? (internet ? ['0.0.0.0/0', '::/0'] : []);
  const cut = internet ? [...holes, ...notPublic[4], ...notPublic[6]] : holes;
  return sortRanges(cidrs.flatMap((cidr) => (direction === 'egress' ? egressRange(cidr, cut) : range(cidr, cut))));
}

/** A range that pods may open connections to. A metadata address stays only where it is named by itself. */
export function egressRange(cidr: string, holes: readonly string[] = []): RangePeer[] {
  return metadataAddresses.includes(cidr) ? range(cidr, holes) : range(cidr, [...holes, ...metadataAddresses]);
}

export function range(cidr: string, holes: readonly string[] = []): RangePeer[] {
  const cut = cutRange(cidr, holes);
  return cut === undefined ? [] : [{ kind: 'range', ...cut }];
}

/** Addresses as ranges of one address each; texts that are no addresses are left out. */
export function hostRanges(addresses: readonly string[]): string[] {
  return unique(addresses.map(hostCidr).filter((cidr) => cidr !== undefined));
}

/** IPv4 first, then by address, wider first; each once. */
export function sortRanges(ranges: readonly RangePeer[]): RangePeer[] {
  const distinct = new Map(ranges.map((r) => [`${r.cidr} ${r.except.join(' ')}`, r]));
  return sortBy(distinct.values(), (r) => rangeKey(r.cidr));
}

function rangeKey(cidr: string): string {
  const parsed = parseCidr(cidr);
  if (parsed === undefined) return cidr;
  return `${parsed.family} ${parsed.start.toString(16).padStart(32, '0')} ${String(parsed.prefix).padStart(3, '0')}`;
}

export interface SeenSource {
  readonly cidrs: readonly string[];
  readonly nat: 'none' | 'node' | 'egress-ip';
  /** What the design would have to say, where there are no ranges: `egress` or `networks.nodes`. */
  readonly wanted: string;
}

/** The addresses with which pods of a namespace arrive at another cluster or external. Of egress addresses the nearest wins. */
export function seenSource(cluster: Entry<Cluster>, namespace: NamespaceScope): SeenSource {
  switch (cluster.seenAs ?? 'node') {
    case 'routed':
      return { cidrs: cluster.networks?.pods ?? [], nat: 'none', wanted: 'networks.pods' };
    case 'egress': {
      const { namespaces, zones, cluster: whole } = cluster.egress ?? {};
      const byNamespace =
        namespaces !== undefined && Object.hasOwn(namespaces, namespace.id) ? namespaces[namespace.id] : undefined;
      const byZone =
        zones !== undefined && namespace.zone !== undefined && Object.hasOwn(zones, namespace.zone)
          ? zones[namespace.zone]
          : undefined;
      return { cidrs: hostRanges(byNamespace ?? byZone ?? whole ?? []), nat: 'egress-ip', wanted: 'egress' };
    }
    default:
      // Pods of a mesh leave it through their node, like those of any cluster with masquerading.
      return { cidrs: zoneNodes(cluster, namespace.zone), nat: 'node', wanted: 'networks.nodes' };
  }
}

const families = [4, 6] as const;

/**
 * The addresses of the nodes that run a zone's pods: those that each of its pools says for itself, else those of every
 * node, decided for each family by itself. A pool that says nothing could have its nodes anywhere.
 */
export function zoneNodes(cluster: Cluster, zone: string | undefined): readonly string[] {
  const pools = poolsOf(cluster).filter((p) => p.zone === zone);
  return unique(families.flatMap((family) => poolRanges(pools, family) ?? nodeRangesOf(cluster, family)));
}

/** The addresses of every node of a cluster: its node networks, else what all of its pools say for themselves. */
export function allNodes(cluster: Cluster): readonly string[] {
  return unique(families.flatMap((family) => nodeRangesOf(cluster, family)));
}

function nodeRangesOf(cluster: Cluster, family: 4 | 6): readonly string[] {
  const networks = ofFamily(cluster.networks?.nodes ?? [], family);
  return networks.length > 0 ? networks : (poolRanges(poolsOf(cluster), family) ?? []);
}

function poolsOf(cluster: Cluster): Pool[] {
  return sortedEntries(cluster.pools).map(([, pool]) => pool);
}

/** Undefined where a pool does not say, or there is none. */
function poolRanges(pools: readonly Pool[], family: 4 | 6): readonly string[] | undefined {
  const ranges = pools.map((p) => ofFamily(p.addresses ?? [], family));
  return ranges.length === 0 || ranges.some((r) => r.length === 0) ? undefined : ranges.flat();
}

function ofFamily(ranges: readonly string[], family: 4 | 6): readonly string[] {
  return ranges.filter((cidr) => parseCidr(cidr)?.family === family);
}
