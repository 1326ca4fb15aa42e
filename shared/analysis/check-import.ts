/**
 * An imported design held against the manifests it came from: what the drawing means, by the proof's own reading of
 * drawings, and what the manifests allow, by the engine. Nothing of the import itself takes part but the names.
 */

import type { ClusterSources, Drawn } from '../importing/index.ts';
import { contains, looseCidr } from '../lib/ip.ts';
import { compareText } from '../lib/sort.ts';
import { lookup } from '../model/index.ts';
import { type ClusterIntent, intentOf, type MeantAtEdge } from '../proof/index.ts';
import { asCidrs, evaluate, type PortRange, type Reach, type SourceObject } from '../reach/index.ts';

export interface ImportDifference {
  /** `extra`: drawn and not allowed. `missing`: allowed and not drawn. `cannot-say`: no drawing could say it. */
  readonly kind: 'extra' | 'missing' | 'cannot-say';
  readonly cluster: string;
  /** Ids of workloads, names of what is not drawn, or addresses. */
  readonly from: string;
  readonly to: string;
  readonly ports: readonly PortRange[];
  readonly reason?: string;
}

export interface ImportCheck {
  /** Ordered pairs of workloads that were compared, and pairs of a workload with a class of addresses. */
  readonly pairs: number;
  /** Pairs on which something is allowed, the same in both. */
  readonly equal: number;
  /** At most `mostDifferences` of each kind. */
  readonly differences: readonly ImportDifference[];
  readonly counts: Readonly<Record<ImportDifference['kind'], number>>;
}

export const mostDifferences = 500;

export function checkImport({ topology, origins }: Drawn, clusters: readonly ClusterSources[]): ImportCheck {
  const index = lookup(topology);
  const intent = intentOf(index);
  const tally = new Tally();
  for (const { name, sources } of clusters) {
    const id = clusterOf(origins, sources) ?? index.clusters.find((c) => (c.name ?? c.id) === name)?.id;
    const own = id === undefined ? undefined : intent.clusters.get(id);
    if (id === undefined || own === undefined) continue;
    const pods = index.get('cluster', id)?.networks?.pods ?? [];
    const reach = evaluate(sources, { cut: [...bordersOf(own), ...pods] });
    const bySource = new Map(reach.pods.map((pod, thing) => [pod.source, thing]));
    const things = new Map(
      own.workloads.flatMap((w) => {
        const source = origins.get(w)?.source;
        const thing = source === undefined ? undefined : bySource.get(source);
        return thing === undefined ? [] : [[w, thing] as const];
      }),
    );
    const zones = new Map(own.workloads.map((w) => [w, index.zoneOf({ kind: 'workload', id: w })]));
    comparePods(id, own, zones, reach, things, tally);
    compareAddresses(id, own, reach, things, pods, tally);
    namePairsLeftOut(id, reach, things, tally);
  }
  return { pairs: tally.pairs, equal: tally.equal, differences: tally.listed, counts: tally.counts };
}

class Tally {
  pairs = 0;
  equal = 0;
  readonly listed: ImportDifference[] = [];
  readonly counts: Record<ImportDifference['kind'], number> = { extra: 0, missing: 0, 'cannot-say': 0 };

  add(difference: ImportDifference): void {
    this.counts[difference.kind] += 1;
    if (this.counts[difference.kind] <= mostDifferences) this.listed.push(difference);
  }
}

function comparePods(
  cluster: string,
  own: ClusterIntent,
  zones: ReadonlyMap<string, string | undefined>,
  reach: Reach,
  things: ReadonlyMap<string, number>,
  tally: Tally,
): void {
  const { ports } = reach;
  const everything = 1;
  for (const [from, sender] of things) {
    const row = reach.row(reach.classes.classOf[sender] ?? 0);
    const zone = zones.get(from);
    const isOpen = zone !== undefined && own.openZones.has(zone);
    const drawn = own.inside.get(from);
    for (const [to, receiver] of things) {
      if (from === to) continue;
      tally.pairs += 1;
      const allowed = row[reach.classes.classOf[receiver] ?? 0] ?? 0;
      const meant =
        isOpen && zones.get(to) === zone ? everything : ports.of((drawn?.get(to) ?? []).flatMap((d) => d.ports));
      compare(
        cluster,
        () => from,
        () => to,
        meant,
        allowed,
        reach,
        tally,
        reach.isUnseen(sender) || reach.isUnseen(receiver),
      );
    }
  }
}

