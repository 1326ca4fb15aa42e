/**
 * Connections between clusters, where addresses stand for workloads: what the policies of both ends let through in one
 * version of a design. Senders that look alike from outside and receivers that are dialled alike are asked once.
 */
import { looseCidr } from '../lib/ip.ts';
import type { Lookup } from '../model/index.ts';
import {
  allowedBetween,
  dialledAddresses,
  hosts,
  isOneMesh,
  nodesOfCluster,
  pluginOptions,
  seenFrom,
  thingOf,
} from '../proof/index.ts';
import { evaluate, type PortRange, type PortSetId, PortTable, type Reach } from '../reach/index.ts';
import type { DesignSide } from './review-side.ts';

export interface BetweenPair {
  readonly from: string;
  readonly to: string;
  readonly fromCluster: string;
  readonly toCluster: string;
  readonly ports: readonly PortRange[];
}

/** A pair in two versions of a design; either list is empty where nothing is allowed. */
export interface BetweenChange extends Omit<BetweenPair, 'ports'> {
  readonly before: readonly PortRange[];
  readonly after: readonly PortRange[];
}

interface Evaluated {
  readonly cluster: string;
  readonly reach: Reach;
  readonly things: ReadonlyMap<string, number>;
}

/** Every allowed pair across clusters. Nothing is evaluated where no workload can be dialled from another cluster. */
export function pairsBetween(side: DesignSide, cut: readonly string[]): BetweenPair[] {
  const { index } = side;
  const clusters = index.clusters.map((c) => c.id);
  if (clusters.length < 2 || !clusters.some((to) => clusters.some((from) => canDial(index, from, to)))) return [];
  const evaluated = clusters.map((cluster) => evaluateCluster(side, cluster, cut));
  return evaluated.flatMap((sender) =>
    evaluated.flatMap((receiver) =>
      sender === receiver || !canDial(index, sender.cluster, receiver.cluster) ? [] : pairsOf(index, sender, receiver),
    ),
  );
}

/** What names a pair among all of a side. */
export function pairKey({ fromCluster, from, toCluster, to }: Omit<BetweenPair, 'ports'>): string {
  return [fromCluster, from, toCluster, to].join('\u0000');
}

/** Whether what a trial allows a pair opens or closes part of what the change does. */
export function explainsBetween(tried: readonly PortRange[], { before, after }: BetweenChange): boolean {
  const ports = new PortTable();
  const [had, has, trial] = [ports.of(before), ports.of(after), ports.of(tried)];
  return (
    ports.intersect(ports.subtract(trial, had), ports.subtract(has, had)) !== 0 ||
    ports.intersect(ports.subtract(had, trial), ports.subtract(had, has)) !== 0
  );
}

/** Borders of addresses that decide between clusters, so that no piece lies half inside one. */
export function bordersBetween(index: Lookup): string[] {
  if (index.clusters.length < 2) return [];
  const clusters = index.clusters.flatMap((c) => [...(c.networks?.pods ?? []), ...nodesOfCluster(index, c.id)]);
  const workloads = index.workloads.flatMap((w) => [
    ...hosts(w.service?.addresses ?? []),
    ...index.clusters.flatMap((c) => seenFrom(index, { cluster: c.id, workload: w.id })),
  ]);
  return [...new Set([...clusters, ...workloads])];
}

function canDial(index: Lookup, from: string, to: string): boolean {
  const [a, b] = [index.get('cluster', from), index.get('cluster', to)];
  if (a === undefined || b === undefined || from === to) return false;
  if ((a.seenAs === 'routed' && b.seenAs === 'routed') || isOneMesh(a, b)) return true;
  return index
    .namespacesHeldBy(to)
    .some((n) => index.workloadsOfNamespace(n.id).some((w) => (w.service?.addresses ?? []).length > 0));
}

function evaluateCluster(side: DesignSide, cluster: string, cut: readonly string[]): Evaluated {
  const objectsOf = (id: string) => side.byCluster.get(id) ?? [];
  const reach = evaluate(objectsOf(cluster), { cut, ...pluginOptions(side.index, cluster, objectsOf) });
  const things = new Map<string, number>();
  reach.pods.forEach((pod, thing) => {
    const id = pod.cluster === undefined ? side.workloadOf(cluster, pod) : undefined;
    if (id !== undefined) things.set(id, thing);
  });
  return { cluster, reach, things };
}

