/** Zones and namespaces of a cluster that others cannot tell apart, because their pods leave it from the same nodes. */
import { cniInfo } from '../catalog/index.ts';
import { type Cluster, type Entry, endRef, type Lookup, ref } from '../model/index.ts';
import { called, cniOf, listed } from './define.ts';

/** Those of them from which flows leave the cluster, outermost first; none where others tell the zones of the cluster apart. */
export function alikeSenders(lookup: Lookup, cluster: Entry<Cluster>): readonly string[] {
  const seenAs = cluster.seenAs ?? 'node';
  if (seenAs === 'routed' || seenAs === 'egress' || lookup.zonesOfCluster(cluster.id).length < 2) return [];
  return sendingZones(lookup, cluster).filter((zone) =>
    lookup.poolsOf(cluster.id, zone).some((pool) => (pool.addresses ?? []).length === 0),
  );
}

/**
 * Why the policies of the cluster do not keep its other zones from what the senders may reach, as a clause; undefined where
 * they do.
 */
export function whyNotHeld(lookup: Lookup, cluster: Entry<Cluster>, senders: readonly string[]): string | undefined {
  const info = cniInfo(cniOf(cluster) ?? '');
  if (info?.networkPolicy !== 'yes')
    return `its network plugin (${info?.label ?? cniOf(cluster) ?? 'none is named'}) is not sure to enforce policies`;
  const onHost = lookup.workloads.filter((w) => {
    const zone = lookup.zoneOf(ref('workload', w.id));
    return (
      w.hostNetwork === true &&
      lookup.homesOf(w.namespace).includes(cluster.id) &&
      senders.some((sender) => sender !== zone)
    );
  });
  if (onHost.length === 0) return undefined;
  const [first] = onHost;
  return onHost.length === 1 && first !== undefined
    ? `${called(lookup, ref('workload', first.id))} of another zone is on the host network, where policies do not hold`
    : `workloads ${listed(onHost.map((w) => w.id))} are on the host network, where policies do not hold`;
}

/** Zones of a cluster from which flows go to outside or to another cluster, outermost first. */
function sendingZones(lookup: Lookup, cluster: Entry<Cluster>): readonly string[] {
  const found = new Set<string>();
  for (const flow of lookup.flows) {
    const to = endRef(flow.to);
    const isLeaving =
      to.kind === 'external' ||
      lookup.workloadsOf(to).some((w) => {
        const homes = lookup.homesOf(w.namespace);
        return homes.length > 0 && !homes.includes(cluster.id);
      });
    if (!isLeaving) continue;
    for (const sender of lookup.workloadsOf(endRef(flow.from))) {
      const zone = lookup.zoneOf(ref('workload', sender.id));
      if (zone !== undefined && lookup.homesOf(sender.namespace).includes(cluster.id)) found.add(zone);
    }
  }
  return lookup.zonesOfCluster(cluster.id).filter((zone) => found.has(zone));
}

/**
 * Namespaces that share their nodes with others and not their egress addresses, where no network plugin gives pods such
 * addresses; ids.
 */
export function mixedNamespaces(lookup: Lookup, cluster: Entry<Cluster>): string[] {
  if (cluster.seenAs !== 'egress' || cniInfo(cniOf(cluster) ?? '')?.egressKind !== undefined) return [];
  const byNodes = new Map<string, Array<{ readonly id: string; readonly leaves: string }>>();
  for (const { id, zone } of lookup.namespacesHeldBy(cluster.id)) {
    if (zone === undefined) continue;
    const nodes = nodesOf(lookup, cluster, zone);
    byNodes.set(nodes, [...(byNodes.get(nodes) ?? []), { id, leaves: addressesOf(cluster, id, zone) }]);
  }
  return [...byNodes.values()]
    .filter((alike) => new Set(alike.map((n) => n.leaves)).size > 1)
    .flatMap((alike) => alike.map((n) => n.id));
}

/** What others see of the nodes of a zone: their own ranges where each pool says some, else those of any node. */
function nodesOf(lookup: Lookup, cluster: Entry<Cluster>, zone: string): string {
  const pools = lookup.poolsOf(cluster.id, zone).map((pool) => pool.addresses ?? []);
  return pools.length === 0 || pools.some((own) => own.length === 0) ? '' : pools.flat().join();
}

/** Of egress addresses the nearest wins. */
function addressesOf({ egress = {} }: Entry<Cluster>, namespace: string, zone: string): string {
  const own = <T>(all: Readonly<Record<string, T>> | undefined, key: string) =>
    all !== undefined && Object.hasOwn(all, key) ? all[key] : undefined;
  return (own(egress.namespaces, namespace) ?? own(egress.zones, zone) ?? egress.cluster ?? []).join();
}
