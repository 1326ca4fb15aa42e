/**
 * The proof of connections: what the printed manifests allow, held against what the drawing means. For every ordered pair
 * of workloads of a cluster, for each end of such a pair by itself, for every workload and every piece of the address
 * space that drawing or manifests tell apart, and for pairs across clusters, where addresses stand for workloads. Guard
 * rails are held against the matrix by themselves.
 */
import { ciliumInfo, cniInfo, distributionInfo } from '../catalog/index.ts';
import { looseCidr } from '../lib/ip.ts';
import { compareText } from '../lib/sort.ts';
import { type Lookup, lookup, type Ref, type Topology } from '../model/index.ts';
import { evaluate, lastPort, type PortRange, type Reach, type SourceObject, witnessesOf } from '../reach/index.ts';
import { proveEdge } from './edge.ts';
import { type EndsOfCluster, proveEnds, type Witnessed } from './ends.ts';
import { distinct, type Finding, Findings, letThroughBy, type ProofEnd } from './findings.ts';
import { proveGuards } from './guards.ts';
import type { MeantPorts, Place } from './intent/index.ts';
import {
  type ClusterIntent,
  dialledAddresses,
  homesOfNamespace,
  hosts,
  type Intent,
  intentOf,
  isOneMesh,
  namespacesIn,
  nodesOfCluster,
  seenFrom,
  standForEachOther,
} from './intent/index.ts';
import { proveMesh } from './mesh.ts';
import { proveNames } from './names.ts';
import { meshOf, pluginOptions } from './plugin.ts';
import { thingOf } from './things.ts';

export interface ConnectionProof {
  /** Pairs of ends for which manifests and drawing agree that something is allowed. */
  readonly equal: number;
  /** At most `most` of each kind, in the order of their ends. */
  readonly findings: readonly Finding[];
  /** All of them, also those beyond the list. */
  readonly counts: Readonly<Record<Finding['kind'], number>>;
  /** What the evaluation decided where Kubernetes decides nothing. */
  readonly choices: readonly string[];
}

export interface ClusterManifests {
  readonly cluster: string;
  /** The parsed export of the cluster, inventory included. */
  readonly objects: readonly SourceObject[];
}

export function proveConnections(topology: Topology, manifests: readonly ClusterManifests[]): ConnectionProof {
  const index = lookup(topology);
  const intent = intentOf(index);
  const findings = new Findings();
  const choices = new Set<string>();
  let equal = 0;
  const judged = new Map<string, Judged>();
  const objectsOf = (cluster: string) => manifests.find((m) => m.cluster === cluster)?.objects ?? [];
  for (const { cluster, objects } of manifests) {
    const own = intent.clusters.get(cluster);
    if (own === undefined) continue;
    const dns = dnsOf(index, cluster);
    const state = judge(index, own, [...objects, ...dns.pods], dns, objectsOf);
    for (const choice of state.reach.choices) choices.add(choice);
    judged.set(cluster, state);
    const doubt = doubtAbout(index, cluster, state.reach);
    if (doubt !== undefined) {
      const ends = { from: { cidrs: [] }, to: { cidrs: [] } };
      findings.add({
        kind: 'cannot-say',
        cluster,
        ...ends,
        ports: [],
        causes: [{ kind: 'cluster', id: cluster }],
        reason: doubt,
      });
      continue;
    }
    equal += proveInside(state, findings);
    proveEnds(index, state, findings);
    proveDns(index, state, dns, findings);
    equal += proveEdge(index, state, findings);
    const options = { cut: rangesOf(index, own), ...pluginOptions(index, cluster, objectsOf) };
    const byName = intent.byName.filter((m) => m.from.cluster === cluster);
    proveGuards(index, state, { objects, dns, options, byName }, findings);
    proveNames(index, state, byName, dns, findings);
  }
  equal += proveBetween(index, intent, judged, findings);
  return { equal, findings: findings.listed, counts: findings.counts, choices: [...choices].sort() };
}

