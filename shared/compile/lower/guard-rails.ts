/**
 * From the matrix to guard rails: what it blocks stays denied even where somebody adds a policy that allows it. What it
 * permits, and every flow that is exported in spite of it, is left to the policies.
 *
 * Where the matrix says nothing the stricter reading holds: pods of namespaces that belong to no zone and not to the
 * platform are denied, and metadata addresses are reached by nobody but by flows that name them alone.
 */
import { distributionInfo } from '../../catalog/index.ts';
import { contains, parseCidr } from '../../lib/ip.ts';
import { cutRange, metadataAddresses } from '../../lib/public-ranges.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import { outside, protocolOf, type Ref } from '../../model/index.ts';
import { causes } from '../provenance.ts';
import { type ClusterScope, type DesignScope, platformNamespaces, type ZoneScope } from '../scope.ts';
import { hostRanges, seenSource } from './addresses.ts';
import { getOrMake } from './draft.ts';
import { isRouted, sameFamily } from './flows-between.ts';
import { sameMesh } from './mesh.ts';
import type {
  GrantIr,
  GuardAddressesIr,
  GuardPassIr,
  GuardPodsIr,
  GuardRailsIr,
  PeerIr,
  RuleIr,
  ZoneGuardIr,
  ZoneGuardSideIr,
} from './network-ir.ts';
import { holdsPorts, matrixPorts, otherPorts, type PortRangesIr, unionPorts, withoutPorts } from './port-ranges.ts';

type Direction = RuleIr['direction'];

export function lowerGuardRails(design: DesignScope, cluster: ClusterScope, rules: readonly RuleIr[]): GuardRailsIr {
  const byZone = new Map<string, RuleIr[]>(cluster.zones.map((z) => [z.id, []]));
  const zoneOf = new Map(cluster.namespaces.map((n) => [n.id, n.zone]));
  for (const rule of rules) byZone.get(zoneOf.get(rule.namespace) ?? '')?.push(rule);
  const zones = cluster.zones
    .filter((z) => z.namespaces.length > 0)
    .map((zone): ZoneGuardIr => {
      const side = (direction: Direction) => {
        const border = {
          pods: podBorders(design, cluster, zone, direction),
          addresses: addressBorders(design, cluster, zone, direction),
        };
        const own = (byZone.get(zone.id) ?? []).filter((r) => r.direction === direction);
        return { passes: passesOf(cluster, own, border), ...border };
      };
      return {
        zone: zone.id,
        namespaces: namesOf(zone),
        ingress: side('ingress'),
        egress: side('egress'),
        causes: causes(
          [
            { kind: 'cluster', id: cluster.id },
            { kind: 'zone', id: zone.id },
          ],
          zone.namespaces.map((n) => ({ kind: 'namespace', id: n.id })),
        ),
      };
    });
  return { zones };
}

function namesOf(zone: ZoneScope): string[] {
  return sortBy(
    zone.namespaces.map((n) => n.name),
    (name) => name,
  );
}

/** What the matrix permits between the zone and another one, in the direction that the zone's own pods see. */
function permittedWith(design: DesignScope, zone: string, other: string, direction: Direction): PortRangesIr {
  const [from, to] = direction === 'ingress' ? [other, zone] : [zone, other];
  return matrixPorts(design.lookup.matrix(from, to));
}

