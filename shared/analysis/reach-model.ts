/**
 * What the exported manifests of a design allow, cluster by cluster, ready to be asked: who can reach whom and why. Each
 * cluster is parsed and evaluated when the first question about it comes.
 */
import { type Bundle, compile } from '../compile/index.ts';
import { parseManifests } from '../k8s/index.ts';
import { looseCidr } from '../lib/ip.ts';
import { metadataAddresses, notPublic } from '../lib/public-ranges.ts';
import { apiServerAddresses, type Lookup, lookup, type Ref, refKey, type Topology } from '../model/index.ts';
import { allowedBetween, hosts, isOneMesh, nodesOfCluster, pluginOptions, seenFrom, thingOf } from '../proof/index.ts';
import { evaluate, type PortRange, type PortSetId, PortTable, type Reach } from '../reach/index.ts';

/** One end of a question: a workload, an external, or addresses (CIDR) outside every cluster. */
export type AskedEnd =
  | { readonly kind: 'workload'; readonly id: string }
  | { readonly kind: 'external'; readonly id: string }
  | { readonly kind: 'addresses'; readonly cidrs: readonly string[] };

export interface ClusterReach {
  readonly cluster: string;
  readonly reach: Reach;
  /** Things of the evaluation by id of the workload. */
  readonly things: ReadonlyMap<string, number>;
}

export interface ReachModel {
  readonly topology: Topology;
  readonly index: Lookup;
  readonly bundle: Bundle;
  /** Undefined for a cluster that the design does not have. */
  cluster(id: string | undefined): ClusterReach | undefined;
  /** The cluster whose namespace holds a workload. */
  clusterOf(workload: string): ClusterReach | undefined;
  /** The clusters a workload runs in, more than one where a cluster replaces another; its namespace's own first. */
  homesOf(workload: string): readonly ClusterReach[];
  /** Where two workloads meet: in clusters that run both, and from cluster to cluster where these are no pair. */
  meetings(from: string, to: string): readonly Meeting[];
  /** The pieces of the address space that an end means to a workload in one of its clusters, as things of its evaluation. */
  addressesOf(end: AskedEnd, at: string, direction: 'ingress' | 'egress', home?: ClusterReach): readonly number[];
}

/** The clusters of the sender and of the receiver; one and the same inside a cluster. */
export type Meeting = readonly [ClusterReach, ClusterReach];

export function reachModel(topology: Topology): ReachModel {
  const index = lookup(topology);
  const bundle = compile(topology);
  const borders = bordersOf(index);
  const clusters = new Map<string, ClusterReach>();
  const cluster = (id: string | undefined): ClusterReach | undefined => {
    if (id === undefined || index.get('cluster', id) === undefined) return undefined;
    let found = clusters.get(id);
    if (found === undefined) {
      found = evaluated(index, bundle, id, borders);
      clusters.set(id, found);
    }
    return found;
  };
  const clusterOf = (workload: string) => cluster(index.clusterOf({ kind: 'workload', id: workload }));
  const homesOf = (workload: string): readonly ClusterReach[] => {
    const own = clusterOf(workload);
    const others = index.homesOf(index.get('workload', workload)?.namespace).filter((id) => id !== own?.cluster);
    return [own, ...others.map(cluster)].filter((home) => home !== undefined);
  };
  const pieces = new Map<string, readonly number[]>();
  return {
    topology,
    index,
    bundle,
    cluster,
    clusterOf,
    homesOf,
    meetings: (from, to) => {
      const all = homesOf(from).flatMap((a) => homesOf(to).map((b): Meeting => [a, b]));
      const inside = all.filter(([a, b]) => a === b);
      return [...inside, ...all.filter(([a, b]) => a !== b && !index.isOnePair(a.cluster, b.cluster))];
    },
    addressesOf: (end, at, direction, own = clusterOf(at)) => {
      if (own === undefined || end.kind === 'workload') return [];
      const ranges = rangesOf(index, end, at, own.cluster, direction);
      const key = `${own.cluster} ${ranges.cidrs.join()} ${ranges.except.join()}`;
      let found = pieces.get(key);
      if (found === undefined) {
        found = inRanges(own.reach, ranges);
        pieces.set(key, found);
      }
      return found;
    },
  };
}

