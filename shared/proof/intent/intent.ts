/**
 * The connections a drawing means, from the design alone. Inside a cluster between workloads; at the edge of a cluster
 * between a workload and addresses, in the direction in which its own cluster's policies judge; and between workloads of
 * two clusters, which no policy knows by name.
 */
import { distributionInfo } from '../../catalog/index.ts';
import { hostCidr, parseCidr } from '../../lib/ip.ts';
import { metadataAddresses, notPublic } from '../../lib/public-ranges.ts';
import {
  apiServerAddresses,
  type Cluster,
  type Entry,
  type External,
  endRef,
  type Flow,
  type Lookup,
  outside,
  type Ref,
  type Workload,
} from '../../model/index.ts';
import {
  everyPort,
  type MeantPort,
  type MeantPorts,
  membersOf,
  passes,
  portsAt,
  portsOfProxy,
  portsOutside,
  zoneOfEnd,
} from './ends.ts';
import { homesOfNamespace, namespacesIn, type Place, placesOf, standForEachOther } from './homes.ts';
import { nodesOfCluster, nodesOfZone } from './nodes.ts';

/** Ranges, canonical CIDR, without the ranges in `except`. */
export interface MeantAddresses {
  readonly cidrs: readonly string[];
  readonly except: readonly string[];
}

export interface MeantAtEdge extends MeantAddresses {
  readonly ports: readonly MeantPorts[];
  readonly cause: Ref;
}

export interface MeantBetween {
  readonly from: Place;
  readonly to: Place;
  readonly ports: readonly MeantPort[];
  readonly cause: Ref;
}

export interface MeantByName {
  readonly from: Place;
  /** As they are drawn; `*` stands for any part. */
  readonly names: readonly string[];
  readonly ports: readonly MeantPorts[];
  readonly cause: Ref;
}

export interface ClusterIntent {
  readonly cluster: string;
  /** Ids, sorted. */
  readonly workloads: readonly string[];
  /** By sender, then receiver. What `openZones` says comes on top. */
  readonly inside: ReadonlyMap<string, ReadonlyMap<string, readonly Meant[]>>;
  /** Zones in which every workload may reach every other on all ports. */
  readonly openZones: ReadonlySet<string>;
  /**
   * What flows to and from whole namespaces and zones mean for pods that no workload of the design names: at most these
   * ports, by workload, then id of the namespace of such pods.
   */
  readonly toNamespaces: ReadonlyMap<string, ReadonlyMap<string, readonly MeantPorts[]>>;
  readonly fromNamespaces: ReadonlyMap<string, ReadonlyMap<string, readonly MeantPorts[]>>;
  readonly outgoing: ReadonlyMap<string, readonly MeantAtEdge[]>;
  readonly incoming: ReadonlyMap<string, readonly MeantAtEdge[]>;
}

export interface Intent {
  readonly clusters: ReadonlyMap<string, ClusterIntent>;
  /** Between workloads of different clusters. */
  readonly between: readonly MeantBetween[];
  /** What is drawn to hosts by DNS name, whose addresses nobody knows but DNS. */
  readonly byName: readonly MeantByName[];
}

type Meant = { readonly ports: readonly MeantPorts[]; readonly cause: Ref };
type Receivers = Map<string, Meant[]>;
type Senders = Map<string, Receivers>;
/** By cluster, workload and namespace. */
type ByNamespace = Map<string, Map<string, Map<string, MeantPorts[]>>>;
/** By cluster, then workload. */
type Edges = Map<string, Map<string, MeantAtEdge[]>>;

interface Draft {
  readonly lookup: Lookup;
  readonly inside: Map<string, Senders>;
  readonly toNamespaces: ByNamespace;
  readonly fromNamespaces: ByNamespace;
  readonly outgoing: Edges;
  readonly incoming: Edges;
  readonly between: MeantBetween[];
  readonly byName: MeantByName[];
}