function podBorders(
  design: DesignScope,
  cluster: ClusterScope,
  zone: ZoneScope,
  direction: Direction,
): readonly GuardPodsIr[] {
  const borders: GuardPodsIr[] = [];
  const add = (border: Omit<GuardPodsIr, 'blocked' | 'causes'>, ...more: readonly Ref[]) =>
    borders.push({
      ...border,
      blocked: otherPorts(border.permitted),
      causes: causes([{ kind: 'zone', id: zone.id }, ...more]),
    });
  for (const home of design.clusters) {
    if (home.id !== cluster.id && !sameMesh(home.cluster, cluster.cluster)) continue;
    for (const other of home.zones) {
      if (other.namespaces.length === 0) continue;
      const isSame = other.id === zone.id;
      add(
        {
          kind: isSame ? 'same-zone' : 'zone',
          zone: other.id,
          ...(home.id !== cluster.id && { cluster: home.id }),
          peer: { kind: 'pods', namespaces: namesOf(other), selector: {} },
          permitted: isSame ? 'all' : permittedWith(design, zone.id, other.id, direction),
        },
        { kind: 'zone', id: other.id },
        ...(home.id === cluster.id ? [] : [{ kind: 'cluster', id: home.id } as const]),
      );
    }
  }
  const platform = platformNamespaces(cluster);
  if (platform.length > 0) {
    const peer = { kind: 'pods', namespaces: platform, selector: {} } as const;
    add({ kind: 'platform', peer, permitted: 'all' }, { kind: 'cluster', id: cluster.id });
  }
  if (direction === 'ingress' || (zone.record.dns ?? 'cluster') === 'cluster') return borders;
  const { namespace, labels, port } = distributionInfo(cluster.cluster.distribution).dns;
  const home = borders.find((b) => b.cluster === undefined && b.peer.namespaces.includes(namespace));
  const asked = (['TCP', 'UDP'] as const).map((protocol) => ({ protocol, port }));
  const permitted = withoutPorts(home?.permitted ?? [], asked);
  const dns: GuardPodsIr = {
    kind: 'dns',
    peer: { kind: 'pods', namespaces: [namespace], selector: labels },
    permitted,
    blocked: otherPorts(permitted),
    causes: causes([
      { kind: 'zone', id: zone.id },
      { kind: 'cluster', id: cluster.id },
    ]),
  };
  return [dns, ...borders];
}

/** An address range that stands for pods elsewhere, and what the matrix permits with these. */
interface Claim {
  readonly cidr: string;
  readonly permitted: PortRangesIr;
  readonly causes: readonly Ref[];
}

/**
 * An address may stand for several ends at once: for pods of several zones of another cluster, and for whatever is outside.
 * It is left to the policies what the matrix permits with any of them, since nobody can tell them apart. Pods of this
 * cluster, and those that keep their addresses, are never outside, however wide an external is.
 */
function addressBorders(
  design: DesignScope,
  cluster: ClusterScope,
  zone: ZoneScope,
  direction: Direction,
): readonly GuardAddressesIr[] {
  const claims = design.clusters.flatMap((other) =>
    other.id === cluster.id ? [] : claimsOf(design, cluster, zone, other, direction),
  );
  const pods = design.clusters.flatMap((c) =>
    c.id === cluster.id || c.cluster.seenAs === 'routed' || sameMesh(c.cluster, cluster.cluster)
      ? (c.cluster.networks?.pods ?? [])
      : [],
  );
  const beyond: Claim = {
    cidr: '',
    permitted: permittedWith(design, zone.id, outside, direction),
    causes: [{ kind: 'zone', id: zone.id }],
  };
  const isIn = (outer: string, inner: string): boolean => {
    const [a, b] = [parseCidr(outer), parseCidr(inner)];
    return a !== undefined && b !== undefined && contains(a, b);
  };
  const whole = ['0.0.0.0/0', '::/0'];
  const cidrs = unique([...claims.map((c) => c.cidr), ...pods]).filter((c) => !whole.includes(c));
  const widestFirst = sortBy(cidrs, (c) => parseCidr(c)?.prefix ?? 0);
  const kept: Array<{ readonly cidr: string; readonly permitted: PortRangesIr; readonly causes: Ref[] }> = [];
  for (const cidr of widestFirst) {
    const standing = [
      ...claims.filter((c) => isIn(c.cidr, cidr)),
      ...(pods.some((p) => isIn(p, cidr)) ? [] : [beyond]),
    ];
    const permitted = unionPorts(...standing.map((c) => c.permitted));
    const around = kept.findLast((k) => isIn(k.cidr, cidr))?.permitted ?? beyond.permitted;
    if (keyOf(around) === keyOf(permitted)) continue;
    kept.push({ cidr, permitted, causes: [...beyond.causes, ...standing.flatMap((c) => c.causes)] });
  }
  const narrowestFirst = sortBy(
    kept,
    (k) => -(parseCidr(k.cidr)?.prefix ?? 0),
    (k) => keyOf(k.permitted),
    (k) => parseCidr(k.cidr)?.family ?? 4,
    (k) => k.cidr,
  );
  const entries: GuardAddressesIr[] = [];
  const add = (ranges: readonly string[], permitted: PortRangesIr, why: readonly Ref[]) => {
    const before = entries.at(-1);
    if (before !== undefined && keyOf(before.permitted) === keyOf(permitted)) {
      entries[entries.length - 1] = {
        ...before,
        ranges: [...before.ranges, ...ranges],
        causes: causes(before.causes, why),
      };
    } else entries.push({ ranges, permitted, blocked: otherPorts(permitted), causes: causes(why) });
  };
  for (const { cidr, permitted, causes: why } of narrowestFirst) add([cidr], permitted, why);
  add(whole, beyond.permitted, beyond.causes);
  if (direction === 'ingress') return entries;
  const metadata = { ranges: metadataAddresses, permitted: [], blocked: 'all', causes: causes(beyond.causes) } as const;
  return [metadata, ...entries];
}