/** What may flow between two ends, as ports of the receiver's pods. Empty where nothing may, or neither is a workload. */
export function allowedPorts(model: ReachModel, from: AskedEnd, to: AskedEnd): readonly PortRange[] {
  if (from.kind === 'workload' && to.kind === 'workload') {
    if (from.id === to.id) return [];
    return together(model.meetings(from.id, to.id).map((meeting) => allowedAt(model, meeting, from.id, to.id)));
  }
  const inside = from.kind === 'workload' ? from : to;
  if (inside.kind !== 'workload') return [];
  return together(
    model
      .homesOf(inside.id)
      .map((own) => allowedAtEdge(model, own, inside.id, inside === from ? to : from, inside === from)),
  );
}

/** The same between two workloads where they meet. */
export function allowedAt(model: ReachModel, [a, b]: Meeting, from: string, to: string): readonly PortRange[] {
  if (a !== b) return allowedBetween(model.index, a, b, from, to, isRouted(model, a.cluster, b.cluster));
  const [x, y] = [a.things.get(from), a.things.get(to)];
  return x === undefined || y === undefined ? [] : a.reach.ports.ranges(a.reach.allowed(x, y));
}

/** What any of several lists holds, each port once. Most workloads run in one cluster, and then there is nothing to add up. */
function together([first = [], ...more]: ReadonlyArray<readonly PortRange[]>): readonly PortRange[] {
  if (more.length === 0 && first.length < 2) return first;
  const table = new PortTable();
  return table.ranges(table.of([first, ...more].flat()));
}

function allowedAtEdge(
  model: ReachModel,
  own: ClusterReach,
  workload: string,
  other: AskedEnd,
  isOut: boolean,
): readonly PortRange[] {
  const thing = own.things.get(workload);
  if (thing === undefined) return [];
  const { reach } = own;
  const addresses = model.addressesOf(other, workload, isOut ? 'egress' : 'ingress', own);
  const seen = new Set<number>();
  let open: PortSetId = 0;
  for (const address of addresses) {
    const id = reach.classes.classOf[address] ?? 0;
    if (seen.has(id)) continue;
    seen.add(id);
    open = reach.ports.union(open, isOut ? reach.allowed(thing, address) : reach.allowed(address, thing));
  }
  return reach.ports.ranges(open);
}

/** True where pods of both clusters dial each other's pod addresses. */
export function isRouted({ index }: ReachModel, a: string, b: string): boolean {
  return index.get('cluster', a)?.seenAs === 'routed' && index.get('cluster', b)?.seenAs === 'routed';
}