function pairsOf(index: Lookup, sender: Evaluated, receiver: Evaluated): BetweenPair[] {
  const [a, b] = [index.get('cluster', sender.cluster), index.get('cluster', receiver.cluster)];
  if (a === undefined || b === undefined) return [];
  const isRouted = a.seenAs === 'routed' && b.seenAs === 'routed';
  const isMesh = isOneMesh(a, b);
  const leaving = permitted(sender.reach, 'egress');
  const entering = permitted(receiver.reach, 'ingress');
  // In a mesh the other side may tell apart by identity what looks alike at home.
  const farClass = (seenBy: Evaluated, home: Evaluated, id: string) => {
    const thing = thingOf(index, seenBy.reach, id, home.cluster);
    return thing === undefined ? '' : String(seenBy.reach.classes.classOf[thing]);
  };
  const senders = alike(sender, (id) =>
    [...seenFrom(index, { cluster: sender.cluster, workload: id }), farClass(receiver, sender, id)].join(),
  );
  const dialled = (id: string) => dialledAddresses(index, { cluster: receiver.cluster, workload: id }, isRouted);
  const receivers = alike(receiver, (id) => {
    const workload = index.get('workload', id);
    return JSON.stringify([workload?.service, workload?.ports, dialled(id), farClass(sender, receiver, id)]);
  });
  const found: BetweenPair[] = [];
  for (const own of senders) {
    const [from, thing] = own[0] ?? ['', 0];
    const seen = seenFrom(index, { cluster: sender.cluster, workload: from });
    for (const others of receivers) {
      const [to, target] = others[0] ?? ['', 0];
      const service = index.get('workload', to)?.service;
      const isHidden = !isRouted && service?.externalTrafficPolicy === 'Cluster';
      const arriving = isHidden ? nodesOfCluster(index, receiver.cluster) : seen;
      if (!isMesh && (leaving(thing, dialled(to)) === 0 || entering(target, arriving) === 0)) continue;
      const ports = allowedBetween(index, sender, receiver, from, to, isRouted);
      if (ports.length === 0) continue;
      for (const [one] of own)
        for (const [other] of others)
          if (one !== other)
            found.push({ from: one, to: other, fromCluster: sender.cluster, toCluster: receiver.cluster, ports });
    }
  }
  return found;
}

/** Workloads of one class that also look alike to other clusters. */
function alike(
  { reach, things }: Evaluated,
  looks: (id: string) => string,
): ReadonlyArray<ReadonlyArray<readonly [string, number]>> {
  const groups = new Map<string, Array<readonly [string, number]>>();
  for (const [id, thing] of things) {
    const key = `${reach.classes.classOf[thing] ?? 0} ${looks(id)}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [[id, thing]]);
    else known.push([id, thing]);
  }
  return [...groups.values()];
}

/** What one direction lets through towards ranges of addresses, remembered by class and ranges. */
function permitted(reach: Reach, direction: 'ingress' | 'egress') {
  const known = new Map<string, PortSetId>();
  const pieces = new Map<string, readonly number[]>();
  const inRange = (cidr: string): readonly number[] => {
    let found = pieces.get(cidr);
    if (found === undefined) {
      const range = looseCidr(cidr);
      found =
        range === undefined
          ? []
          : reach.pieces.flatMap((p, i) =>
              p.family === range.family && range.start <= p.start && p.end <= range.end ? [reach.pods.length + i] : [],
            );
      pieces.set(cidr, found);
    }
    return found;
  };
  return (thing: number, ranges: readonly string[]): PortSetId => {
    const key = `${reach.classes.classOf[thing] ?? 0} ${ranges.join()}`;
    let open = known.get(key);
    if (open === undefined) {
      open = 0;
      for (const range of ranges)
        for (const piece of inRange(range)) open = reach.ports.union(open, reach.permits(direction, thing, piece));
      known.set(key, open);
    }
    return open;
  };
}