/** Why nothing can be said of a cluster, whatever its policies say: nobody is known to enforce them. */
function doubtAbout(index: Lookup, id: string, reach: Reach): string | undefined {
  const cluster = index.get('cluster', id);
  const name = cluster && (cluster.cni?.name ?? distributionInfo(cluster.distribution).defaultCni);
  const info = name === undefined ? undefined : cniInfo(name);
  const whose = `cluster “${id}”`;
  if (info?.networkPolicy === 'yes') {
    if (cluster === undefined || ciliumInfo(cluster)?.portRanges !== false || !hasPortRanges(reach)) return undefined;
    return `the policies of ${whose} have ranges of ports, of which Cilium knows only the first port before 1.16`;
  }
  if (name === undefined)
    return `the design names no network plugin for ${whose}, and policies hold only where one enforces them`;
  if (info === undefined)
    return `the network plugin of ${whose}, “${name}”, is not in the catalogue, so nobody here knows whether it enforces policies`;
  if (info.networkPolicy === 'no') return `the network plugin of ${whose}, ${info.label}, enforces no policies`;
  return `the network plugin of ${whose}, ${info.label}, enforces policies only under conditions that a design does not show`;
}

function hasPortRanges({ policies }: Reach): boolean {
  return policies.some((policy) =>
    [...(policy.ingress ?? []), ...(policy.egress ?? [])].some(
      ({ ports }) => ports !== 'all' && ports.ranges.some((r) => r.start < r.end && r.end - r.start < lastPort - 1),
    ),
  );
}

type Judged = EndsOfCluster;

function judge(
  index: Lookup,
  own: ClusterIntent,
  objects: readonly SourceObject[],
  dns: ClusterDns,
  objectsOf: (cluster: string) => readonly SourceObject[],
): Judged {
  const strangers = strangersOf(index, own, objects, dns);
  const reach = evaluate([...objects, ...strangers.flatMap((s) => s.objects.map((object) => ({ object })))], {
    cut: rangesOf(index, own),
    ...pluginOptions(index, own.cluster, objectsOf),
  });
  const namespaces = new Map(namespacesIn(index, own.cluster).map((n) => [n.name ?? n.id, n.id]));
  const byName = new Map(
    reach.pods.flatMap((pod, i) => (pod.cluster === undefined ? [[`${pod.namespace}/${pod.name}`, i] as const] : [])),
  );
  const witnesses = strangers.flatMap(({ namespace, labels, objects }): Witnessed[] => {
    const thing = byName.get(`${namespace}/${objects.at(-1)?.metadata.name}`);
    return thing === undefined ? [] : [{ thing, pods: { namespace, labels }, namespace: namespaces.get(namespace) }];
  });
  const things = thingsByWorkload(index, reach, own);
  return { cluster: own.cluster, own, reach, things, witnesses, meant: meaning(index, own, reach) };
}

/** Witnesses that no workload's selector picks and that are not the cluster's DNS. */
function strangersOf(index: Lookup, own: ClusterIntent, objects: readonly SourceObject[], dns: ClusterDns) {
  const selectors = new Map<string, Array<Readonly<Record<string, string>>>>([[dns.namespace, [dns.labels]]]);
  for (const id of own.workloads) {
    const namespace = index.nameOf({ kind: 'namespace', id: index.get('workload', id)?.namespace ?? '' });
    selectors.set(namespace, [...(selectors.get(namespace) ?? []), index.selectorOf(id)]);
  }
  return witnessesOf(objects).filter(
    ({ namespace, labels }) =>
      !(selectors.get(namespace) ?? []).some((selector) =>
        Object.entries(selector).every(([key, value]) => labels[key] === value),
      ),
  );
}

function meaning(index: Lookup, own: ClusterIntent, { ports }: Reach): Judged['meant'] {
  const zones = new Map(own.workloads.map((id) => [id, index.zoneOf({ kind: 'workload', id })]));
  const everything = ports.of(
    (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ protocol, start: 1, end: 65535 })),
  );
  return (from, to) => {
    const zone = zones.get(from);
    if (zone !== undefined && own.openZones.has(zone) && zones.get(to) === zone) return everything;
    const drawn = own.inside.get(from)?.get(to);
    return drawn === undefined ? 0 : ports.of(drawn.flatMap((d) => d.ports));
  };
}

function thingsByWorkload(index: Lookup, reach: Reach, own: ClusterIntent): Map<string, number> {
  const found = new Map<string, number>();
  for (const id of own.workloads) {
    const thing = thingOf(index, reach, id);
    if (thing !== undefined) found.set(id, thing);
  }
  return found;
}

