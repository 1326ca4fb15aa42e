/** Flows from and to externals. */
import { ciliumInfo, isPolicyName } from '../../catalog/index.ts';
import { objectName } from '../../k8s/index.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import {
  apiServerAddresses,
  type Cluster,
  type Entry,
  type External,
  endRef,
  type Flow,
  outside,
  proxyPorts,
  type Ref,
  type Workload,
} from '../../model/index.ts';
import type { ClusterScope } from '../scope.ts';
import { allNodes, externalRanges, hostRanges, type RangePeer, range, zoneNodes } from './addresses.ts';
import { addRule, type Draft, type Exposure, flowProblem, getOrMake, note, type PodEnd, rangePeers } from './draft.ts';
import { firewallEnd, type NamedEnd, pushFirewallRows } from './firewall.ts';
import { type PodsSide, passesMatrix, portsOfReceivers, receiversOf, sideOf } from './flow-ends.ts';
import { type FlowPortsAt, numericPorts, portsAt, toPortIr } from './flow-ports.ts';
import { lowerPodFlow, nodeAddresses, sameFamily, seenSources } from './flows-between.ts';
import { sameMesh } from './mesh.ts';
import type { GrantIr } from './network-ir.ts';

export function lowerInbound(draft: Draft, flow: Entry<Flow>, from: ExternalSide, to: PodsSide): void {
  if (from.external.kind === 'apiServer') {
    fromApiServer(draft, flow, from, to);
    return;
  }
  const { via } = flow;
  if (via === undefined) {
    flowProblem(
      draft,
      flow,
      'flow-without-entry',
      `Flow “${flow.id}” is not exported: it comes from outside and does not say how it enters. Give it a way in: load balancer, node port, gateway, ingress or direct.`,
    );
    return;
  }
  if ((from.external.names ?? []).length > 0) clientByName(draft, flow, from);
  if (!usable(draft, flow, from)) return;
  const causes: Ref[] = [{ kind: 'flow', id: flow.id }, from.ref, to.ref, { kind: 'zone', id: to.zone }];
  if (via.kind === 'gateway' || via.kind === 'ingress') {
    throughProxy(draft, { flow, kind: via.kind, external: from.external, causes }, via.proxy, to);
    return;
  }
  const receivers = receiversOf(draft, flow, to);
  if (!exposes(draft, flow, to.zone, via.kind)) return;
  if (!passesMatrix(draft, flow, outside, to.zone, portsOfReceivers(receivers))) return;
  for (const { end, ingress } of receivers) {
    enter(
      draft,
      { flow, kind: via.kind, external: from.external, causes },
      end,
      ingress,
      objectName(flow.id, '-in'),
      (workload) => portsAt(flow, workload).ports,
    );
  }
}

/**
 * The API server calls webhooks and aggregated APIs at the pods' own addresses, from the control plane's nodes. That is
 * the cluster itself and no client: it needs no way in, no exposure, no Service of ours and no row of a firewall.
 */
function fromApiServer(draft: Draft, flow: Entry<Flow>, from: ExternalSide, to: PodsSide): void {
  const receivers = receiversOf(draft, flow, to);
  if (!passesMatrix(draft, flow, outside, to.zone, portsOfReceivers(receivers))) return;
  for (const { end, ingress } of receivers) {
    const causes: Ref[] = [{ kind: 'flow', id: flow.id }, from.ref, to.ref, { kind: 'zone', id: to.zone }];
    const peers = apiServerPeers(draft, flow, end, from.ref);
    if (peers.length > 0 && ciliumInfo(end.cluster.cluster) === undefined) noteTunnels(draft, end.cluster.id);
    addRule(draft, end, {
      name: objectName(flow.id, '-in'),
      direction: 'ingress',
      grants: [{ peers, ports: ingress }],
      causes: [...causes, { kind: 'cluster', id: end.cluster.id }],
    });
  }
}