export function intentOf(lookup: Lookup): Intent {
  const draft: Draft = {
    lookup,
    inside: new Map(),
    toNamespaces: new Map(),
    fromNamespaces: new Map(),
    outgoing: new Map(),
    incoming: new Map(),
    between: [],
    byName: [],
  };
  for (const flow of lookup.flows) meanFlow(draft, flow);
  for (const cluster of lookup.clusters) meanDns(draft, cluster);
  meanZonesAcrossClusters(draft);
  const clusters = new Map(
    lookup.clusters.map((cluster): [string, ClusterIntent] => {
      const held = new Set(namespacesIn(lookup, cluster.id).map((n) => n.id));
      const workloads = lookup.workloads.filter((w) => held.has(w.namespace)).map((w) => w.id);
      return [
        cluster.id,
        {
          cluster: cluster.id,
          workloads,
          inside: draft.inside.get(cluster.id) ?? new Map(),
          openZones: new Set(lookup.zones.filter((z) => (z.intraZone ?? 'allow') === 'allow').map((z) => z.id)),
          toNamespaces: draft.toNamespaces.get(cluster.id) ?? new Map(),
          fromNamespaces: draft.fromNamespaces.get(cluster.id) ?? new Map(),
          outgoing: draft.outgoing.get(cluster.id) ?? new Map(),
          incoming: draft.incoming.get(cluster.id) ?? new Map(),
        },
      ];
    }),
  );
  return { clusters, between: draft.between, byName: draft.byName };
}

function meanFlow(draft: Draft, flow: Entry<Flow>): void {
  const { lookup } = draft;
  const cause: Ref = { kind: 'flow', id: flow.id };
  const fromZone = zoneOfEnd(lookup, flow.from);
  const toZone = zoneOfEnd(lookup, flow.to);
  if (fromZone === undefined || toZone === undefined) return;
  const senders = membersOf(lookup, flow.from);
  const receivers = membersOf(lookup, flow.to);
  if (senders !== undefined && receivers !== undefined)
    meanPods(draft, flow, cause, senders, receivers, fromZone, toZone);
  else if (senders !== undefined) meanOutbound(draft, flow, cause, senders, fromZone);
  else if (receivers !== undefined) meanInbound(draft, flow, cause, receivers, toZone);
}

/** True where the matrix lets it pass. */
function meanPods(
  draft: Draft,
  flow: Entry<Flow>,
  cause: Ref,
  senders: readonly string[],
  receivers: readonly string[],
  fromZone: string,
  toZone: string,
  isBehindProxy = false,
): boolean {
  const { lookup } = draft;
  const at = receivers.map((id) => ({ id, ports: portsAt(flow, workload(lookup, id)) }));
  const asked = flow.ports !== 'all' && at.length === 0 ? (portsOutside(flow) ?? []) : at.flatMap((r) => r.ports);
  if (!passes(lookup, flow, fromZone, toZone, asked, isBehindProxy)) return false;
  const isExplicit = endRef(flow.to).kind === 'workload';
  meanNamespaces(draft, flow, senders, at);
  const empty = emptyNamespaces(lookup, endRef(flow.from));
  for (const namespace of emptyNamespaces(lookup, endRef(flow.to))) {
    for (const from of placed(lookup, senders)) meanToEmpty(draft, from, namespace, portsOutside(flow) ?? [], cause);
  }
  const sending = placed(lookup, senders);
  for (const { id, ports } of at) {
    if (ports.length === 0) continue;
    for (const to of placesOf(lookup, id)) {
      for (const namespace of empty) meanFromEmpty(draft, namespace, to, ports, cause);
      for (const from of sending) {
        if (from.workload === to.workload) continue;
        if (from.cluster === to.cluster) addInside(draft.inside, to.cluster, from.workload, to.workload, ports, cause);
        else if (!standForEachOther(lookup, from.cluster, to.cluster))
          meanBetween(draft, { from, to, ports, cause }, isExplicit);
      }
    }
  }
  return true;
}

