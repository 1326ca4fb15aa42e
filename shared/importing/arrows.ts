/**
 * What the policies of a cluster allow, as arrows. Policies that Zonewright exported name the flow they were made from, and
 * those arrows are found first, each under its own id; whatever is allowed beyond them is summarised afterwards.
 */
import type { End } from '../model/index.ts';
import { networkRules, type PortSetId, type Reach } from '../reach/index.ts';
import type { EstateCluster } from './estate.ts';
import {
  type AddressNode,
  type AddressSide,
  addressSide,
  type DrawnNamespace,
  inboundGrid,
  outboundGrid,
  type PodNode,
  type PodSide,
  permitted,
  podGrid,
  podSide,
} from './grid.ts';
import { managedBy } from './infer-zones.ts';
import { textsAt } from './objects.ts';
import { type Arrow, type Grid, type Node, summarise } from './summarise.ts';

/** Pieces of the address space of the cluster's evaluation. */
export interface Addresses {
  readonly pieces: readonly number[];
}

export interface DrawnArrow {
  readonly cluster: string;
  readonly from: End | Addresses;
  readonly to: End | Addresses;
  readonly ports: PortSetId;
  /** The flow that an export says it comes from. */
  readonly flow?: string;
}

/** `zones` are those of the whole design; `isWhole` says which of them lie in this cluster alone. */
export function arrowsOf(
  cluster: EstateCluster,
  namespaces: readonly DrawnNamespace[],
  zones: readonly string[],
  isWhole: (zone: string) => boolean,
  open: ReadonlySet<string>,
): DrawnArrow[] {
  const { reach } = cluster;
  const sides = new Map(zones.map((zone) => [zone, podSide(cluster, zone, namespaces, isWhole(zone))]));
  const at = permitted(reach);
  const outside = { senders: addressSide(cluster, 'senders'), receivers: addressSide(cluster, 'receivers') };
  const flows = ownFlows(cluster);
  const home = new Map([...sides].flatMap(([zone, side]) => side.leaves.map((leaf) => [leaf.thing, zone] as const)));
  const flowsAt = (out: string | undefined, into: string | undefined) =>
    new Map(
      [...flows].filter(
        ([, flow]) =>
          (out === undefined || [...flow.out].some((thing) => home.get(thing) === out)) &&
          (into === undefined || [...flow.in].some((thing) => home.get(thing) === into)),
      ),
    );
  const arrows: DrawnArrow[] = [];
  for (const zone of zones) {
    const from = sides.get(zone);
    if (from === undefined || from.leaves.length === 0) continue;
    for (const other of zones) {
      const to = sides.get(other);
      if (to === undefined || to.leaves.length === 0 || (zone === other && open.has(zone))) continue;
      for (const arrow of draw(cluster, flowsAt(zone, other), between(cluster, from, to, at))) arrows.push(arrow);
    }
    for (const arrow of draw(cluster, flowsAt(zone, undefined), outbound(cluster, from, outside.receivers, at)))
      arrows.push(arrow);
    for (const arrow of draw(cluster, flowsAt(undefined, zone), inbound(cluster, outside.senders, from, at)))
      arrows.push(arrow);
  }
  const alone = new Map(
    zones.filter(isWhole).flatMap((zone) => {
      const [only, ...more] = namespaces.filter((n) => n.zone === zone);
      return only === undefined || more.length > 0 ? [] : [[only.id, zone] as const];
    }),
  );
  const everywhere = outside.receivers.leaves.flatMap((leaf) => leaf.pieces).sort((a, b) => a - b);
  return widened(merged(arrows, reach), everywhere, alone);
}

/** The zones in which every pod of this cluster, one that comes later included, may reach every other on all ports. */
export function openZones(
  cluster: EstateCluster,
  namespaces: readonly DrawnNamespace[],
  zones: readonly string[],
): ReadonlySet<string> {
  const at = permitted(cluster.reach);
  return new Set(
    zones.filter((zone) => {
      const { leaves } = podSide(cluster, zone, namespaces, false);
      return leaves.every((a) => leaves.every((b) => at(a.thing, b.thing) === 1));
    }),
  );
}

/** A table of permissions, and the part of it that one flow's own policies speak of. */
interface Table<R extends Node, C extends Node> {
  readonly whole: Grid<R, C>;
  /** Undefined where the flow says nothing here. `rows` and `columns` give the place in the whole. */
  part(
    flow: OwnFlow,
  ): { readonly grid: Grid<R, C>; readonly rows: readonly number[]; readonly columns: readonly number[] } | undefined;
}