/** What addresses of another cluster stand for, as they are seen at this end; nothing in a mesh, which knows identities. */
function claimsOf(
  design: DesignScope,
  cluster: ClusterScope,
  zone: ZoneScope,
  other: ClusterScope,
  direction: Direction,
): Claim[] {
  if (sameMesh(cluster.cluster, other.cluster)) return [];
  const routed = isRouted(cluster.cluster, other.cluster);
  const theirPods = sameFamily(other.cluster.networks?.pods ?? [], cluster.cluster.networks?.pods ?? []);
  return other.zones.flatMap((theirs) => {
    const permitted = theirs.id === zone.id ? 'all' : permittedWith(design, zone.id, theirs.id, direction);
    const cidrs = theirs.namespaces.flatMap((namespace) => {
      if (routed) return theirPods;
      if (direction === 'ingress') return seenSource(other.cluster, namespace).cidrs;
      const workloads = design.lookup.workloadsOfNamespace(namespace.id);
      return hostRanges(workloads.flatMap((w) => w.service?.addresses ?? []));
    });
    const why: Ref[] = [
      { kind: 'zone', id: theirs.id },
      { kind: 'cluster', id: other.id },
    ];
    return unique(cidrs).map((cidr) => ({ cidr, permitted, causes: why }));
  });
}

/** The grants of exported policies that the borders do not leave to these. */
function passesOf(
  cluster: ClusterScope,
  rules: readonly RuleIr[],
  border: Omit<ZoneGuardSideIr, 'passes'>,
): GuardPassIr[] {
  const names = new Map(cluster.namespaces.map((n) => [n.id, n.name]));
  const meaning = new Map<string, GuardPodsIr[]>();
  for (const entry of border.pods)
    for (const namespace of entry.peer.namespaces)
      getOrMake(meaning, `${entry.cluster ?? ''}/${namespace}`, (): GuardPodsIr[] => []).push(entry);
  const isLeft = (peer: PeerIr, ports: PortRangesIr) =>
    peer.kind === 'pods'
      ? peer.namespaces.every((namespace) =>
          meaning.get(`${peer.cluster ?? ''}/${namespace}`)?.every((entry) => holdsPorts(entry.permitted, ports)),
        )
      : isLeftOutside(border.addresses, peer, ports);
  return rules.flatMap((rule) => {
    const namespace = names.get(rule.namespace);
    if (namespace === undefined) return [];
    return withNumbers(cluster, rule).flatMap(({ selector, grants }): GuardPassIr[] => {
      const closed = grants.flatMap(({ peers, ports }) => {
        const beyond = peers.filter((peer) => !isLeft(peer, ports));
        return beyond.length === 0 ? [] : [{ peers: beyond, ports }];
      });
      return closed.length === 0 ? [] : [{ name: rule.name, namespace, selector, grants: closed, causes: rule.causes }];
    });
  });
}

