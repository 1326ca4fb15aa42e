/**
 * The connections a drawing means, from the design alone. Inside a cluster between workloads; at the edge of a cluster
 * between a workload and addresses, in the direction in which its own cluster's policies judge; and between workloads of
 * two clusters, which no policy knows by name.
 */
import { distributionInfo } from '../../catalog/index.ts';
import { metadataAddresses } from '../../lib/public-ranges.ts';
import type { Cluster, Entry, Flow, Lookup, Ref } from '../../model/index.ts';
import { isOneMesh, sameFamilies } from './addresses.ts';
import {
  addAtNamespace,
  addInside,
  atEdge,
  type Draft,
  type Meant,
  type MeantAtEdge,
  type MeantBetween,
  type MeantByName,
} from './draft.ts';
import { everyPort, type MeantPorts, membersOf, zoneOfEnd } from './ends.ts';
import { homesOfNamespace, namespacesIn, placed, standForEachOther } from './homes.ts';
import { meanInbound, meanOutbound } from './outside.ts';
import { meanPods } from './pods.ts';

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
      for (const { id, pods } of connectedTo(lookup, from.cluster, homes)) {
        for (const to of members.filter((m) => m.cluster === id))
          draft.between.push({ from, to, ports: everyPort, cause });
        if (pods === undefined) continue;
        atEdge(draft.outgoing, from, { cidrs: pods, except: [...metadataAddresses], ports: everyPort, cause });
        atEdge(draft.incoming, from, { cidrs: pods, except: [], ports: everyPort, cause });
      }
    }
  }
}

/** Of these clusters those whose pods one cluster meets without a flow; `pods`: the addresses of pods that are routed. */
function connectedTo(
  lookup: Lookup,
  cluster: string,
  others: readonly string[],
): Array<{ readonly id: string; readonly pods?: string[] }> {
  const a = lookup.get('cluster', cluster);
  return others.flatMap((id) => {
    const b = lookup.get('cluster', id);
    if (a === undefined || b === undefined || id === cluster || standForEachOther(lookup, id, cluster)) return [];
    if (a.seenAs === 'routed' && b.seenAs === 'routed')
      return [{ id, pods: sameFamilies(b.networks?.pods ?? [], a.networks?.pods ?? []) }];
    return isOneMesh(a, b) ? [{ id }] : [];
  });
}
