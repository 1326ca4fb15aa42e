/** What a flow means that leaves for an external, or comes from one. */
import { cutRange, metadataAddresses, notPublic } from '../../lib/public-ranges.ts';
import { type Entry, type External, endRef, type Flow, outside, type Ref } from '../../model/index.ts';
import { addressesOf, hosts, sameFamilies } from './addresses.ts';
import { atEdge, type Draft } from './draft.ts';
import { type MeantPorts, passes, portsAt, portsOfProxy, portsOutside } from './ends.ts';
import { placed, placesOf, workload } from './homes.ts';
import { nodesOfCluster } from './nodes.ts';
import { meanPods } from './pods.ts';

export function meanOutbound(
  draft: Draft,
  flow: Entry<Flow>,
  cause: Ref,
  senders: readonly string[],
  fromZone: string,
): void {
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

export function meanInbound(
  draft: Draft,
  flow: Entry<Flow>,
  cause: Ref,
  receivers: readonly string[],
  toZone: string,
): void {
  const { lookup } = draft;
  const { via } = flow;
  const external = lookup.get('external', endRef(flow.from).id);
  if (external?.kind === 'apiServer') {
    meanApiServer(draft, flow, cause, external, receivers, toZone);
    return;
  }
  // Nobody can come from an external that has no address, also not through a proxy.
  if (external === undefined || via === undefined || !hasAddress(external)) return;
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

function hasAddress({ kind, cidrs }: External): boolean {
  const isInternet = kind === 'internet';
  const holes = isInternet ? [...notPublic[4], ...notPublic[6]] : [];
  return (cidrs ?? (isInternet ? ['0.0.0.0/0'] : [])).some((cidr) => cutRange(cidr, holes) !== undefined);
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

export function enter(
  draft: Draft,
  external: External,
  receiver: string,
  ports: readonly MeantPorts[],
  isDirect: boolean,
  cause: Ref,
): void {
  const { lookup } = draft;
  const { service } = workload(lookup, receiver);
  const isHidden = !isDirect && service?.externalTrafficPolicy === 'Cluster';
  const dialled = hosts(service?.addresses ?? []);
  for (const at of placesOf(lookup, receiver)) {
    const clients = addressesOf(lookup, external, at.cluster);
    // Nodes stand for clients that there are, and that can dial one of its addresses.
    const left = clients.cidrs.filter((cidr) => cutRange(cidr, clients.except) !== undefined);
    const calling = dialled.length === 0 ? left : sameFamilies(left, dialled);
    const nodes = sameFamilies(nodesOfCluster(lookup, at.cluster), calling);
    atEdge(draft.incoming, at, { ...(isHidden ? { cidrs: nodes, except: [] } : clients), ports, cause });
  }
}
