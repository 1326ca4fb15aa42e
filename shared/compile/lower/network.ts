/**
 * From drawn flows to permitted connections per end. Everything that is not here is denied, because every namespace gets
 * a default deny in both directions.
 */
import { distributionInfo, pluginPorts } from '../../catalog/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy } from '../../lib/sort.ts';
import type { Entry, Flow, Ref } from '../../model/index.ts';
import type { ClusterScope, DesignScope, ZoneScope } from '../scope.ts';
import { egressRange, range, zoneNodes } from './addresses.ts';
import { addRule, type Draft, flowProblem, note, podPeers, rangePeers, rulesOf, startDraft } from './draft.ts';
import { pushZoneRows } from './firewall.ts';
import { sideOf } from './flow-ends.ts';
import { isRouted, lowerPodFlow, sameFamily } from './flows-between.ts';
import { lowerInbound, lowerOutbound } from './flows-outside.ts';
import { lowerGateways } from './gateways.ts';
import { lowerGuardRails } from './guard-rails.ts';
import { meshObstacle, noteMesh, sameMesh } from './mesh.ts';
import type { GrantIr, NetworkIr } from './network-ir.ts';
import { lowerServices } from './services.ts';

export interface LoweredNetwork {
  readonly clusters: ReadonlyMap<string, NetworkIr>;
  readonly problems: readonly Problem[];
}

export function lowerNetwork(design: DesignScope): LoweredNetwork {
  const draft = startDraft(design);
  for (const cluster of design.clusters) {
    allowDns(draft, cluster);
    for (const zone of cluster.zones) allowSameZone(draft, cluster, zone);
  }
  for (const flow of design.lookup.flows) lowerFlow(draft, flow);
  for (const cluster of design.clusters) {
    pairNote(draft, cluster);
    tunnelNote(draft, cluster);
    noteMesh(draft, cluster);
  }
  const services = lowerServices(draft);
  const gateways = lowerGateways(draft);
  const clusters = new Map(
    design.clusters.map((cluster): [string, NetworkIr] => {
      const { id } = cluster;
      const rules = rulesOf(draft, id);
      return [
        id,
        {
          rules,
          guardRails: lowerGuardRails(design, cluster, rules),
          services: services.get(id) ?? [],
          gateways: gateways.get(id) ?? [],
          firewall: draft.firewall.get(id) ?? [],
          coverage: draft.coverage.get(id) ?? [],
        },
      ];
    }),
  );
  return { clusters, problems: distinct(draft.problems) };
}

function lowerFlow(draft: Draft, flow: Entry<Flow>): void {
  const from = sideOf(draft, flow, flow.from);
  const to = sideOf(draft, flow, flow.to);
  if (from === undefined || to === undefined) return;
  if (from.kind === 'pods' && to.kind === 'pods') lowerPodFlow(draft, flow, from, to);
  else if (from.kind === 'pods' && to.kind === 'external') lowerOutbound(draft, flow, from, to);
  else if (from.kind === 'external' && to.kind === 'pods') lowerInbound(draft, flow, from, to);
  else {
    flowProblem(
      draft,
      flow,
      'flow-outside',
      `Flow “${flow.id}” is not exported: both of its ends are outside, where no manifest reaches. Connect one end to a workload, a namespace or a zone.`,
    );
  }
}

/** Both TCP and UDP, at the port of the pods: policies see a connection after the Service's address is translated. */
function allowDns(draft: Draft, cluster: ClusterScope): void {
  const { dns } = distributionInfo(cluster.cluster.distribution);
  const ports: GrantIr['ports'] = [
    { protocol: 'TCP', port: dns.port },
    { protocol: 'UDP', port: dns.port },
  ];
  const asking = cluster.zones.filter((z) => (z.record.dns ?? 'cluster') === 'cluster');
  const clusterCause: Ref = { kind: 'cluster', id: cluster.id };
  const grants: GrantIr[] = [{ peers: [{ kind: 'pods', namespaces: [dns.namespace], selector: dns.labels }], ports }];
  for (const zone of asking) {
    for (const namespace of zone.namespaces) {
      const causes: Ref[] = [clusterCause, { kind: 'zone', id: zone.id }];
      addRule(draft, { cluster, namespace }, { name: 'allow-dns', direction: 'egress', grants, causes });
    }
  }
  // Where the design holds the namespace of the DNS itself, that is denied like any other: let the questions in.
  const serving = cluster.namespaces.find((n) => n.name === dns.namespace);
  if (serving?.zone === undefined) return;
  const ends = asking.flatMap((z) => z.namespaces.map((namespace) => ({ cluster, namespace })));
  addRule(
    draft,
    { cluster, namespace: serving, labels: dns.labels },
    { name: 'answer-dns', direction: 'ingress', grants: [{ peers: podPeers(ends), ports }], causes: [clusterCause] },
  );
}

/**
 * Peers are the zone's namespaces by name, not by zone label: the API server itself keeps `kubernetes.io/metadata.name`
 * true, while a zone label is only as safe as the admission policy that protects it.
 */