/** Empty, with a problem, where the design does not know at which addresses pods meet the API server. */
function apiServerPeers(draft: Draft, flow: Entry<Flow>, end: PodEnd, external: Ref): RangePeer[] {
  const ranges = hostRanges(apiServerAddresses(end.cluster.cluster));
  if (ranges.length === 0) {
    flowProblem(
      draft,
      flow,
      'api-server-without-address',
      `Flow “${flow.id}” is not exported in cluster “${end.cluster.id}”: its end “${external.id}” is the API server, and the cluster does not say at which address that is. Write the addresses of the control plane’s nodes into its api.endpoints.`,
    );
  }
  noteApiServer(draft, end.cluster);
  return ranges.flatMap((cidr) => range(cidr).map((r): RangePeer => ({ ...r, isApiServer: true })));
}

/** The kernel takes the address of the tunnel's interface for what a node itself sends through the tunnel. */
function noteTunnels(draft: Draft, cluster: string): void {
  note(
    draft,
    cluster,
    'not-enforced',
    'Calls of the API server to pods',
    'They are admitted from the addresses of the API server. Where the network plugin tunnels between nodes (Calico with VXLAN or IP-in-IP, Flannel, OVN-Kubernetes), what a node sends to pods on other nodes comes from the address of its tunnel, which lies in the pod range and which no design knows, and is denied. If webhooks time out, write the tunnel addresses of the control plane’s nodes into api.endpoints too.',
  );
}

function noteApiServer(draft: Draft, { id, cluster }: ClusterScope): void {
  const addresses = apiServerAddresses(cluster);
  if (addresses.length === 0) return;
  const where = cluster.api?.endpoints === undefined ? 'api.address' : 'api.endpoints';
  note(
    draft,
    id,
    'enforced',
    'API server',
    ciliumInfo(cluster) === undefined
      ? `Flows from and to it are policies by address (${addresses.join(', ')}, from ${where}). They hold where these are the addresses behind the Service kubernetes; kubectl get endpointslices -n default lists those.`
      : 'The CiliumNetworkPolicy objects of flows from and to it name it by the entity kube-apiserver, which follows the addresses behind the Service kubernetes.',
  );
}

export function lowerOutbound(draft: Draft, flow: Entry<Flow>, from: PodsSide, to: ExternalSide): void {
  const isApiServer = to.external.kind === 'apiServer';
  const byAddress = !isApiServer && usable(draft, flow, to);
  const byName = !isApiServer && (to.external.names ?? []).length > 0;
  if (!isApiServer && !byAddress && !byName) return;
  const ports = numericPorts(flow);
  if (ports === undefined) {
    flowProblem(
      draft,
      flow,
      'port-unknown',
      `Flow “${flow.id}” is not exported: it names a port by name, and an external has no names for ports. Write the number.`,
    );
    return;
  }
  if (!passesMatrix(draft, flow, from.zone, outside, ports)) return;
  const causes: Ref[] = [{ kind: 'flow', id: flow.id }, from.ref, to.ref, { kind: 'zone', id: from.zone }];
  for (const sender of from.ends) {
    if (isApiServer) {
      const grants = [{ peers: apiServerPeers(draft, flow, sender, to.ref), ports: toPortIr(ports) }];
      const because: Ref[] = [...causes, { kind: 'cluster', id: sender.cluster.id }];
      addRule(draft, sender, { name: objectName(flow.id, '-out'), direction: 'egress', grants, causes: because });
      continue;
    }
    if (byName) toNames(draft, flow, sender, to, toPortIr(ports), causes);
    if (!byAddress) continue;
    const ranges = externalRanges(to.external, 'egress', ownPods(draft, sender.cluster.id));
    if (ranges.length === 0) coveredByPods(draft, flow, to.ref);
    const grants = [{ peers: rangePeers(ranges), ports: toPortIr(ports) }];
    addRule(draft, sender, { name: objectName(flow.id, '-out'), direction: 'egress', grants, causes });
    for (const source of seenSources(sender))
      pushFirewallRows(draft, sender.cluster.id, {
        flow,
        nat: source.nat,
        sources: source.cidrs.flatMap((cidr) => range(cidr)),
        source: [firewallEnd(sender)],
        targets: ranges,
        target: outsideEnd(to.ref),
        ports,
        causes: [...causes, { kind: 'cluster', id: sender.cluster.id }],
      });
  }
}

