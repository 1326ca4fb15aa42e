/** Flows between pods: by selectors inside a cluster, by addresses between clusters. */

import { objectName } from '../../k8s/index.ts';
import { parseCidr } from '../../lib/ip.ts';
import { unique } from '../../lib/sort.ts';
import { type Cluster, type Entry, endRef, type Flow, type Ref, type Workload } from '../../model/index.ts';
import { allNodes, egressRange, hostRanges, range, type SeenSource, seenSource, zoneNodes } from './addresses.ts';
import {
  addRule,
  type Draft,
  endCauses,
  flowProblem,
  getOrMake,
  note,
  type PodEnd,
  podPeers,
  rangePeers,
} from './draft.ts';
import { firewallEnd, pushFirewallRows } from './firewall.ts';
import { type PodsSide, passesMatrix, portsOfReceivers, type Receiver, receiversOf } from './flow-ends.ts';
import { dialIr, distinctPorts, type FlowPortsAt, type GrantPorts, portsAt, toPortIr } from './flow-ports.ts';
import { meshObstacle, sameMesh } from './mesh.ts';
import type { GrantIr } from './network-ir.ts';

/** False where the matrix does not let the flow pass. `proxy` is named where the flow comes through one. */
export function lowerPodFlow(draft: Draft, flow: Entry<Flow>, from: PodsSide, to: PodsSide, proxy?: Ref): boolean {
  const receivers = receiversOf(draft, flow, to);
  const ports = portsOfReceivers(receivers);
  if (!passesMatrix(draft, flow, from.zone, to.zone, ports, proxy !== undefined)) return false;
  const senders = byCluster(from.ends, (e) => e);
  const targets = byCluster(receivers, (r) => r.end);
  for (const [a, sending] of senders) {
    for (const [b, receiving] of targets) {
      // Each cluster of a pair stands for the other: flows stay inside the one that is active.
      if (draft.design.lookup.isOnePair(a, b)) continue;
      const hop: Hop = {
        flow,
        senders: sending,
        receivers: receiving,
        explicit: to.ref.kind === 'workload',
        causes: [
          { kind: 'flow', id: flow.id },
          from.ref,
          to.ref,
          { kind: 'zone', id: from.zone },
          { kind: 'zone', id: to.zone },
          ...(proxy === undefined ? [] : [proxy, endRef(flow.from)]),
        ],
      };
      if (a === b) bySelectors(draft, hop);
      else betweenClusters(draft, a, b, hop);
    }
  }
  return true;
}

interface Hop {
  readonly flow: Entry<Flow>;
  readonly senders: readonly PodEnd[];
  readonly receivers: readonly Receiver[];
  /** True where the flow names one workload as its receiver: a receiver that cannot be reached is then an error. */
  readonly explicit: boolean;
  readonly causes: readonly Ref[];
}

/** Inside one cluster; between clusters of a mesh each peer also holds the name of the other cluster. */
function bySelectors(draft: Draft, hop: Hop, clusters?: { readonly from: string; readonly to: string }): void {
  const { flow, senders, receivers } = hop;
  const outCauses = [...hop.causes, ...endCauses(receivers.map((r) => r.end))];
  const grants = grantsByPorts(
    receivers.flatMap((r) => r.targets),
    (t) => toPortIr(t.ports),
    (group) =>
      podPeers(
        group.map((t) => t.end),
        clusters?.to,
      ),
  );
  for (const sender of senders) {
    addRule(draft, sender, { name: objectName(flow.id, '-out'), direction: 'egress', grants, causes: outCauses });
  }
  const peers = podPeers(senders, clusters?.from);
  const inCauses = [...hop.causes, ...endCauses(senders)];
  for (const { end, ingress } of receivers) {
    addRule(draft, end, {
      name: objectName(flow.id, '-in'),
      direction: 'ingress',
      grants: [{ peers, ports: ingress }],
      causes: inCauses,
    });
  }
}