function meanBetween(draft: Draft, meant: MeantBetween, isExplicit: boolean): void {
  const { lookup } = draft;
  const [a, b] = [lookup.get('cluster', meant.from.cluster), lookup.get('cluster', meant.to.cluster)];
  if (a === undefined || b === undefined) return;
  const receiver = workload(lookup, meant.to.workload);
  if (isOneMesh(a, b)) {
    draft.between.push(meant);
    return;
  }
  const isRouted = a.seenAs === 'routed' && b.seenAs === 'routed';
  const dialledAt = isRouted ? (b.networks?.pods ?? []) : hosts(receiver.service?.addresses ?? []);
  // A flow to a whole zone or namespace passes over receivers that have no address; one that names the receiver does not.
  if (dialledAt.length === 0 && !isExplicit) return;
  draft.between.push(meant);
  const seen = isRouted ? (a.networks?.pods ?? []) : seenFrom(lookup, meant.from);
  const arriving =
    !isRouted && receiver.service?.externalTrafficPolicy === 'Cluster'
      ? nodesOfCluster(lookup, meant.to.cluster)
      : sameFamilies(seen, dialledAt);
  const dialled = meant.ports.map((p) => ({
    protocol: p.protocol,
    start: isRouted ? p.start : p.dialStart,
    end: isRouted ? p.end : p.dialEnd,
  }));
  if (seen.length === 0 || dialledAt.length === 0) return;
  atEdge(draft.outgoing, meant.from, {
    cidrs: isRouted ? sameFamilies(dialledAt, seen) : dialledAt,
    except: [],
    ports: dialled,
    cause: meant.cause,
  });
  atEdge(draft.incoming, meant.to, { cidrs: arriving, except: [], ports: meant.ports, cause: meant.cause });
}

/** Where the design holds the cluster's DNS itself, whoever may ask it is drawn by their zone and not by a flow. */
function meanDns({ lookup, inside, fromNamespaces }: Draft, cluster: Entry<Cluster>): void {
  const { namespace, labels, port } = distributionInfo(cluster.distribution).dns;
  const isDns = (id: string) => Object.entries(labels).every(([key, value]) => lookup.labelsOf(id)[key] === value);
  const members = namespacesIn(lookup, cluster.id);
  const home = members.find((n) => (n.name ?? n.id) === namespace && n.zone !== undefined);
  if (home === undefined) return;
  const servers = lookup.workloadsOfNamespace(home.id).filter((w) => isDns(w.id));
  const ports = (['TCP', 'UDP'] as const).map((protocol) => ({ protocol, start: port, end: port }));
  for (const { id, zone } of members) {
    if (zone === undefined || (lookup.get('zone', zone)?.dns ?? 'cluster') !== 'cluster') continue;
    const cause: Ref = { kind: 'zone', id: zone };
    for (const server of servers) {
      for (const { id: from } of lookup.workloadsOfNamespace(id))
        if (from !== server.id) addInside(inside, cluster.id, from, server.id, ports, cause);
      addAtNamespace(fromNamespaces, { cluster: cluster.id, workload: server.id }, id, ports);
    }
  }
}

/** A flow to or from a whole namespace or zone also speaks of pods there that no workload names, in the same cluster. */
function meanNamespaces(
  draft: Draft,
  flow: Entry<Flow>,
  senders: readonly string[],
  receivers: ReadonlyArray<{ readonly id: string; readonly ports: readonly MeantPorts[] }>,
): void {
  const { lookup } = draft;
  const meanAt = (map: ByNamespace, workload: string, namespace: string, ports: readonly MeantPorts[]) => {
    const homes = homesOfNamespace(lookup, namespace);
    for (const place of placesOf(lookup, workload))
      if (homes.includes(place.cluster)) addAtNamespace(map, place, namespace, ports);
  };
  for (const namespace of wholeNamespaces(lookup, endRef(flow.to))) {
    const inIt = receivers.filter((r) => lookup.get('workload', r.id)?.namespace === namespace);
    const ports = inIt.length === 0 ? (portsOutside(flow) ?? []) : inIt.flatMap((r) => r.ports);
    for (const from of senders) meanAt(draft.toNamespaces, from, namespace, ports);
  }
  for (const namespace of wholeNamespaces(lookup, endRef(flow.from)))
    for (const { id, ports } of receivers) meanAt(draft.fromNamespaces, id, namespace, ports);
}