/** Hosts by DNS name: where the sender's network plugin can hold them, and its zone may ask DNS at all. */
function toNames(
  draft: Draft,
  flow: Entry<Flow>,
  sender: PodEnd,
  { external, ref }: ExternalSide,
  ports: GrantIr['ports'],
  causes: readonly Ref[],
): void {
  const { cluster, namespace } = sender;
  const hasAddresses = external.kind === 'internet' || (external.cidrs ?? []).length > 0;
  const rest = hasAddresses
    ? 'Only its address ranges are exported there.'
    : `Flow “${flow.id}” is not exported there.`;
  const severity = hasAddresses ? 'warning' : 'error';
  if (ciliumInfo(cluster.cluster)?.names !== true) {
    flowProblem(
      draft,
      flow,
      'external-by-name',
      `External “${ref.id}” has DNS names, and cluster “${cluster.id}” has no policies by name that could be exported. ${rest} Give it address ranges, or use Cilium.`,
      severity,
    );
    return;
  }
  if (cluster.lookup.get('zone', namespace.zone)?.dns === 'none') {
    flowProblem(
      draft,
      flow,
      'names-without-dns',
      `External “${ref.id}” has DNS names, and zone “${namespace.zone}” may not ask DNS, so nobody learns their addresses in cluster “${cluster.id}”. ${rest} Give it address ranges, or let the zone ask the DNS of its cluster.`,
      severity,
    );
    return;
  }
  const unusable = (external.names ?? []).filter((name) => !isPolicyName(name));
  if (unusable.length > 0) {
    flowProblem(
      draft,
      flow,
      'name-unusable',
      `External “${ref.id}” is named ${unusable.map((name) => `“${name}”`).join(', ')}, which no policy can hold as a DNS name. It is left out; write names such as api.example.com or *.example.com.`,
    );
  }
  const usableNames = (external.names ?? []).filter(isPolicyName).map((name) => name.toLowerCase().replace(/\.$/, ''));
  const names = sortBy(unique(usableNames), (name) => name);
  if (names.length === 0) return;
  const grants: GrantIr[] = [{ peers: [{ kind: 'names', names }], ports }];
  const because: Ref[] = [...causes, { kind: 'cluster', id: cluster.id }];
  addRule(draft, sender, { name: objectName(flow.id, '-out'), direction: 'egress', grants, causes: because });
  note(
    draft,
    cluster.id,
    'enforced',
    `Flow ${flow.id}`,
    `It goes to hosts by DNS name (${names.join(', ')}), by a CiliumNetworkPolicy. Cilium learns their addresses from the answers of DNS, which pass its proxy; firewall rows do not list them.`,
  );
}

export interface ExternalSide {
  readonly ref: Ref;
  readonly external: External;
}

interface Entering {
  readonly flow: Entry<Flow>;
  readonly kind: Exclude<Exposure['kind'], 'cluster'>;
  readonly external: External;
  readonly causes: readonly Ref[];
}

/** Two connections: from the external to the proxy, and from the proxy to the receiver. Never from the external to the receiver. */
function throughProxy(draft: Draft, entering: Entering, proxyId: string | undefined, to: PodsSide): void {
  const { flow, kind } = entering;
  if (proxyId === undefined) {
    flowProblem(
      draft,
      flow,
      'flow-without-proxy',
      `Flow “${flow.id}” is not exported: it enters through ${kind === 'gateway' ? 'a gateway' : 'an ingress'} and does not say which workload forwards it. Name the proxy.`,
    );
    return;
  }
  const proxy = sideOf(draft, flow, { workload: proxyId });
  if (proxy?.kind !== 'pods') return;
  const [first] = proxy.ends;
  if (first?.workload === undefined || !exposes(draft, flow, proxy.zone, kind)) return;
  const ports = portsOfProxy(flow, first.workload);
  if (ports === undefined) {
    flowProblem(
      draft,
      flow,
      'port-unknown',
      `Flow “${flow.id}” is not exported: proxy “${proxyId}” has no port that answers for it. Give the proxy’s service the port that is dialled.`,
    );
    return;
  }
  if (!passesMatrix(draft, flow, outside, proxy.zone, ports)) return;
  const causes: Ref[] = [...entering.causes, { kind: 'workload', id: proxyId }, { kind: 'zone', id: proxy.zone }];
  // The receiver may be the proxy itself: then there is no second connection.
  const isReceiver = to.ref.kind === 'workload' && to.ref.id === proxyId;
  if (!isReceiver && !lowerPodFlow(draft, flow, proxy, to, proxy.ref)) return;
  // A dot, so that the name of the first connection meets neither the second one's nor another flow's.
  const name = objectName(flow.id, isReceiver ? '-in' : '.entry-in');
  for (const end of proxy.ends) enter(draft, { ...entering, causes }, end, toPortIr(ports), name, () => ports);
}