function betweenClusters(draft: Draft, a: string, b: string, hop: Hop): void {
  const from = draft.clusters.get(a)?.cluster;
  const to = draft.clusters.get(b)?.cluster;
  if (from === undefined || to === undefined) return;
  const causes: Ref[] = [...hop.causes, { kind: 'cluster', id: a }, { kind: 'cluster', id: b }];
  if (sameMesh(from, to)) {
    const obstacle = meshObstacle(from, to);
    if (obstacle === undefined) bySelectors(draft, { ...hop, causes }, { from: a, to: b });
    else meshMissing(draft, hop.flow, from, to, obstacle);
    return;
  }
  if (isRouted(from, to)) byPodAddresses(draft, from, to, { ...hop, causes });
  else byDialledAddresses(draft, from, to, { ...hop, causes });
}

function meshMissing(draft: Draft, flow: Entry<Flow>, from: Entry<Cluster>, to: Entry<Cluster>, why: string): void {
  const text = `Flow “${flow.id}” runs inside mesh “${from.mesh}”, between clusters “${from.id}” and “${to.id}”: ${why}.`;
  flowProblem(
    draft,
    flow,
    'flow-needs-the-mesh',
    `${text} It is not exported. Write the mesh’s own policy, use Cilium in both clusters, or make both routed.`,
  );
  for (const { id } of [from, to]) note(draft, id, 'not-enforced', `Flow ${flow.id}`, `${text} Both clusters deny it.`);
}

/** Pods of both clusters are reached and seen by their own addresses. */
function byPodAddresses(draft: Draft, from: Entry<Cluster>, to: Entry<Cluster>, hop: Hop): void {
  const targets = unique(hop.receivers.flatMap((r) => reachedAt(r.end)));
  const seen = seenOf(draft, from, hop);
  const sources = sameFamily(unique(seen.flatMap((s) => s.source.cidrs)), targets);
  for (const cluster of [from, to]) {
    if ((cluster.networks?.pods ?? []).length === 0) networkMissing(draft, hop.flow, cluster, 'networks.pods');
  }
  for (const { end } of hop.receivers) {
    if (someOnHost(end) && reachedAt(end).length === 0) networkMissing(draft, hop.flow, to, 'networks.nodes');
  }
  if (sources.length === 0 || sameFamily(targets, sources).length === 0) return;
  const { flow } = hop;
  const grants = grantsByAddresses(hop, sources);
  for (const sender of hop.senders.filter(isSeen)) {
    const causes = [...hop.causes, ...endCauses(hop.receivers.map((r) => r.end))];
    addRule(draft, sender, { name: objectName(flow.id, '-out'), direction: 'egress', grants, causes });
  }
  const peers = rangePeers(sources.flatMap((cidr) => range(cidr)));
  for (const { end, ingress } of hop.receivers) {
    const causes = [...hop.causes, ...endCauses(hop.senders)];
    addRule(draft, end, {
      name: objectName(flow.id, '-in'),
      direction: 'ingress',
      grants: [{ peers, ports: ingress }],
      causes,
    });
    for (const group of bySource(seen)) {
      pushFirewallRows(draft, end.cluster.id, {
        flow,
        nat: group.source.nat,
        sources: group.source.cidrs.flatMap((cidr) => range(cidr)),
        source: group.senders.map((s) => firewallEnd(s)),
        targets: sameFamily(reachedAt(end), sources).flatMap((cidr) => range(cidr)),
        target: firewallEnd(end),
        ports: podPorts(hop, end),
        causes: hop.causes,
      });
    }
  }
  coarseNote(draft, from, to);
}

/** Pods that are dialled at the same addresses share one grant. */
function grantsByAddresses(hop: Hop, sources: readonly string[]): GrantIr[] {
  const groups = new Map<string, { readonly addresses: readonly string[]; readonly ports: GrantPorts[] }>();
  for (const { end, ports } of hop.receivers.flatMap((r) => r.targets)) {
    const addresses = sameFamily(reachedAt(end), sources);
    if (addresses.length === 0) continue;
    getOrMake(groups, addresses.join(' '), () => ({ addresses, ports: [] as GrantPorts[] })).ports.push(
      toPortIr(ports),
    );
  }
  return [...groups.values()].map(({ addresses, ports }) => ({
    peers: rangePeers(addresses.flatMap((cidr) => egressRange(cidr))),
    ports: ports.some((p) => p === 'all') ? 'all' : distinctPorts(ports.flatMap((p) => (p === 'all' ? [] : p))),
  }));
}