function wholeNamespaces(lookup: Lookup, end: Ref): readonly string[] {
  if (end.kind === 'namespace') return [end.id];
  return end.kind === 'zone' ? lookup.namespacesOfZone(end.id).map((n) => n.id) : [];
}

/** Namespaces that an end names and that hold no workload yet: their pods will come with the namespace's addresses. */
function emptyNamespaces(lookup: Lookup, end: Ref): readonly string[] {
  return wholeNamespaces(lookup, end).filter((id) => lookup.workloadsOfNamespace(id).length === 0);
}

/** Pods that come later will have addresses of their cluster; where these are dialled, they are meant already. */
function meanToEmpty(draft: Draft, from: Place, namespace: string, ports: readonly MeantPort[], cause: Ref): void {
  const { lookup } = draft;
  if (ports.length === 0) return;
  for (const home of othersOf(lookup, namespace, from.cluster)) {
    const [a, b] = [lookup.get('cluster', from.cluster), lookup.get('cluster', home)];
    if (a?.seenAs !== 'routed' || b?.seenAs !== 'routed') continue;
    const cidrs = sameFamilies(b.networks?.pods ?? [], a.networks?.pods ?? []);
    atEdge(draft.outgoing, from, { cidrs, except: [], ports, cause });
  }
}

/** The clusters of a namespace that one cluster meets as another: neither itself nor what stands for it. */
function othersOf(lookup: Lookup, namespace: string, cluster: string): readonly string[] {
  return homesOfNamespace(lookup, namespace).filter(
    (home) => home !== cluster && !standForEachOther(lookup, home, cluster),
  );
}

function meanFromEmpty(draft: Draft, namespace: string, to: Place, ports: readonly MeantPort[], cause: Ref): void {
  const { lookup } = draft;
  for (const home of othersOf(lookup, namespace, to.cluster)) {
    const [a, b] = [lookup.get('cluster', home), lookup.get('cluster', to.cluster)];
    if (a === undefined || b === undefined || isOneMesh(a, b)) continue;
    const { service } = workload(lookup, to.workload);
    const isRouted = a.seenAs === 'routed' && b.seenAs === 'routed';
    const dialledAt = isRouted ? (b.networks?.pods ?? []) : hosts(service?.addresses ?? []);
    if (dialledAt.length === 0) continue;
    const isHidden = !isRouted && service?.externalTrafficPolicy === 'Cluster';
    const seen = seenFromNamespace(lookup, home, namespace);
    const cidrs = isHidden ? nodesOfCluster(lookup, to.cluster) : sameFamilies(seen, dialledAt);
    atEdge(draft.incoming, to, { cidrs, except: [], ports, cause });
  }
}

function meanOutbound(draft: Draft, flow: Entry<Flow>, cause: Ref, senders: readonly string[], fromZone: string): void {
  const external = draft.lookup.get('external', endRef(flow.to).id);
  const ports = portsOutside(flow);
  if (external === undefined || ports === undefined || !passes(draft.lookup, flow, fromZone, outside, ports)) return;
  const names = external.kind === 'apiServer' ? [] : (external.names ?? []);
  for (const from of placed(draft.lookup, senders)) {
    if (names.length > 0) draft.byName.push({ from, names, ports, cause });
    const addresses = addressesOf(draft.lookup, external, from.cluster);
    // Nobody means the metadata address by meaning a wide range; only naming it by itself counts.
    const named = addresses.cidrs.filter((c) => metadataAddresses.includes(c));
    const wide = addresses.cidrs.filter((c) => !metadataAddresses.includes(c));
    atEdge(draft.outgoing, from, { cidrs: wide, except: [...addresses.except, ...metadataAddresses], ports, cause });
    if (named.length > 0) atEdge(draft.outgoing, from, { cidrs: named, except: addresses.except, ports, cause });
  }
}