function allowSameZone(draft: Draft, cluster: ClusterScope, zone: ZoneScope): void {
  if ((zone.record.intraZone ?? 'allow') === 'deny' || zone.namespaces.length === 0) return;
  const causes: Ref[] = [
    { kind: 'zone', id: zone.id },
    ...zone.namespaces.map((n): Ref => ({ kind: 'namespace', id: n.id })),
  ];
  const grants: GrantIr[] = [
    { peers: podPeers(zone.namespaces.map((namespace) => ({ cluster, namespace }))), ports: 'all' },
  ];
  const egress = [...grants];
  const ingress = [...grants];
  for (const other of draft.design.clusters) {
    if (other.id === cluster.id || draft.design.lookup.isOnePair(cluster.id, other.id)) continue;
    if (!other.zones.some((z) => z.id === zone.id && z.namespaces.length > 0)) continue;
    if (sameMesh(cluster.cluster, other.cluster)) {
      const obstacle = meshObstacle(cluster.cluster, other.cluster);
      if (obstacle !== undefined) meshNote(draft, cluster, other, zone, obstacle);
      else {
        const namespaces = other.zones.find((z) => z.id === zone.id)?.namespaces ?? [];
        const peers = podPeers(
          namespaces.map((namespace) => ({ cluster: other, namespace })),
          other.id,
        );
        egress.push({ peers, ports: 'all' });
        ingress.push({ peers, ports: 'all' });
        causes.push({ kind: 'cluster', id: other.id }, { kind: 'cluster', id: cluster.id });
      }
    }
    if (!isRouted(cluster.cluster, other.cluster)) continue;
    const theirs = sameFamily(other.cluster.networks?.pods ?? [], cluster.cluster.networks?.pods ?? []);
    egress.push({ peers: rangePeers(theirs.flatMap((cidr) => egressRange(cidr))), ports: 'all' });
    ingress.push({ peers: rangePeers(theirs.flatMap((cidr) => range(cidr))), ports: 'all' });
    causes.push({ kind: 'cluster', id: other.id }, { kind: 'cluster', id: cluster.id });
    const clusters = [other, cluster].map((c): Ref => ({ kind: 'cluster', id: c.id }));
    pushZoneRows(draft, zone.id, { id: other.id, pods: theirs }, cluster, [{ kind: 'zone', id: zone.id }, ...clusters]);
    note(
      draft,
      cluster.id,
      'not-enforced',
      `Zone ${zone.id}`,
      `Its workloads in cluster “${other.id}” are admitted by that cluster’s pod addresses, so pods of other zones of “${other.id}” are admitted at this end as well; what keeps them out is their own egress policy.`,
    );
  }
  for (const namespace of zone.namespaces) {
    const end = { cluster, namespace };
    addRule(draft, end, { name: 'same-zone-egress', direction: 'egress', grants: egress, causes });
    addRule(draft, end, { name: 'same-zone-ingress', direction: 'ingress', grants: ingress, causes });
  }
}

/** What a blue-green pair shares, and what it leaves to whoever switches over. */
function pairNote(draft: Draft, { id, lookup }: ClusterScope): void {
  const others = lookup.clusters.filter((c) => lookup.isOnePair(id, c.id)).map((c) => `“${c.id}”`);
  if (others.length === 0) return;
  note(
    draft,
    id,
    'not-enforced',
    'Blue-green',
    `It stands for ${others.join(' and ')} and the other way round: both are configured, and policies and firewall rows hold for either being the active one, so during the change firewalls are open for both. No flow runs between the two. Which one is active is decided by where addresses of services and DNS names point; take the rows of the old cluster away when it is gone.`,
  );
}

/** Network plugins carry pods' packets between nodes in packets of the nodes, or at least can. */
function tunnelNote(draft: Draft, cluster: ClusterScope): void {
  if (!cluster.spansZones) return;
  const ports = pluginPorts(cluster.cluster);
  const networks = new Set(cluster.zones.map((zone) => zoneNodes(cluster.cluster, zone.id).join()));
  const rows =
    networks.size < 2
      ? 'The design does not say which addresses the nodes of each zone have, so the firewall rows list nothing that these nodes need of each other; say them in the pools where a firewall stands between.'
      : ports === undefined
        ? 'The firewall rows list what API server and kubelets need; which ports the network plugin opens between nodes is not known here.'
        : `The firewall rows list what API server, kubelets and network plugin need between these nodes, by the ports that are usual.${ports.optional === undefined ? '' : ` Add what options of the plugin need: ${ports.optional}.`}`;
  note(
    draft,
    cluster.id,
    'not-enforced',
    'Firewalls between its zones',
    `Its zones share one pod network. Where the network plugin uses a tunnel between nodes, a firewall between the networks of the zones sees one port of one protocol and can filter nothing inside; policies alone hold these flows apart. ${rows}`,
  );
}

function meshNote(draft: Draft, cluster: ClusterScope, other: ClusterScope, zone: ZoneScope, why: string): void {
  note(
    draft,
    cluster.id,
    'not-enforced',
    `Zone ${zone.id}`,
    `Its workloads in cluster “${other.id}” belong to the same mesh and may be reached by the drawing. Both clusters deny it: ${why}.`,
  );
}

/** A zone-wide flow meets the same gap at many ends; it is said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((p) => [`${p.rule} ${p.subject?.kind} ${p.subject?.id} ${p.message}`, p]));
  return sortBy(
    seen.values(),
    (p) => p.subject?.kind ?? '',
    (p) => p.subject?.id ?? '',
    (p) => p.rule,
    (p) => p.message,
  );
}