function proveInside({ cluster, own, reach, things, meant: meantFor }: Judged, findings: Findings): number {
  const { ports } = reach;
  let equal = 0;
  for (const from of own.workloads) {
    const sender = things.get(from);
    if (sender === undefined) {
      findings.add({
        kind: 'cannot-say',
        cluster,
        from: { workload: from },
        to: { cidrs: [] },
        ports: [],
        causes: [],
        reason: 'the inventory does not hold it',
      });
      continue;
    }
    const row = reach.row(reach.classes.classOf[sender] ?? 0);
    for (const to of own.workloads) {
      const receiver = things.get(to);
      if (to === from || receiver === undefined) continue;
      const meant = meantFor(from, to);
      const allowed = row[reach.classes.classOf[receiver] ?? 0] ?? 0;
      if (meant === allowed) {
        if (meant !== 0) equal += 1;
        continue;
      }
      const hidden = [from, to].find((id) => reach.pods[things.get(id) ?? -1]?.hostNetwork === true);
      const causes = distinct((own.inside.get(from)?.get(to) ?? []).map((d) => d.cause));
      const add = (kind: Finding['kind'], set: number) => {
        if (set === 0) return;
        const base = { cluster, from: { workload: from }, to: { workload: to }, ports: ports.ranges(set), causes };
        if (hidden !== undefined)
          findings.add({
            kind: 'cannot-say',
            ...base,
            reason: `workload “${hidden}” is on the host network, where policies do not hold`,
          });
        else
          findings.add({ kind, ...base }, () =>
            kind === 'extra' ? letThroughBy(reach, sender, receiver, base.ports) : {},
          );
      };
      add('extra', ports.subtract(allowed, meant));
      add('missing', ports.subtract(meant, allowed));
    }
  }
  return equal;
}

interface ClusterDns {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
  /** Stands for the DNS pods, which no export holds; empty where the design holds their namespace itself. */
  readonly pods: readonly SourceObject[];
}

const dnsName = 'cluster-dns';

function dnsOf(index: Lookup, id: string): ClusterDns {
  const { namespace, labels, port } = distributionInfo(index.get('cluster', id)?.distribution ?? 'kubeadm').dns;
  const isDrawn = namespacesIn(index, id).some((n) => (n.name ?? n.id) === namespace);
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: dnsName, namespace, labels },
    spec: { containers: [{ name: 'dns' }] },
  };
  return { namespace, labels, port, pods: isDrawn ? [] : [{ object }] };
}

/** Every workload may ask the DNS of its own cluster and nothing else there, unless its zone says that it may not. */
function proveDns(index: Lookup, { cluster, own, reach, things }: Judged, dns: ClusterDns, findings: Findings): void {
  const { ports } = reach;
  const server = reach.pods.findIndex(
    (p) => p.cluster === undefined && p.namespace === dns.namespace && p.name === dnsName,
  );
  if (server === -1) return;
  const asked = ports.of((['TCP', 'UDP'] as const).map((protocol) => ({ protocol, start: dns.port, end: dns.port })));
  for (const id of own.workloads) {
    const thing = things.get(id);
    if (thing === undefined || reach.pods[thing]?.hostNetwork === true) continue;
    const zone = index.zoneOf({ kind: 'workload', id });
    const isAsking = zone !== undefined && (index.get('zone', zone)?.dns ?? 'cluster') === 'cluster';
    const meant = isAsking ? asked : 0;
    const allowed = reach.allowed(thing, server);
    const base = {
      cluster,
      from: { workload: id },
      to: { cidrs: [] },
      causes: zone === undefined ? [] : [{ kind: 'zone', id: zone } as const],
      reason: 'this is the DNS of its own cluster',
    };
    const extra = ports.subtract(allowed, meant);
    const missing = ports.subtract(meant, allowed);
    if (extra !== 0) findings.add({ kind: 'extra', ...base, ports: ports.ranges(extra) });
    if (missing !== 0) findings.add({ kind: 'missing', ...base, ports: ports.ranges(missing) });
  }
}

/**
 * Between clusters only addresses are known, so a permitted pair may be wider than the drawn one: what shares the
 * sender's address and the receiver's address and port is permitted as well.
 */
