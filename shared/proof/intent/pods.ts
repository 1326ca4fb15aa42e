/** What a flow between workloads means, inside a cluster and between clusters. */
import { type Entry, endRef, type Flow, type Ref } from '../../model/index.ts';
import { dialledAddresses, isOneMesh, sameFamilies, seenFrom } from './addresses.ts';
import { addInside, atEdge, type Draft, type MeantBetween } from './draft.ts';
import { passes, portsAt, portsOutside } from './ends.ts';
import { placed, placesOf, standForEachOther, workload } from './homes.ts';
import { emptyNamespaces, meanFromEmpty, meanNamespaces, meanToEmpty } from './later-pods.ts';
import { nodesOfCluster } from './nodes.ts';

/** True where the matrix lets it pass. */
export function meanPods(
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
  const dialledAt = dialledAddresses(lookup, meant.to, isRouted);
  // A flow to a whole zone or namespace passes over receivers that have no address; one that names the receiver does not.
  if (dialledAt.length === 0 && !isExplicit) return;
  draft.between.push(meant);
  const seen = seenFrom(lookup, meant.from);
  const arriving =
    !isRouted && receiver.service?.externalTrafficPolicy === 'Cluster'
      ? sameFamilies(nodesOfCluster(lookup, meant.to.cluster), sameFamilies(seen, dialledAt))
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
