/**
 * Arrows of zones that lie in several clusters. A drawing says of a zone what is true wherever it is, so such an arrow
 * stands where every cluster that has both of its ends allows the same. Elsewhere it is said of the namespaces there.
 */
import { sortBy } from '../lib/sort.ts';
import type { End } from '../model/index.ts';
import type { DrawnArrow } from './arrows.ts';
import type { EstateCluster } from './estate.ts';
import type { DrawnNamespace } from './grid.ts';

/** An arrow of one cluster, with addresses as externals of the design. */
export interface PlacedArrow {
  readonly cluster: EstateCluster;
  readonly namespaces: readonly DrawnNamespace[];
  readonly arrow: DrawnArrow;
  readonly from: End;
  readonly to: End;
}

export interface Zones {
  /** Ids of the clusters that a zone lies in. */
  homes(zone: string): readonly string[];
  /** Whether an arrow that ends there also means senders of other clusters, which its own cluster says nothing of. */
  isDialled(to: End): boolean;
}

export function joined(arrows: readonly PlacedArrow[], zones: Zones): PlacedArrow[] {
  const isPart = (end: End) => 'zone' in end && zones.homes(end.zone).length > 1;
  const alike = new Map<string, PlacedArrow[]>();
  for (const placed of arrows) {
    const { cluster, arrow, from, to } = placed;
    const isOfParts = isPart(from) || isPart(to);
    const ports = cluster.reach.ports.ranges(arrow.ports);
    const key = JSON.stringify([arrow.flow, from, to, ports, isOfParts ? undefined : cluster.id]);
    const own = alike.get(key);
    if (own === undefined) alike.set(key, [placed]);
    else own.push(placed);
  }
  const kept: PlacedArrow[] = [];
  for (const all of alike.values()) {
    const [first] = all;
    if (first === undefined) continue;
    const { from, to } = first;
    if (!isPart(from) && !isPart(to)) kept.push(...all);
    else if (isEverywhere(all, zones)) kept.push(first);
    else kept.push(...all.flatMap((placed) => byNamespace(placed, zones)));
  }
  return merged(kept);
}

function isEverywhere(all: readonly PlacedArrow[], { homes, isDialled }: Zones): boolean {
  const [first] = all;
  if (first === undefined) return false;
  const { from, to, cluster: own } = first;
  if (!('external' in from) && !('external' in to) && isDialled(to)) return false;
  const places = [from, to].flatMap((end) => ('external' in end ? [] : ['zone' in end ? homes(end.zone) : [own.id]]));
  const shared = places.reduce((a, b) => a.filter((id) => b.includes(id)));
  return shared.every((id) => all.some(({ cluster }) => cluster.id === id));
}

/**
 * The same of one cluster alone. One end there is enough to say so, where nobody else can be dialled from elsewhere: then
 * the end with fewer namespaces is named by them, and the other stays a zone.
 */
function byNamespace(placed: PlacedArrow, { homes, isDialled }: Zones): PlacedArrow[] {
  const { from, to, namespaces } = placed;
  const endsOf = (end: End): readonly End[] =>
    'zone' in end && homes(end.zone).length > 1
      ? namespaces.filter((n) => n.zone === end.zone).map(({ id }) => ({ namespace: id }))
      : [end];
  const [senders, receivers] = [endsOf(from), endsOf(to)];
  if (!('external' in from) && !('external' in to) && !isDialled(to)) {
    return senders.length < receivers.length
      ? senders.map((own) => ({ ...placed, from: own }))
      : receivers.map((own) => ({ ...placed, to: own }));
  }
  return senders.flatMap((a) => receivers.map((b) => ({ ...placed, from: a, to: b })));
}

/** One arrow of a cluster between two ends, with all its ports. */
function merged(arrows: readonly PlacedArrow[]): PlacedArrow[] {
  const found = new Map<string, PlacedArrow>();
  for (const placed of arrows) {
    const { cluster, arrow, from, to } = placed;
    const key = JSON.stringify([cluster.id, arrow.flow, from, to]);
    const { ports } = cluster.reach;
    const known = found.get(key)?.arrow.ports ?? arrow.ports;
    found.set(key, { ...placed, arrow: { ...arrow, ports: ports.union(known, arrow.ports) } });
  }
  return sortBy(found.values(), ({ cluster }) => cluster.id);
}
