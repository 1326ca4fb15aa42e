/**
 * What the matrix means by itself, whatever policies of namespaces say: what it blocks is denied, and what it permits is left
 * to the policies, as is everything that is drawn. Between zones of a cluster, and towards addresses, which may stand for
 * several ends at once: for pods of other clusters and for whatever is outside.
 */
import { parseCidr } from '../../lib/ip.ts';
import { type Lookup, outside, parseShortPorts, protocolOf } from '../../model/index.ts';
import { hosts, isOneMesh, seenFromNamespace } from './addresses.ts';
import type { MeantPorts } from './ends.ts';
import { namespacesIn } from './homes.ts';

/** `all`: every port of every protocol. An empty list: none. */
export type LeftPorts = 'all' | readonly MeantPorts[];

/** What is left to the policies between two zones, or a zone and `outside`. The matrix has no diagonal. */
export function leftBetween(lookup: Lookup, from: string, to: string): LeftPorts {
  const decision = lookup.matrix(from, to);
  if (decision === undefined || decision.access === 'allow-all') return 'all';
  return decision.services.flatMap((text): MeantPorts[] => {
    const { ports } = parseShortPorts(text);
    if (ports === 'all') return [];
    return ports.flatMap((p) =>
      typeof p.port === 'number' ? [{ protocol: protocolOf(p), start: p.port, end: p.endPort ?? p.port }] : [],
    );
  });
}

export interface LeftAtEdge {
  /** Ranges, canonical CIDR, without those in `except`. */
  readonly cidrs: readonly string[];
  readonly except: readonly string[];
  readonly ports: LeftPorts;
}

/** What is left to the policies of a zone's pods in one direction, by what addresses stand for. */
export function leftAtEdge(
  lookup: Lookup,
  cluster: string,
  zone: string,
  direction: 'ingress' | 'egress',
): readonly LeftAtEdge[] {
  const own = lookup.get('cluster', cluster);
  const left = (other: string): LeftPorts => {
    if (other === zone) return 'all';
    return direction === 'ingress' ? leftBetween(lookup, other, zone) : leftBetween(lookup, zone, other);
  };
  const pods = lookup.clusters.flatMap((c) =>
    c.id === cluster || c.seenAs === 'routed' || (own !== undefined && isOneMesh(c, own))
      ? (c.networks?.pods ?? [])
      : [],
  );
  const beyond = { cidrs: ['0.0.0.0/0', '::/0'], except: pods, ports: left(outside) };
  const others = lookup.clusters.flatMap((c): LeftAtEdge[] => {
    if (c.id === cluster || own === undefined || isOneMesh(c, own)) return [];
    const families = new Set((own.networks?.pods ?? []).map((cidr) => parseCidr(cidr)?.family));
    const routed = (c.networks?.pods ?? []).filter((cidr) => families.has(parseCidr(cidr)?.family));
    return namespacesIn(lookup, c.id).flatMap((namespace): LeftAtEdge[] => {
      if (namespace.zone === undefined || lookup.get('zone', namespace.zone) === undefined) return [];
      const dialled = lookup.workloadsOfNamespace(namespace.id).flatMap((w) => w.service?.addresses ?? []);
      const cidrs =
        c.seenAs === 'routed' && own.seenAs === 'routed'
          ? routed
          : direction === 'ingress'
            ? seenFromNamespace(lookup, c.id, namespace.id)
            : hosts(dialled);
      return [{ cidrs, except: [], ports: left(namespace.zone) }];
    });
  });
  return [beyond, ...others];
}
