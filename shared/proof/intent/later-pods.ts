/** What flows to and from whole namespaces and zones mean for pods there that no workload of the design names. */
import { type Entry, endRef, type Flow, type Lookup, type Ref } from '../../model/index.ts';
import { hosts, isOneMesh, sameFamilies, seenFromNamespace } from './addresses.ts';
import { addAtNamespace, atEdge, type ByNamespace, type Draft } from './draft.ts';
import { type MeantPort, type MeantPorts, portsOutside } from './ends.ts';
import { homesOfNamespace, type Place, placesOf, standForEachOther, workload } from './homes.ts';
import { nodesOfCluster } from './nodes.ts';

/** A flow to or from a whole namespace or zone also speaks of pods there that no workload names, in the same cluster. */
export function meanNamespaces(
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
export function emptyNamespaces(lookup: Lookup, end: Ref): readonly string[] {
  return wholeNamespaces(lookup, end).filter((id) => lookup.workloadsOfNamespace(id).length === 0);
}

/** Pods that come later will have addresses of their cluster; where these are dialled, they are meant already. */
export function meanToEmpty(
  draft: Draft,
  from: Place,
  namespace: string,
  ports: readonly MeantPort[],
  cause: Ref,
): void {
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

export function meanFromEmpty(
  draft: Draft,
  namespace: string,
  to: Place,
  ports: readonly MeantPort[],
  cause: Ref,
): void {
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
    const calling = sameFamilies(seen, dialledAt);
    const cidrs = isHidden ? sameFamilies(nodesOfCluster(lookup, to.cluster), calling) : calling;
    atEdge(draft.incoming, to, { cidrs, except: [], ports, cause });
  }
}