function draw<R extends PodNode | AddressNode, C extends PodNode | AddressNode>(
  cluster: EstateCluster,
  flows: ReadonlyMap<string, OwnFlow>,
  { whole, part }: Table<R, C>,
): DrawnArrow[] {
  const { ports } = cluster.reach;
  const covered = new Uint32Array(whole.height * whole.width);
  const found: DrawnArrow[] = [];
  for (const [id, flow] of flows) {
    const own = part(flow);
    if (own === undefined) continue;
    found.push(...ends(cluster, summarise(own.grid, ports), id));
    own.rows.forEach((row, r) => {
      own.columns.forEach((column, c) => {
        const k = row * whole.width + column;
        covered[k] = ports.union(covered[k] ?? 0, own.grid.at(r, c));
      });
    });
  }
  found.push(...ends(cluster, summarise(whole, ports, covered)));
  return found;
}

function between(
  cluster: EstateCluster,
  from: PodSide,
  to: PodSide,
  at: (from: number, to: number) => PortSetId,
): Table<PodNode, PodNode> {
  const { ports } = cluster.reach;
  return {
    whole: podGrid(from, to, at),
    part: (flow) => {
      const [rows, columns] = [only(from, flow.out), only(to, flow.in)];
      if (rows === undefined || columns === undefined) return undefined;
      const asked = (a: number, b: number) =>
        ports.intersect(ports.intersect(flow.egress(a, b), flow.ingress(a, b)), at(a, b));
      return { grid: podGrid(rows.side, columns.side, asked), rows: rows.places, columns: columns.places };
    },
  };
}

function outbound(
  cluster: EstateCluster,
  from: PodSide,
  outside: AddressSide,
  at: (from: number, to: number) => PortSetId,
): Table<PodNode, AddressNode> {
  const { ports } = cluster.reach;
  const columns = outside.leaves.map((_, i) => i);
  return {
    whole: outboundGrid(from, outside, at),
    part: (flow) => {
      const rows = only(from, flow.out);
      if (rows === undefined) return undefined;
      const asked = (pod: number, address: number) => ports.intersect(flow.egress(pod, address), at(pod, address));
      return { grid: outboundGrid(rows.side, outside, asked), rows: rows.places, columns };
    },
  };
}

function inbound(
  cluster: EstateCluster,
  outside: AddressSide,
  to: PodSide,
  at: (from: number, to: number) => PortSetId,
): Table<AddressNode, PodNode> {
  const { ports } = cluster.reach;
  const rows = outside.leaves.map((_, i) => i);
  return {
    whole: inboundGrid(outside, to, at),
    part: (flow) => {
      const columns = only(to, flow.in);
      if (columns === undefined) return undefined;
      const asked = (address: number, pod: number) => ports.intersect(flow.ingress(address, pod), at(address, pod));
      return { grid: inboundGrid(outside, columns.side, asked), rows, columns: columns.places };
    },
  };
}

/** The part of a side that some pods make up; undefined where it is empty. */
function only(
  side: PodSide,
  things: ReadonlySet<number>,
): { readonly side: PodSide; readonly places: readonly number[] } | undefined {
  const places = side.leaves.flatMap((leaf, i) => (things.has(leaf.thing) ? [i] : []));
  if (places.length === 0) return undefined;
  const at = new Map(places.map((place, i) => [place, i]));
  return {
    places,
    side: {
      leaves: places.flatMap((i) => side.leaves[i] ?? []),
      nodes: side.nodes.flatMap((node) => {
        const leaves = node.leaves.flatMap((l) => at.get(l) ?? []);
        return leaves.length === node.leaves.length ? [{ ...node, leaves }] : [];
      }),
    },
  };
}

function ends<R extends PodNode | AddressNode, C extends PodNode | AddressNode>(
  cluster: EstateCluster,
  arrows: ReadonlyArray<Arrow<R, C>>,
  flow?: string,
): DrawnArrow[] {
  const sides = (node: PodNode | AddressNode): ReadonlyArray<End | Addresses> =>
    'pieces' in node ? [{ pieces: node.pieces }] : node.ends;
  return arrows.flatMap(({ from, to, ports }) =>
    sides(from).flatMap((a) =>
      sides(to).flatMap((b): DrawnArrow[] =>
        JSON.stringify(a) === JSON.stringify(b) && 'workload' in a
          ? []
          : [{ cluster: cluster.id, from: a, to: b, ports, ...(flow !== undefined && { flow }) }],
      ),
    ),
  );
}