/** Where pods of a routed cluster are dialled: at their own addresses, on the host network at those of the nodes of their zone. */
function reachedAt(end: PodEnd): readonly string[] {
  const { cluster } = end.cluster;
  const pods = cluster.networks?.pods ?? [];
  if (!someOnHost(end)) return pods;
  const nodes = zoneNodes(cluster, end.namespace.zone);
  return workloadsAt(end).every((w) => w.hostNetwork === true) ? nodes : unique([...pods, ...nodes]);
}

function someOnHost(end: PodEnd): boolean {
  return workloadsAt(end).some((w) => w.hostNetwork === true);
}

/** A receiver is dialled at an address of its service and sees what the sender's cluster shows. */
function byDialledAddresses(draft: Draft, from: Entry<Cluster>, to: Entry<Cluster>, hop: Hop): void {
  const { flow } = hop;
  const dialled: Dialled[] = [];
  const hidden: Array<Entry<Workload>> = [];
  for (const { end } of hop.receivers) {
    for (const workload of workloadsAt(end)) {
      const addresses = hostRanges(workload.service?.addresses ?? []);
      const { ports } = portsAt(flow, workload);
      if (ports !== 'all' && ports.length === 0) continue;
      if (addresses.length === 0) hidden.push(workload);
      else dialled.push({ end, workload, addresses, ports });
    }
  }
  addressMissing(draft, hop, hidden, from, to);
  // A wide flow that reaches nobody there asks for nothing of the senders either.
  if (dialled.length === 0 && !hop.explicit) return;
  const seen = seenOf(draft, from, hop);
  if (seen.length === 0 || dialled.length === 0) return;

  const grants = grantsByPorts(
    dialled,
    (d) => dialIr(d.ports),
    (group) => rangePeers(group.flatMap((d) => d.addresses.flatMap((cidr) => egressRange(cidr)))),
  );
  for (const sender of hop.senders.filter(isSeen)) {
    const causes = [...hop.causes, ...endCauses(dialled.map((d) => ({ ...d.end, workload: d.workload })))];
    addRule(draft, sender, { name: objectName(flow.id, '-out'), direction: 'egress', grants, causes });
  }
  const sources = unique(seen.flatMap((s) => s.source.cidrs));
  const inCauses = [...hop.causes, ...endCauses(seen.map((s) => s.sender))];
  const admit = (end: PodEnd, name: string, arriving: readonly string[], ports: GrantPorts) => {
    const peers = rangePeers(arriving.flatMap((cidr) => range(cidr)));
    addRule(draft, end, { name, direction: 'ingress', grants: [{ peers, ports }], causes: inCauses });
  };
  for (const { end, ingress } of hop.receivers) {
    const here = dialled
      .filter((d) => d.end === end)
      .map((d) => ({ ...d, arriving: arrivingAt(draft, to, d, sources, flow) }));
    const isAlike = unique(here.map((d) => d.arriving.join(' '))).length === 1;
    const [first] = here;
    if (first !== undefined && isAlike && here.length === workloadsAt(end).length) {
      admit(end, objectName(flow.id, '-in'), first.arriving, ingress);
      continue;
    }
    // A policy for the whole namespace would admit the callers to receivers that they cannot dial, too.
    for (const { workload, arriving, ports } of here) {
      admit({ ...end, workload }, objectName(`${flow.id}.${workload.id}`, '-in'), arriving, toPortIr(ports));
    }
  }
  for (const { end, workload, addresses, ports } of dialled) {
    if (sameFamily(sources, addresses).length === 0) continue;
    const receiver = { ...end, workload };
    draft.exposures.push({ end: receiver, flow, kind: 'cluster', clients: sources, ports });
    for (const group of bySource(seen)) {
      pushFirewallRows(draft, to.id, {
        flow,
        nat: group.source.nat,
        sources: group.source.cidrs.flatMap((cidr) => range(cidr)),
        source: group.senders.map((s) => firewallEnd(s)),
        targets: addresses.flatMap((cidr) => range(cidr)),
        target: firewallEnd(receiver),
        ports,
        causes: hop.causes,
      });
    }
  }
  coarseNote(draft, from, to);
}