function compareAddresses(
  cluster: string,
  own: ClusterIntent,
  reach: Reach,
  things: ReadonlyMap<string, number>,
  pods: readonly string[],
  tally: Tally,
): void {
  const { ports, pieces } = reach;
  const ranges = pods.flatMap((c) => looseCidr(c) ?? []);
  const judged = pieces.flatMap((piece, i) => (ranges.some((r) => contains(r, { ...piece, prefix: 0 })) ? [] : [i]));
  const classes = new Map<string, number[]>();
  const edges = [...own.outgoing.values(), ...own.incoming.values()].flat();
  const holders = new Map(edges.map((edge) => [edge, holderOf(edge)]));
  const shape = [...new Map(edges.map((e) => [`${e.cidrs.join()} ${e.except.join()}`, e])).values()];
  // Pieces that neither the policies nor any arrow tell apart are one end.
  for (const i of judged) {
    const piece = pieces[i];
    if (piece === undefined) continue;
    const key = `${reach.classes.classOf[reach.pods.length + i]} ${shape.map((e) => Number(holders.get(e)?.(piece))).join('')}`;
    const known = classes.get(key);
    if (known === undefined) classes.set(key, [i]);
    else known.push(i);
  }
  for (const [id, thing] of things) {
    for (const [direction, edgesHere] of [
      ['egress', own.outgoing.get(id) ?? []],
      ['ingress', own.incoming.get(id) ?? []],
    ] as const) {
      for (const members of classes.values()) {
        const [first = 0] = members;
        const piece = pieces[first];
        if (piece === undefined) continue;
        tally.pairs += 1;
        const allowed = reach.permits(direction, thing, reach.pods.length + first);
        const meant = edgesHere
          .filter((edge) => holders.get(edge)?.(piece))
          .reduce((sum, edge) => ports.union(sum, ports.of(edge.ports)), 0);
        const addresses = () => shortened(asCidrs(members.flatMap((i) => pieces[i] ?? [])));
        const [from, to] = direction === 'egress' ? [() => id, addresses] : [addresses, () => id];
        compare(cluster, from, to, meant, allowed, reach, tally, reach.isUnseen(thing));
      }
    }
  }
}

function compare(
  cluster: string,
  from: () => string,
  to: () => string,
  meant: number,
  allowed: number,
  { ports }: Reach,
  tally: Tally,
  isUnseen: boolean,
): void {
  if (meant === allowed) {
    if (meant !== 0) tally.equal += 1;
    return;
  }
  const add = (kind: ImportDifference['kind'], set: number, reason?: string) => {
    if (set !== 0)
      tally.add({
        kind,
        cluster,
        from: from(),
        to: to(),
        ports: ports.ranges(set),
        ...(reason !== undefined && { reason }),
      });
  };
  if (isUnseen) {
    add(
      'cannot-say',
      ports.union(meant, allowed),
      'one of them runs on the network of its node, which no policy holds',
    );
    return;
  }
  add('extra', ports.subtract(meant, allowed));
  add('missing', ports.subtract(allowed, meant));
}

/** Connections with pods that the design does not hold, such as those of kube-system. */
function namePairsLeftOut(cluster: string, reach: Reach, things: ReadonlyMap<string, number>, tally: Tally): void {
  const drawn = new Set(things.values());
  const left = reach.pods.flatMap((pod, thing) => (drawn.has(thing) ? [] : [{ pod, thing }]));
  const reason = 'one of them is not part of the design';
  for (const { pod, thing } of left) {
    const name = `${pod.namespace}/${pod.name}`;
    for (const [id, own] of things) {
      const [out, back] = [reach.allowed(own, thing), reach.allowed(thing, own)];
      if (out !== 0)
        tally.add({ kind: 'cannot-say', cluster, from: id, to: name, ports: reach.ports.ranges(out), reason });
      if (back !== 0)
        tally.add({ kind: 'cannot-say', cluster, from: name, to: id, ports: reach.ports.ranges(back), reason });
    }
  }
}

function clusterOf(origins: Drawn['origins'], sources: readonly SourceObject[]): string | undefined {
  const own = new Set(sources);
  for (const { cluster, source } of origins.values()) if (own.has(source)) return cluster;
  return undefined;
}

function bordersOf(own: ClusterIntent): string[] {
  const edges = [...own.outgoing.values(), ...own.incoming.values()].flat();
  return [...new Set(edges.flatMap((e) => [...e.cidrs, ...e.except]))].sort(compareText);
}

function holderOf({ cidrs, except }: MeantAtEdge): (piece: Reach['pieces'][number]) => boolean {
  const outer = cidrs.flatMap((c) => looseCidr(c) ?? []);
  const holes = except.flatMap((c) => looseCidr(c) ?? []);
  return (piece) => {
    const range = { ...piece, prefix: 0 };
    return outer.some((o) => contains(o, range)) && !holes.some((h) => contains(h, range));
  };
}

function shortened(cidrs: readonly string[]): string {
  return cidrs.length > 4 ? `${cidrs.slice(0, 4).join(', ')} and ${cidrs.length - 4} more ranges` : cidrs.join(', ');
}