/**
 * Port names as numbers. A policy by name speaks of each pod of a namespace; no guard rail can deny the rest of a name, so
 * the workloads that have such a port get a pass each.
 */
function withNumbers(
  cluster: ClusterScope,
  rule: RuleIr,
): Array<{
  readonly selector: RuleIr['subject'];
  readonly grants: ReadonlyArray<{ readonly peers: readonly PeerIr[]; readonly ports: PortRangesIr }>;
}> {
  const numbers = (ports: GrantIr['ports'], named: (name: string, protocol: string) => PortRangesIr): PortRangesIr =>
    ports === 'all'
      ? 'all'
      : unionPorts(
          ...ports.map((p) => (typeof p.port === 'number' ? [{ ...p, port: p.port }] : named(p.port, p.protocol))),
        );
  const isNamed = rule.grants.some((g) => g.ports !== 'all' && g.ports.some((p) => typeof p.port === 'string'));
  if (!isNamed)
    return [
      {
        selector: rule.subject,
        grants: rule.grants.map((g) => ({ peers: g.peers, ports: numbers(g.ports, () => []) })),
      },
    ];
  return cluster.lookup.workloadsOfNamespace(rule.namespace).flatMap((workload) => {
    const own = (name: string, protocol: string): PortRangesIr => {
      const port =
        workload.ports !== undefined && Object.hasOwn(workload.ports, name) ? workload.ports[name] : undefined;
      return port === undefined || protocolOf(port) !== protocol
        ? []
        : [{ protocol: protocolOf(port), port: port.port }];
    };
    const grants = rule.grants
      .map((g) => ({ peers: g.peers, ports: numbers(g.ports, own) }))
      .filter((g) => g.ports.length > 0);
    return grants.length === 0 ? [] : [{ selector: cluster.lookup.selectorOf(workload.id), grants }];
  });
}

function isLeftOutside(
  addresses: ZoneGuardSideIr['addresses'],
  peer: Exclude<PeerIr, { readonly kind: 'pods' }>,
  ports: PortRangesIr,
): boolean {
  // Hosts that are known by name may be anywhere outside.
  if (peer.kind === 'names')
    return addresses.every(({ ranges, permitted }) => isMetadata(ranges) || holdsPorts(permitted, ports));
  for (const { ranges, permitted } of addresses) {
    // What earlier entries decided is cut away only where it is the whole peer; asking too often only adds a pass.
    const isWhole = ranges.some((r) => cutRange(peer.cidr, [r]) === undefined);
    const isTouched = isWhole || ranges.some((r) => touches(peer, r));
    if (isTouched && !holdsPorts(permitted, ports)) return false;
    if (isWhole) return true;
  }
  return true;
}

function isMetadata(ranges: readonly string[]): boolean {
  return ranges.every((range) => metadataAddresses.includes(range));
}

/** Whether some of the range is in the peer. Ranges nest or are disjoint. */
function touches(peer: Extract<PeerIr, { readonly kind: 'range' }>, range: string): boolean {
  const [outer, inner] = [parseCidr(peer.cidr), parseCidr(range)];
  if (outer === undefined || inner === undefined || !contains(outer, inner)) return false;
  return !peer.except.some((hole) => {
    const cut = parseCidr(hole);
    return cut !== undefined && contains(cut, inner);
  });
}

function keyOf(ports: PortRangesIr): string {
  return JSON.stringify(ports);
}