interface SeenSender {
  readonly sender: PodEnd;
  readonly source: SeenSource;
}

/** Every sender with the addresses that the other cluster sees; it is said where the design does not know them. */
function seenOf(draft: Draft, from: Entry<Cluster>, hop: Hop): SeenSender[] {
  return hop.senders.flatMap((sender) =>
    seenSources(sender).flatMap((source): SeenSender[] => {
      if (source.cidrs.length > 0) return [{ sender, source }];
      networkMissing(draft, hop.flow, from, source.wanted, sender.namespace.id);
      return [];
    }),
  );
}

/** As what the pods of a sender arrive elsewhere. Those on the host network have the addresses of their nodes. */
export function seenSources({ cluster, namespace, workload }: PodEnd): SeenSource[] {
  const { cluster: record, lookup } = cluster;
  const workloads = workload === undefined ? lookup.workloadsOfNamespace(namespace.id) : [workload];
  const onHost = workloads.filter((w) => w.hostNetwork === true).length;
  const source = seenSource(record, namespace);
  if (onHost === 0 || source.nat === 'node') return [source];
  const ofNodes: SeenSource = { cidrs: zoneNodes(record, namespace.zone), nat: 'none', wanted: 'networks.nodes' };
  return onHost === workloads.length ? [ofNodes] : [source, ofNodes];
}

/** Whether it is known as what the pods of a sender arrive that policies hold. */
function isSeen(sender: PodEnd): boolean {
  return (seenSources(sender)[0]?.cidrs.length ?? 0) > 0;
}

/** Senders that arrive with the same addresses are one line to a firewall. */
function bySource(seen: readonly SeenSender[]) {
  const groups = new Map<string, { readonly source: SeenSource; readonly senders: PodEnd[] }>();
  for (const { sender, source } of seen) {
    getOrMake(groups, source.cidrs.join(' '), () => ({ source, senders: [] as PodEnd[] })).senders.push(sender);
  }
  return groups.values();
}

interface Dialled {
  readonly end: PodEnd;
  readonly workload: Entry<Workload>;
  readonly addresses: readonly string[];
  readonly ports: FlowPortsAt;
}

/** With externalTrafficPolicy Cluster a second node may stand between: the receiver sees the addresses of its own nodes. */
function arrivingAt(
  draft: Draft,
  to: Entry<Cluster>,
  dialled: Dialled,
  sources: readonly string[],
  flow: Entry<Flow>,
): readonly string[] {
  const fitting = sameFamily(sources, dialled.addresses);
  if (fitting.length === 0) {
    flowProblem(
      draft,
      flow,
      'families-differ',
      `Flow “${flow.id}” does not reach workload “${dialled.workload.id}”: its service has addresses of one family only (${dialled.addresses.join(', ')}), and the senders are seen with addresses of the other (${sources.join(', ')}). Give the service or the sending cluster an address of the same family.`,
    );
    return [];
  }
  if (dialled.workload.service?.externalTrafficPolicy !== 'Cluster') return fitting;
  return sameFamily(nodeAddresses(draft, to, dialled.workload, flow), fitting);
}

export function nodeAddresses(
  draft: Draft,
  cluster: Entry<Cluster>,
  workload: Entry<Workload>,
  flow: Entry<Flow>,
): readonly string[] {
  const nodes = allNodes(cluster);
  if (nodes.length === 0) networkMissing(draft, flow, cluster, 'networks.nodes');
  note(
    draft,
    cluster.id,
    'not-enforced',
    `Workload ${workload.id}`,
    `Its Service has externalTrafficPolicy Cluster, so its pods see the addresses of their own nodes instead of the clients’. Policies admit every node of the cluster; who may call is decided by the load balancer’s source ranges and the firewall.`,
  );
  return nodes;
}