/** What people call an end: a title, or addresses. */
export function titleOf({ index }: ReachModel, end: AskedEnd): string {
  if (end.kind !== 'addresses') return index.titleOf(end);
  const [first = 'no address', ...more] = end.cidrs;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

/** The records that caused what stands at a line of the export; flows and zones only where `isAbout` says so. */
export function causesAt(
  { bundle }: ReachModel,
  place: { readonly file?: string; readonly line?: number },
  isAbout: (cause: Ref) => boolean,
): readonly Ref[] {
  const { file: path, line } = place;
  if (path === undefined || line === undefined) return [];
  const file = bundle.files.find((f) => f.path === path);
  const object = file?.objects.find((o) => o.startLine <= line && line <= o.endLine);
  return (object?.causes ?? []).filter(isAbout);
}

/** Whether an external hides behind its receiver's own nodes, which then are what the policies see. */
export function isHiddenByNodes({ index }: ReachModel, receiver: string): boolean {
  return index.get('workload', receiver)?.service?.externalTrafficPolicy === 'Cluster';
}

/** Things that lie wholly in one of the ranges. */
export function inRange(reach: Reach, cidrs: readonly string[]): readonly number[] {
  return inRanges(reach, { cidrs, except: [] });
}

/** The same end, whatever object names it. */
export function endKey(end: AskedEnd): string {
  return end.kind === 'addresses' ? `addresses:${end.cidrs.join()}` : refKey(end);
}

interface Ranges {
  readonly cidrs: readonly string[];
  readonly except: readonly string[];
}

function evaluated(index: Lookup, bundle: Bundle, cluster: string, cut: readonly string[]): ClusterReach {
  const objectsOf = (of: string) =>
    bundle.files
      .filter((file) => file.cluster === of && file.objects.length > 0)
      .flatMap((file) => parseManifests(file.text, { file: file.path }).objects);
  const reach = evaluate(objectsOf(cluster), { cut, ...pluginOptions(index, cluster, objectsOf) });
  const things = new Map<string, number>();
  for (const namespace of index.namespacesHeldBy(cluster))
    for (const { id } of index.workloadsOfNamespace(namespace.id)) {
      const thing = thingOf(index, reach, id);
      if (thing !== undefined) things.set(id, thing);
    }
  return { cluster, reach, things };
}

/** Every border that a question can know, so that no piece of the address space lies half inside what is asked. */
function bordersOf(index: Lookup): string[] {
  const externals = Object.values(index.topology.externals ?? {});
  const clusters = index.clusters.flatMap((c) => [...(c.networks?.pods ?? []), ...nodesOfCluster(index, c.id)]);
  const workloads = index.workloads.flatMap((w) => [
    ...hosts(w.service?.addresses ?? []),
    ...index.homesOf(w.namespace).flatMap((cluster) => seenFrom(index, { cluster, workload: w.id })),
  ]);
  const internet = externals.some((e) => e.kind === 'internet') ? [...notPublic[4], ...notPublic[6]] : [];
  const drawn = externals.flatMap((e) => e.cidrs ?? []);
  const servers = index.clusters.flatMap((c) => hosts(apiServerAddresses(c)));
  return [...new Set([...drawn, ...servers, ...clusters, ...workloads, ...internet, ...metadataAddresses])];
}

/** The addresses of an end as one workload meets them: never pods that are drawn as workloads themselves. */
function rangesOf(
  index: Lookup,
  end: Exclude<AskedEnd, { readonly kind: 'workload' }>,
  at: string,
  home: string,
  direction: 'ingress' | 'egress',
): Ranges {
  if (end.kind === 'addresses') return { cidrs: end.cidrs, except: [] };
  if (direction === 'ingress' && index.get('workload', at)?.service?.externalTrafficPolicy === 'Cluster')
    return { cidrs: nodesOfCluster(index, home), except: [] };
  const external = index.get('external', end.id);
  if (external?.kind === 'apiServer')
    return { cidrs: hosts(apiServerAddresses(index.get('cluster', home) ?? {})), except: [] };
  const own = index.get('cluster', home);
  const pods = index.clusters.flatMap((c) =>
    c.id === home || c.seenAs === 'routed' || (own !== undefined && isOneMesh(own, c)) ? (c.networks?.pods ?? []) : [],
  );
  const isInternet = external?.kind === 'internet';
  const cidrs = external?.cidrs ?? (isInternet ? ['0.0.0.0/0', '::/0'] : []);
  const metadata = metadataAddresses.filter((address) => !cidrs.includes(address));
  return { cidrs, except: [...(isInternet ? [...notPublic[4], ...notPublic[6]] : []), ...pods, ...metadata] };
}

function inRanges(reach: Reach, { cidrs, except }: Ranges): number[] {
  const outer = cidrs.flatMap((c) => looseCidr(c) ?? []);
  const holes = except.flatMap((c) => looseCidr(c) ?? []);
  return reach.pieces.flatMap((piece, i) => {
    const lies = (range: { readonly family: number; readonly start: bigint; readonly end: bigint }) =>
      range.family === piece.family && range.start <= piece.start && piece.end <= range.end;
    return outer.some(lies) && !holes.some(lies) ? [reach.pods.length + i] : [];
  });
}