/** One arrow between two ends, with all its ports; arrows of a known flow stay apart. */
function merged(arrows: readonly DrawnArrow[], { ports }: Reach): DrawnArrow[] {
  const found = new Map<string, DrawnArrow>();
  for (const arrow of arrows) {
    const key = JSON.stringify([arrow.flow, arrow.from, arrow.to]);
    const known = found.get(key);
    found.set(key, known === undefined ? arrow : { ...known, ports: ports.union(known.ports, arrow.ports) });
  }
  return [...found.values()];
}

/**
 * What is open on every port is said as widely as it is true, which a person reads in fewer arrows: from and to zones where
 * a zone is one namespace, and to every address at once where the metadata addresses are open as well. `everywhere` has all
 * pieces of the address space, `alone` the zones of namespaces that have one for themselves.
 */
function widened(
  arrows: readonly DrawnArrow[],
  everywhere: readonly number[],
  alone: ReadonlyMap<string, string>,
): DrawnArrow[] {
  const isOpen = ({ flow, ports }: DrawnArrow) => flow === undefined && ports === allPorts;
  const zoned = (end: End | Addresses): End | Addresses => {
    const zone = 'namespace' in end ? alone.get(end.namespace) : undefined;
    return zone === undefined ? end : { zone };
  };
  const wide = arrows.map((arrow) =>
    isOpen(arrow) ? { ...arrow, from: zoned(arrow.from), to: zoned(arrow.to) } : arrow,
  );
  const outbound = new Map<string, Set<number>>();
  for (const arrow of wide) {
    if (!isOpen(arrow) || !('pieces' in arrow.to)) continue;
    const key = JSON.stringify(arrow.from);
    outbound.set(key, new Set([...(outbound.get(key) ?? []), ...arrow.to.pieces]));
  }
  const found = new Map<string, DrawnArrow>();
  for (const arrow of wide) {
    const isEverywhere =
      isOpen(arrow) && 'pieces' in arrow.to && outbound.get(JSON.stringify(arrow.from))?.size === everywhere.length;
    const own = isEverywhere ? { ...arrow, to: { pieces: everywhere } } : arrow;
    found.set(JSON.stringify(own), own);
  }
  return [...found.values()];
}

const allPorts: PortSetId = 1;

/** The rules that an export made from one flow, by the pods they are about. */
interface OwnFlow {
  readonly out: ReadonlySet<number>;
  readonly in: ReadonlySet<number>;
  egress(pod: number, peer: number): PortSetId;
  ingress(peer: number, pod: number): PortSetId;
}

function ownFlows({ reach }: EstateCluster): ReadonlyMap<string, OwnFlow> {
  const names = new Map<string, { out: Set<number>; in: Set<number> }>();
  for (let thing = 0; thing < reach.pods.length; thing += 1) {
    for (const direction of ['egress', 'ingress'] as const) {
      for (const { policy } of networkRules(reach.chain(thing, direction)) ?? []) {
        const flow = flowOf(policy.name, direction);
        if (flow === undefined || textsAt(policy.source.object, 'metadata', 'labels')[managedBy] !== 'zonewright')
          continue;
        let own = names.get(flow);
        if (own === undefined) {
          own = { out: new Set(), in: new Set() };
          names.set(flow, own);
        }
        own[direction === 'egress' ? 'out' : 'in'].add(thing);
      }
    }
  }
  const asked = (direction: 'egress' | 'ingress', flow: string, subject: number, peer: number): PortSetId => {
    const peerClass = reach.classes.classOf[peer] ?? 0;
    let sum: PortSetId = 0;
    for (const { policy, rule, peers } of networkRules(reach.chain(subject, direction)) ?? []) {
      if (flowOf(policy.name, direction) !== flow || !peers.has(peerClass)) continue;
      sum = reach.ports.union(sum, reach.portsOf(rule, direction === 'ingress' ? subject : peer));
    }
    return sum;
  };
  return new Map(
    [...names].map(([flow, own]) => [
      flow,
      {
        ...own,
        egress: (pod: number, peer: number) => asked('egress', flow, pod, peer),
        ingress: (peer: number, pod: number) => asked('ingress', flow, pod, peer),
      },
    ]),
  );
}

function flowOf(policy: string, direction: 'egress' | 'ingress'): string | undefined {
  const suffix = direction === 'egress' ? '-out' : '-in';
  return policy.endsWith(suffix) ? policy.slice(0, -suffix.length) : undefined;
}