function enter(
  draft: Draft,
  { flow, kind, external, causes }: Entering,
  end: PodEnd,
  ingress: ReturnType<typeof toPortIr>,
  name: string,
  portsOf: (workload: Workload) => FlowPortsAt,
): void {
  const clients = externalRanges(external, 'ingress', ownPods(draft, end.cluster.id));
  const workloads =
    end.workload === undefined ? end.cluster.lookup.workloadsOfNamespace(end.namespace.id) : [end.workload];
  // A Service without source ranges, or nodes that stand for clients, would let everybody in instead of nobody.
  if (clients.length === 0) {
    coveredByPods(draft, flow, endRef(flow.from));
    return;
  }
  const hidden = kind === 'direct' ? [] : workloads.filter((w) => w.service?.externalTrafficPolicy === 'Cluster');
  const admit = (to: PodEnd, policy: string, arriving: readonly RangePeer[], ports: ReturnType<typeof toPortIr>) => {
    addRule(draft, to, {
      name: policy,
      direction: 'ingress',
      grants: [{ peers: rangePeers(arriving), ports }],
      causes,
    });
  };
  if (hidden.length === 0) {
    admit(end, name, clients, ingress);
  } else {
    // Who stands behind another node sees other addresses than its neighbours, so each gets a policy of its own.
    for (const workload of workloads) {
      const isHidden = hidden.includes(workload);
      const nodes = isHidden
        ? sameFamily(nodeAddresses(draft, end.cluster.cluster, workload, flow), dialling(clients, workload))
        : [];
      const arriving = isHidden ? nodes.flatMap((cidr) => range(cidr)) : clients;
      const policy = end.workload === undefined ? objectName(`${flow.id}.${workload.id}`, '-in') : name;
      admit({ ...end, workload }, policy, arriving, end.workload === undefined ? toPortIr(portsOf(workload)) : ingress);
    }
  }

  const whole = external.kind === 'internet' && external.cidrs === undefined;
  for (const workload of workloads) {
    const receiver = { ...end, workload };
    const ports = portsOf(workload);
    if ((ports !== 'all' && ports.length === 0) || dialling(clients, workload).length === 0) continue;
    draft.exposures.push({ end: receiver, flow, kind, clients: whole ? undefined : clients.map((c) => c.cidr), ports });
    pushFirewallRows(draft, end.cluster.id, {
      flow,
      nat: 'none',
      sources: clients,
      source: [outsideEnd(endRef(flow.from))],
      targets: published(draft, kind, receiver),
      target: firewallEnd(receiver),
      ports,
      causes,
    });
  }
}

/** The ranges of the clients that can dial a workload: those of a family in which its service has an address. */
function dialling(clients: readonly RangePeer[], { service }: Workload): string[] {
  const cidrs = clients.map((c) => c.cidr);
  const addresses = hostRanges(service?.addresses ?? []);
  return addresses.length === 0 ? cidrs : sameFamily(cidrs, addresses);
}

/** Where clients dial: the addresses of the service; without them the nodes for node ports and the pods for direct ways in. */
function published(
  draft: Draft,
  kind: Entering['kind'],
  end: PodEnd & { readonly workload: Entry<Workload> },
): RangePeer[] {
  const addresses = hostRanges(end.workload.service?.addresses ?? []);
  if (addresses.length > 0) return addresses.flatMap((cidr) => range(cidr));
  const { cluster } = end.cluster;
  const { pods = [] } = cluster.networks ?? {};
  if (kind === 'nodePort') {
    // With policy Local only nodes that run one of its pods answer.
    const isLocal = end.workload.service?.externalTrafficPolicy !== 'Cluster';
    return (isLocal ? zoneNodes(cluster, end.namespace.zone) : allNodes(cluster)).flatMap((cidr) => range(cidr));
  }
  if (kind === 'direct') return pods.flatMap((cidr) => range(cidr));
  note(
    draft,
    end.cluster.id,
    'not-enforced',
    `Workload ${end.workload.id}`,
    'It is reached from outside at an address that the design does not say, so the firewall rows do not list it.',
  );
  return [];
}