function meanInbound(draft: Draft, flow: Entry<Flow>, cause: Ref, receivers: readonly string[], toZone: string): void {
  const { lookup } = draft;
  const { via } = flow;
  const external = lookup.get('external', endRef(flow.from).id);
  if (external?.kind === 'apiServer') {
    meanApiServer(draft, flow, cause, external, receivers, toZone);
    return;
  }
  if (external === undefined || via === undefined) return;
  const accepts = (zone: string) => (lookup.get('zone', zone)?.exposure ?? []).includes(via.kind);
  if (via.kind !== 'gateway' && via.kind !== 'ingress') {
    const at = receivers.map((id) => ({ id, ports: portsAt(flow, workload(lookup, id)) }));
    if (
      !accepts(toZone) ||
      !passes(
        lookup,
        flow,
        outside,
        toZone,
        at.flatMap((r) => r.ports),
      )
    )
      return;
    for (const { id, ports } of at)
      if (ports.length > 0) enter(draft, external, id, ports, via.kind === 'direct', cause);
    return;
  }
  const proxy = via.proxy;
  const proxyZone = proxy === undefined ? undefined : lookup.zoneOf({ kind: 'workload', id: proxy });
  if (proxy === undefined || proxyZone === undefined || !accepts(proxyZone)) return;
  const ports = portsOfProxy(flow, workload(lookup, proxy));
  if (ports === undefined || !passes(lookup, flow, outside, proxyZone, ports)) return;
  const isItself = endRef(flow.to).kind === 'workload' && endRef(flow.to).id === proxy;
  if (isItself || meanPods(draft, flow, cause, [proxy], receivers, proxyZone, toZone, true))
    enter(draft, external, proxy, ports, false, cause);
}

/** The API server calls pods at their own addresses (webhooks, aggregated APIs). It is no way in from outside. */
function meanApiServer(
  draft: Draft,
  flow: Entry<Flow>,
  cause: Ref,
  external: External,
  receivers: readonly string[],
  toZone: string,
): void {
  const { lookup } = draft;
  const at = receivers.map((id) => ({ id, ports: portsAt(flow, workload(lookup, id)) }));
  const all = at.flatMap((r) => r.ports);
  if (!passes(lookup, flow, outside, toZone, all)) return;
  for (const { id, ports } of at) if (ports.length > 0) enter(draft, external, id, ports, true, cause);
}

function enter(
  draft: Draft,
  external: External,
  receiver: string,
  ports: readonly MeantPorts[],
  isDirect: boolean,
  cause: Ref,
): void {
  const { lookup } = draft;
  const isHidden = !isDirect && workload(lookup, receiver).service?.externalTrafficPolicy === 'Cluster';
  for (const at of placesOf(lookup, receiver)) {
    const addresses = isHidden
      ? { cidrs: nodesOfCluster(lookup, at.cluster), except: [] }
      : addressesOf(lookup, external, at.cluster);
    atEdge(draft.incoming, at, { ...addresses, ports, cause });
  }
}