function proveBetween(index: Lookup, intent: Intent, judged: ReadonlyMap<string, Judged>, findings: Findings): number {
  let equal = 0;
  const meant = new Map<string, { ports: MeantPorts[]; causes: Ref[]; byFlow: MeantPorts[] }>();
  // First by workload, so that the order of findings is that of their ends.
  const keyOf = (from: Place, to: Place) => `${from.workload} ${to.workload} ${from.cluster} ${to.cluster}`;
  for (const { from, to, ports, cause } of intent.between) {
    const key = keyOf(from, to);
    const known = meant.get(key) ?? { ports: [], causes: [], byFlow: [] };
    known.ports.push(...ports);
    known.causes.push(cause);
    if (cause.kind === 'flow') known.byFlow.push(...ports);
    meant.set(key, known);
  }
  equal += proveMesh(
    index,
    judged,
    (workload, cluster) => endOf(index, workload, cluster),
    (from, a, to, b) => {
      const drawn = meant.get(keyOf({ cluster: a, workload: from }, { cluster: b, workload: to }));
      return drawn && { ports: drawn.ports, causes: distinct(drawn.causes) };
    },
    findings,
  );
  const pairs = new Set(meant.keys());
  for (const a of intent.clusters.values())
    for (const b of intent.clusters.values()) {
      if (a === b || standForEachOther(index, a.cluster, b.cluster)) continue;
      for (const from of a.outgoing.keys())
        for (const to of b.incoming.keys())
          pairs.add(keyOf({ cluster: a.cluster, workload: from }, { cluster: b.cluster, workload: to }));
    }

  for (const key of [...pairs].sort(compareText)) {
    const [from = '', to = '', aId = '', bId = ''] = key.split(' ');
    const [a, b] = [index.get('cluster', aId), index.get('cluster', bId)];
    const [sender, receiver] = [judged.get(aId), judged.get(bId)];
    if (a === undefined || b === undefined || sender === undefined || receiver === undefined) continue;
    if (meshOf(index, aId).includes(bId)) continue;
    const table = sender.reach.ports;
    const drawn = meant.get(key);
    const wanted = table.of(drawn?.ports ?? []);
    const allowed = table.of(
      allowedBetween(index, sender, receiver, from, to, a.seenAs === 'routed' && b.seenAs === 'routed'),
    );
    const base = { from: endOf(index, from, aId), to: endOf(index, to, bId), causes: distinct(drawn?.causes ?? []) };
    if (sender.reach.pods[sender.things.get(from) ?? -1]?.hostNetwork === true) {
      if (wanted === 0) continue;
      const reason = `workload “${from}” is on the host network, where policies do not hold and others see its node`;
      findings.add({ kind: 'cannot-say', ...base, ports: table.ranges(wanted), reason });
      continue;
    }
    // The policies of the sender alone decide whether it reaches a node. For a whole zone none of them names one.
    const isNode = receiver.reach.pods[receiver.things.get(to) ?? -1]?.hostNetwork === true;
    const inZone = isNode ? table.subtract(wanted, table.of(drawn?.byFlow ?? [])) : 0;
    const unopened = table.subtract(inZone, allowed);
    if (unopened !== 0) {
      const reason = `workload “${to}” is on the host network, and no policy opens its nodes to all of its zone in another cluster; draw a flow to it`;
      findings.add({ kind: 'cannot-say', ...base, ports: table.ranges(unopened), reason });
    }
    const missing = table.subtract(table.subtract(wanted, allowed), unopened);
    const extra = table.subtract(allowed, wanted);
    if (missing === 0 && extra === 0) {
      if (wanted !== 0 && unopened === 0) equal += 1;
      continue;
    }
    const isMesh = isOneMesh(a, b);
    if (missing !== 0) {
      const why = isMesh
        ? 'both clusters belong to one mesh, whose own kind of policy is needed, and only Cilium’s is written; NetworkPolicy knows no other cluster'
        : undefined;
      findings.add({
        kind: 'missing',
        ...base,
        ports: table.ranges(missing),
        ...(why !== undefined && { reason: why }),
      });
    }
    if (extra !== 0) {
      findings.add({
        kind: 'extra-by-address',
        ...base,
        ports: table.ranges(extra),
        reason: `pods of “${aId}” and of “${bId}” are told apart by address only; egress addresses per namespace, a load balancer address per service, or a mesh would separate them`,
      });
    }
  }
  return equal;
}