/**
 * The pods of the cluster itself, of its mesh, and of clusters whose pods keep their addresses. They are drawn as workloads, so
 * no range of an external ever stands for them, however wide it is.
 */
function ownPods(draft: Draft, cluster: string): readonly string[] {
  const own = draft.clusters.get(cluster)?.cluster;
  const isKnown = (c: Cluster) => c.seenAs === 'routed' || (own !== undefined && sameMesh(own, c));
  return getOrMake(draft.podRanges, cluster, () =>
    draft.design.clusters.flatMap(({ id, cluster: c }) =>
      id === cluster || isKnown(c) ? (c.networks?.pods ?? []) : [],
    ),
  );
}

/** Whoever calls is seen by address; no plugin knows which name an address has. */
function clientByName(draft: Draft, flow: Entry<Flow>, { external, ref }: ExternalSide): void {
  const byAddress = external.kind === 'internet' || (external.cidrs ?? []).length > 0;
  const rest = byAddress ? 'Only its address ranges are exported.' : `Flow “${flow.id}” is not exported.`;
  flowProblem(
    draft,
    flow,
    'external-by-name',
    `External “${ref.id}” has DNS names, and policies know who calls by address only. ${rest} Give it address ranges.`,
    byAddress ? 'warning' : 'error',
  );
}

function coveredByPods(draft: Draft, flow: Entry<Flow>, external: Ref): void {
  flowProblem(
    draft,
    flow,
    'external-inside-the-pods',
    `Flow “${flow.id}” is not exported: all ranges of external “${external.id}” lie inside the pod ranges of clusters of this design, whose pods are drawn as workloads. Connect the flow to a workload, or correct the ranges.`,
  );
}

/** False where the external has no address ranges that a policy could hold. */
function usable(draft: Draft, flow: Entry<Flow>, { external, ref }: ExternalSide): boolean {
  const { kind, cidrs = [], names = [] } = external;
  const byAddress = kind === 'internet' || cidrs.length > 0;
  if (!byAddress && names.length === 0) {
    flowProblem(
      draft,
      flow,
      'external-without-addresses',
      `Flow “${flow.id}” is not exported: external “${ref.id}” has no address ranges. Give it some, or make it the internet.`,
    );
  }
  if (byAddress && externalRanges(external, 'ingress', []).length === 0) {
    flowProblem(
      draft,
      flow,
      'external-without-addresses',
      `Flow “${flow.id}” is not exported: external “${ref.id}” is the internet, and none of its ranges is public. Take away its kind, or correct the ranges.`,
    );
    return false;
  }
  return byAddress;
}

function exposes(draft: Draft, flow: Entry<Flow>, zone: string, kind: Entering['kind']): boolean {
  const exposure = draft.design.lookup.get('zone', zone)?.exposure ?? [];
  if (exposure.includes(kind)) return true;
  const ways =
    exposure.length === 0
      ? 'accepts nothing from outside'
      : `accepts traffic from outside only by ${exposure.join(', ')}`;
  flowProblem(
    draft,
    flow,
    'zone-not-exposed',
    `Flow “${flow.id}” is not exported: it enters by ${kind}, and zone “${zone}” ${ways}. Change the way in, or the exposure of the zone.`,
  );
  return false;
}

function portsOfProxy(flow: Flow, proxy: Workload): FlowPortsAt | undefined {
  const ports = proxyPorts(flow, proxy);
  if (ports === undefined || ports === 'all') return ports;
  return ports.map(({ protocol, port, name, dial, isDialGiven }) => ({
    protocol,
    start: port,
    end: port,
    name,
    dial: { start: dial, end: dial },
    dialGiven: isDialGiven,
  }));
}

function outsideEnd(external: Ref): NamedEnd {
  return { zone: outside, cluster: '', namespace: '', workload: external.id };
}