/** "Connected" clusters of one open zone: routed on both sides, or one mesh. */
function meanZonesAcrossClusters(draft: Draft): void {
  const { lookup } = draft;
  for (const zone of lookup.zones) {
    if ((zone.intraZone ?? 'allow') === 'deny') continue;
    const members = placed(
      lookup,
      lookup.workloadsOfZone(zone.id).map((w) => w.id),
    );
    const cause: Ref = { kind: 'zone', id: zone.id };
    // By namespaces, since one that holds no workload yet belongs to the zone as well.
    const homes = [...new Set(lookup.namespacesOfZone(zone.id).flatMap((n) => homesOfNamespace(lookup, n.id)))].sort();
    for (const from of members) {
      const a = lookup.get('cluster', from.cluster);
      if (a === undefined) continue;
      for (const id of homes) {
        const b = lookup.get('cluster', id);
        if (b === undefined || id === from.cluster || standForEachOther(lookup, id, from.cluster)) continue;
        const isRouted = a.seenAs === 'routed' && b.seenAs === 'routed';
        if (!isRouted && !isOneMesh(a, b)) continue;
        for (const to of members) {
          if (to.cluster === id) draft.between.push({ from, to, ports: everyPort, cause });
        }
        if (!isRouted) continue;
        const pods = sameFamilies(b.networks?.pods ?? [], a.networks?.pods ?? []);
        atEdge(draft.outgoing, from, { cidrs: pods, except: [...metadataAddresses], ports: everyPort, cause });
        atEdge(draft.incoming, from, { cidrs: pods, except: [], ports: everyPort, cause });
      }
    }
  }
}

/** The addresses of an external as the pods of a cluster meet them: never pods that are drawn as workloads themselves. */
function addressesOf(lookup: Lookup, external: External, home: string): MeantAddresses {
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

/** The addresses with which a workload appears outside its cluster. */
export function seenFrom(lookup: Lookup, place: Place): readonly string[] {
  return seenFromNamespace(lookup, place.cluster, lookup.get('workload', place.workload)?.namespace ?? '');
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
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Clusters that know each other's identities. */
export function isOneMesh(a: Cluster, b: Cluster): boolean {
  return a.seenAs === 'mesh' && b.seenAs === 'mesh' && a.mesh !== undefined && a.mesh === b.mesh;
}

export function hosts(addresses: readonly string[]): string[] {
  return addresses.flatMap((address) => hostCidr(address) ?? []);
}

function placed(lookup: Lookup, workloads: readonly string[]): readonly Place[] {
  return workloads.flatMap((id) => placesOf(lookup, id));
}

function sameFamilies(list: readonly string[], other: readonly string[]): string[] {
  const families = other.map((cidr) => parseCidr(cidr)?.family);
  return list.filter((cidr) => families.includes(parseCidr(cidr)?.family));
}

function workload(lookup: Lookup, id: string): Workload {
  const found = lookup.get('workload', id);
  if (found === undefined) throw new Error(`no workload ${id}`);
  return found;
}

function addAtNamespace(
  map: ByNamespace,
  { cluster, workload: id }: Place,
  namespace: string,
  ports: readonly MeantPorts[],
): void {
  const byWorkload = getOr(map, cluster, (): Map<string, Map<string, MeantPorts[]>> => new Map());
  const byNamespace = getOr(byWorkload, id, (): Map<string, MeantPorts[]> => new Map());
  getOr(byNamespace, namespace, (): MeantPorts[] => []).push(...ports);
}

function addInside(
  inside: Map<string, Senders>,
  cluster: string,
  from: string,
  to: string,
  ports: readonly MeantPorts[],
  cause: Ref,
): void {
  const senders = getOr(inside, cluster, (): Senders => new Map());
  const receivers = getOr(senders, from, (): Receivers => new Map());
  getOr(receivers, to, (): Meant[] => []).push({ ports, cause });
}

function atEdge(edges: Edges, { cluster, workload: id }: Place, meant: MeantAtEdge): void {
  const byWorkload = getOr(edges, cluster, (): Map<string, MeantAtEdge[]> => new Map());
  getOr(byWorkload, id, (): MeantAtEdge[] => []).push(meant);
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
