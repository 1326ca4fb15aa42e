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
  readonly from: string;
  readonly to: string;
  readonly ports: readonly MeantPort[];
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
  /** What is drawn and has no meaning that manifests could have: said, not guessed. */
  readonly unsaid: ReadonlyArray<{ readonly cause: Ref; readonly reason: string }>;
}

type Meant = { readonly ports: readonly MeantPorts[]; readonly cause: Ref };
type Receivers = Map<string, Meant[]>;
type Senders = Map<string, Receivers>;
type ByNamespace = Map<string, Map<string, MeantPorts[]>>;

interface Draft {
  readonly lookup: Lookup;
  readonly inside: Map<string, Senders>;
  readonly toNamespaces: ByNamespace;
  readonly fromNamespaces: ByNamespace;
  readonly outgoing: Map<string, MeantAtEdge[]>;
  readonly incoming: Map<string, MeantAtEdge[]>;
  readonly between: MeantBetween[];
  readonly unsaid: Array<{ cause: Ref; reason: string }>;
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
    unsaid: [],
  };
  for (const flow of lookup.flows) meanFlow(draft, flow);
  for (const cluster of lookup.clusters) meanDns(draft, cluster);
  meanZonesAcrossClusters(draft);
  const clusters = new Map(
    lookup.clusters.map((cluster): [string, ClusterIntent] => {
      const workloads = lookup.workloads.filter((w) => clusterOf(lookup, w.id) === cluster.id).map((w) => w.id);
      const own = <T>(map: ReadonlyMap<string, T>) =>
        new Map([...map].filter(([id]) => clusterOf(lookup, id) === cluster.id));
      return [
        cluster.id,
        {
          cluster: cluster.id,
          workloads,
          inside: draft.inside.get(cluster.id) ?? new Map(),
          openZones: new Set(lookup.zones.filter((z) => (z.intraZone ?? 'allow') === 'allow').map((z) => z.id)),
          toNamespaces: own(draft.toNamespaces),
          fromNamespaces: own(draft.fromNamespaces),
          outgoing: own(draft.outgoing),
          incoming: own(draft.incoming),
        },
      ];
    }),
  );
  return { clusters, between: draft.between, unsaid: draft.unsaid };
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
    for (const from of senders) meanToEmpty(draft, from, namespace, portsOutside(flow) ?? [], cause);
  }
  for (const { id: to, ports } of at) {
    if (ports.length === 0) continue;
    for (const namespace of empty) meanFromEmpty(draft, namespace, to, ports, cause);
    for (const from of senders) {
      const [a, b] = [clusterOf(lookup, from), clusterOf(lookup, to)];
      if (from === to || a === undefined || b === undefined) continue;
      if (a === b) addInside(draft.inside, a, from, to, ports, cause);
      else meanBetween(draft, { from, to, ports, cause }, isExplicit);
    }
  }
  return true;
}

function meanBetween(draft: Draft, meant: MeantBetween, isExplicit: boolean): void {
  const { lookup } = draft;
  const [a, b] = [clusterRecord(lookup, meant.from), clusterRecord(lookup, meant.to)];
  if (a === undefined || b === undefined) return;
  const receiver = workload(lookup, meant.to);
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
      ? (b.networks?.nodes ?? [])
      : sameFamilies(seen, dialledAt);
  const dialled = meant.ports.map((p) => ({
    protocol: p.protocol,
    start: isRouted ? p.start : p.dialStart,
    end: isRouted ? p.end : p.dialEnd,
  }));
  if (seen.length === 0 || dialledAt.length === 0) return;
  push(draft.outgoing, meant.from, {
    cidrs: isRouted ? sameFamilies(dialledAt, seen) : dialledAt,
    except: [],
    ports: dialled,
    cause: meant.cause,
  });
  push(draft.incoming, meant.to, { cidrs: arriving, except: [], ports: meant.ports, cause: meant.cause });
}