function endOf(index: Lookup, workload: string, cluster: string): ProofEnd {
  const homes = homesOfNamespace(index, index.get('workload', workload)?.namespace);
  return { workload, ...(homes.length > 1 && { cluster }) };
}

/** The ports of the receiver's pods that both clusters' policies let through, each judging the address it sees. */
export function allowedBetween(
  index: Lookup,
  sender: Pick<Judged, 'cluster' | 'reach' | 'things'>,
  receiver: Pick<Judged, 'cluster' | 'reach' | 'things'>,
  from: string,
  to: string,
  isRouted: boolean,
): PortRange[] {
  const [out, into] = [sender.things.get(from), receiver.things.get(to)];
  const target = index.get('workload', to);
  if (out === undefined || into === undefined || target === undefined) return [];
  const [far, seen] = [
    thingOf(index, sender.reach, to, receiver.cluster),
    thingOf(index, receiver.reach, from, sender.cluster),
  ];
  if (far !== undefined && seen !== undefined) {
    const { ports } = sender.reach;
    const entering = receiver.reach.ports.ranges(receiver.reach.permits('ingress', into, seen));
    return ports.ranges(ports.intersect(sender.reach.permits('egress', out, far), ports.of(entering)));
  }
  const dialledAt = dialledAddresses(index, { cluster: receiver.cluster, workload: to }, isRouted);
  const isHidden = !isRouted && target.service?.externalTrafficPolicy === 'Cluster';
  const arriving = isHidden
    ? nodesOfCluster(index, receiver.cluster)
    : seenFrom(index, { cluster: sender.cluster, workload: from });
  const leaving = dialledAt.flatMap((cidr) =>
    atRange(sender.reach, cidr).flatMap((piece) =>
      sender.reach.ports.ranges(sender.reach.permits('egress', out, piece)),
    ),
  );
  const entering = arriving.flatMap((cidr) =>
    atRange(receiver.reach, cidr).flatMap((piece) =>
      receiver.reach.ports.ranges(receiver.reach.permits('ingress', into, piece)),
    ),
  );
  const { ports } = sender.reach;
  const dialled = ports.of(leaving);
  const accepted = ports.of(entering);
  if (isRouted) return ports.ranges(ports.intersect(dialled, accepted));
  // What is dialled at the service becomes the port of the pod.
  const published = Object.entries(target.ports ?? {}).map(([name, p]) => ({
    protocol: p.protocol ?? ('TCP' as const),
    pod: p.port,
    dial:
      (target.service?.type === 'NodePort' ? target.service.nodePorts?.[name] : undefined) ??
      target.service?.ports?.[name] ??
      p.port,
  }));
  const mapped = published.filter(
    (p) => ports.has(dialled, p.protocol, p.dial) && ports.has(accepted, p.protocol, p.pod),
  );
  // A port the service does not translate is the same on both sides.
  const translated = ports.of(
    published.filter((p) => p.dial !== p.pod).map((p) => ({ protocol: p.protocol, start: p.dial, end: p.dial })),
  );
  const same = ports.subtract(ports.intersect(dialled, accepted), translated);
  return [...ports.ranges(same), ...mapped.map((p) => ({ protocol: p.protocol, start: p.pod, end: p.pod }))];
}

/** The pieces of the address space inside a range, as things of an evaluation. */
function atRange(reach: Reach, cidr: string): number[] {
  const range = looseCidr(cidr);
  if (range === undefined) return [];
  return reach.pieces.flatMap((p, i) =>
    p.family === range.family && range.start <= p.start && p.end <= range.end ? [reach.pods.length + i] : [],
  );
}

/** Every border the drawing knows, so that no piece of the address space lies half inside what is meant. */
function rangesOf(index: Lookup, own: ClusterIntent): string[] {
  const edges = [...own.outgoing.values(), ...own.incoming.values()].flat().flatMap((m) => [...m.cidrs, ...m.except]);
  const clusters = index.clusters.flatMap((c) => [...(c.networks?.pods ?? []), ...nodesOfCluster(index, c.id)]);
  const addresses = index.workloads.flatMap((w) => [
    ...hosts(w.service?.addresses ?? []),
    ...homesOfNamespace(index, w.namespace).flatMap((cluster) => seenFrom(index, { cluster, workload: w.id })),
  ]);
  return [...new Set([...edges, ...clusters, ...addresses])];
}