/** "Connected", as intraZone uses the word, by address: routed on both sides. One mesh is connected by identity. */
export function isRouted(a: Cluster, b: Cluster): boolean {
  return a.seenAs === 'routed' && b.seenAs === 'routed';
}

/** The ranges of `list` whose family appears in `other`. */
export function sameFamily(list: readonly string[], other: readonly string[]): string[] {
  const families = new Set(other.map((cidr) => parseCidr(cidr)?.family));
  return list.filter((cidr) => families.has(parseCidr(cidr)?.family));
}

/** Targets with the same ports share one grant. */
function grantsByPorts<T>(
  targets: readonly T[],
  ports: (target: T) => GrantPorts,
  peers: (group: T[]) => GrantIr['peers'],
): GrantIr[] {
  const groups = new Map<string, { ports: GrantPorts; targets: T[] }>();
  for (const target of targets) {
    const own = ports(target);
    getOrMake(groups, JSON.stringify(own), () => ({ ports: own, targets: [] as T[] })).targets.push(target);
  }
  return [...groups.values()].map((g) => ({ peers: peers(g.targets), ports: g.ports }));
}

function workloadsAt(end: PodEnd): ReadonlyArray<Entry<Workload>> {
  return end.workload === undefined ? end.cluster.lookup.workloadsOfNamespace(end.namespace.id) : [end.workload];
}

/** The ports of the pods themselves, which is what is dialled where pods are reached by their own addresses. */
function podPorts(hop: Hop, end: PodEnd): FlowPortsAt {
  const targets = hop.receivers.filter((r) => r.end === end).flatMap((r) => r.targets);
  if (targets.some((t) => t.ports === 'all')) return 'all';
  return targets.flatMap((t) =>
    t.ports === 'all' ? [] : t.ports.map((p) => ({ ...p, dial: { start: p.start, end: p.end } })),
  );
}

function byCluster<T>(items: readonly T[], end: (item: T) => PodEnd): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) getOrMake(groups, end(item).cluster.id, (): T[] => []).push(item);
  return groups;
}

function networkMissing(
  draft: Draft,
  flow: Entry<Flow>,
  cluster: Entry<Cluster>,
  wanted: string,
  namespace?: string,
): void {
  const whose = namespace === undefined ? '' : ` for namespace “${namespace}”`;
  flowProblem(
    draft,
    flow,
    'cluster-address-missing',
    `Flow “${flow.id}” is not exported between clusters: cluster “${cluster.id}” has no ${wanted}${whose}, so nobody can say which addresses its pods have for others. Fill in ${wanted} of the cluster.`,
  );
}

function addressMissing(
  draft: Draft,
  { flow, explicit }: Hop,
  hidden: ReadonlyArray<Entry<Workload>>,
  from: Entry<Cluster>,
  to: Entry<Cluster>,
): void {
  const [first, ...more] = hidden;
  if (first === undefined) return;
  const who = `workload “${first.id}”${more.length === 0 ? '' : ` and ${more.length} more`} of cluster “${to.id}”`;
  const why = `which cluster “${from.id}” cannot dial: no address in the service, and pods there are not reached by their own addresses`;
  const rule = 'receiver-without-address';
  const id = `Flow “${flow.id}”`;
  if (explicit)
    flowProblem(draft, flow, rule, `${id} is not exported to ${who}, ${why}. Give it a service with an address.`);
  else
    flowProblem(
      draft,
      flow,
      rule,
      `${id} passes over ${who}, ${why}. Where it shall reach them, give them services with addresses.`,
      'info',
    );
}

function coarseNote(draft: Draft, from: Entry<Cluster>, to: Entry<Cluster>): void {
  note(
    draft,
    to.id,
    'not-enforced',
    `Cluster ${from.id}`,
    `Its pods are told apart by address only. Whatever shares an address range with a permitted sender in “${from.id}” is permitted as well, on the same ports. Egress addresses per namespace or a mesh would keep them apart.`,
  );
}