/** Where the design holds the cluster's DNS itself, whoever may ask it is drawn by their zone and not by a flow. */
function meanDns({ lookup, inside, fromNamespaces }: Draft, cluster: Entry<Cluster>): void {
  const { namespace, labels, port } = distributionInfo(cluster.distribution).dns;
  const isDns = (id: string) => Object.entries(labels).every(([key, value]) => lookup.labelsOf(id)[key] === value);
  const members = lookup.namespacesOfCluster(cluster.id);
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
      addAtNamespace(fromNamespaces, server.id, id, ports);
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
    if (clusterOf(lookup, workload) === lookup.get('namespace', namespace)?.cluster)
      addAtNamespace(map, workload, namespace, ports);
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
function meanToEmpty(draft: Draft, from: string, namespace: string, ports: readonly MeantPort[], cause: Ref): void {
  const { lookup } = draft;
  const home = lookup.get('namespace', namespace)?.cluster;
  const [a, b] = [clusterRecord(lookup, from), lookup.get('cluster', home)];
  if (a === undefined || b === undefined || a.id === home || ports.length === 0) return;
  if (a.seenAs !== 'routed' || b.seenAs !== 'routed') return;
  const cidrs = sameFamilies(b.networks?.pods ?? [], a.networks?.pods ?? []);
  push(draft.outgoing, from, { cidrs, except: [], ports, cause });
}

function meanFromEmpty(draft: Draft, namespace: string, to: string, ports: readonly MeantPort[], cause: Ref): void {
  const { lookup } = draft;
  const [a, b] = [lookup.get('cluster', lookup.get('namespace', namespace)?.cluster), clusterRecord(lookup, to)];
  if (a === undefined || b === undefined || lookup.get('namespace', namespace)?.cluster === b.id || isOneMesh(a, b))
    return;
  const { service } = workload(lookup, to);
  const isRouted = a.seenAs === 'routed' && b.seenAs === 'routed';
  const dialledAt = isRouted ? (b.networks?.pods ?? []) : hosts(service?.addresses ?? []);
  if (dialledAt.length === 0) return;
  const isHidden = !isRouted && service?.externalTrafficPolicy === 'Cluster';
  const cidrs = isHidden ? (b.networks?.nodes ?? []) : sameFamilies(seenFromNamespace(lookup, namespace), dialledAt);
  push(draft.incoming, to, { cidrs, except: [], ports, cause });
}

function meanOutbound(draft: Draft, flow: Entry<Flow>, cause: Ref, senders: readonly string[], fromZone: string): void {
  const external = draft.lookup.get('external', endRef(flow.to).id);
  const ports = portsOutside(flow);
  if (external === undefined || ports === undefined || !passes(draft.lookup, flow, fromZone, outside, ports)) return;
  if ((external.names ?? []).length > 0 && external.kind !== 'apiServer')
    draft.unsaid.push({ cause, reason: 'it names hosts by DNS name, which addresses cannot say' });
  for (const from of senders) {
    const addresses = addressesOf(draft.lookup, external, from);
    // Nobody means the metadata address by meaning a wide range; only naming it by itself counts.
    const named = addresses.cidrs.filter((c) => metadataAddresses.includes(c));
    const wide = addresses.cidrs.filter((c) => !metadataAddresses.includes(c));
    push(draft.outgoing, from, { cidrs: wide, except: [...addresses.except, ...metadataAddresses], ports, cause });
    if (named.length > 0) push(draft.outgoing, from, { cidrs: named, except: addresses.except, ports, cause });
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
  const addresses = isHidden
    ? { cidrs: clusterRecord(lookup, receiver)?.networks?.nodes ?? [], except: [] }
    : addressesOf(lookup, external, receiver);
  push(draft.incoming, receiver, { ...addresses, ports, cause });
}

/** "Connected" clusters of one open zone: routed on both sides, or one mesh. */
function meanZonesAcrossClusters(draft: Draft): void {
  const { lookup } = draft;
  for (const zone of lookup.zones) {
    if ((zone.intraZone ?? 'allow') === 'deny') continue;
    const members = lookup.workloadsOfZone(zone.id).map((w) => w.id);
    const cause: Ref = { kind: 'zone', id: zone.id };
    // By namespaces, since one that holds no workload yet belongs to the zone as well.
    const homes = [...new Set(lookup.namespacesOfZone(zone.id).map((n) => n.cluster))].sort();
    for (const from of members) {
      const a = clusterRecord(lookup, from);
      if (a === undefined) continue;
      for (const id of homes) {
        const b = lookup.clusters.find((c) => c.id === id);
        if (b === undefined || b.id === a.id) continue;
        const isRouted = a.seenAs === 'routed' && b.seenAs === 'routed';
        if (!isRouted && !isOneMesh(a, b)) continue;
        for (const to of members) {
          if (clusterOf(lookup, to) === id) draft.between.push({ from, to, ports: everyPort, cause });
        }
        if (!isRouted) continue;
        const pods = sameFamilies(b.networks?.pods ?? [], a.networks?.pods ?? []);
        push(draft.outgoing, from, { cidrs: pods, except: [...metadataAddresses], ports: everyPort, cause });
        push(draft.incoming, from, { cidrs: pods, except: [], ports: everyPort, cause });
      }
    }
  }
}

/** The addresses of an external as one workload meets them: never pods that are drawn as workloads themselves. */
function addressesOf(lookup: Lookup, external: External, of: string): MeantAddresses {
  // Each workload means the API server of its own cluster, and the addresses of the external itself mean nothing.
  if (external.kind === 'apiServer')
    return { cidrs: hosts(apiServerAddresses(clusterRecord(lookup, of) ?? {})), except: [] };
  const isInternet = external.kind === 'internet';
  const home = clusterOf(lookup, of);
  const pods = lookup.clusters.flatMap((c) => (c.id === home || c.seenAs === 'routed' ? (c.networks?.pods ?? []) : []));
  return {
    cidrs: external.cidrs ?? (isInternet ? ['0.0.0.0/0', '::/0'] : []),
    except: isInternet ? [...notPublic[4], ...notPublic[6], ...pods] : pods,
  };
}

/** The addresses with which a workload appears outside its cluster. */
export function seenFrom(lookup: Lookup, id: string): readonly string[] {
  return seenFromNamespace(lookup, lookup.get('workload', id)?.namespace ?? '');
}

function seenFromNamespace(lookup: Lookup, namespace: string): readonly string[] {
  const cluster = lookup.get('cluster', lookup.get('namespace', namespace)?.cluster);
  if (cluster?.seenAs === 'routed') return cluster.networks?.pods ?? [];
  if (cluster?.seenAs !== 'egress') return cluster?.networks?.nodes ?? [];
  const zone = lookup.get('namespace', namespace)?.zone ?? '';
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

export function clusterOf(lookup: Lookup, id: string): string | undefined {
  return lookup.clusterOf({ kind: 'workload', id });
}

export function clusterRecord(lookup: Lookup, id: string): Entry<Cluster> | undefined {
  const cluster = clusterOf(lookup, id);
  return lookup.clusters.find((c) => c.id === cluster);
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

function addAtNamespace(map: ByNamespace, workload: string, namespace: string, ports: readonly MeantPorts[]): void {
  const byNamespace = getOr(map, workload, (): Map<string, MeantPorts[]> => new Map());
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

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  getOr(map, key, (): T[] => []).push(item);
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
