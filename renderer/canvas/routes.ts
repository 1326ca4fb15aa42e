/** The ways and labels of all flows and claims of a design in one placement. */
import { compareText, sortedEntries } from '../../shared/lib/sort.ts';
import {
  type Flow,
  formatShortPorts,
  lookup,
  proxyPorts,
  refKey,
  stationsOf,
  type Topology,
} from '../../shared/model/index.ts';
import type { Detail, FlowState, Level } from './canvas-types.ts';
import { type Findings, graver } from './findings.ts';
import { centre, inflate, type Point, type Rect, right } from './geometry.ts';
import { type LabelWish, placeLabels } from './labels.ts';
import type { Placement } from './layout.ts';
import { mostNamed } from './level.ts';
import { openGroups } from './open-groups.ts';
import { type Link, type Obstacles, obstacles, offCard, type Route, type Routing, routeAll } from './route.ts';

/** Before the id of a flow: the part of it that goes on from the proxy through which it enters. */
export const onward = 'onward:';

export interface DrawnFlow {
  /** `flow:id`, `onward:id`, or `bundle:from>to`. */
  readonly id: string;
  /** The flow, where it is one. */
  readonly flow?: string;
  readonly part?: 'to-proxy' | 'onward';
  readonly fromNode: string;
  readonly toNode: string;
  readonly state: FlowState;
  readonly label: string;
  readonly count: number;
  /** What a bundle is made of, by id. */
  readonly members?: readonly string[];
  /** Nodes that are all open to each other, from above to below; the line runs through them and has no direction. */
  readonly joins?: readonly string[];
  /** True where the label says what the line is, and so has to be there. */
  readonly isTold?: boolean;
}

export interface DrawnClaim {
  readonly id: string;
  readonly workload: string;
  readonly endpoint: string;
  /** True where it leaves the zone of its workload. */
  readonly isLoud: boolean;
  readonly points: readonly Point[];
  readonly about: string;
}

export interface Routes {
  readonly ways: ReadonlyMap<string, Route>;
  readonly labels: ReadonlyMap<string, Point>;
}

const labelHeight = 20;
/** So far inside the border of a zone do flows between zones begin and end. */
const overBorder = 16;

export interface DrawOptions {
  /** Lines of their own, which from afar are bundled with the flows. */
  readonly beside?: readonly DrawnFlow[];
  /** Ids of flows that are drawn by themselves although a line of what is open to each other has them; or all. */
  readonly apart?: ReadonlySet<string> | 'all';
}

/**
 * What is drawn for the flows: each by itself, or one line for what is open to each other; from afar one bundle for all
 * flows between the same two groups.
 */
export function drawnFlows(
  topology: Topology,
  placement: Placement,
  findings: Findings,
  level: Level,
  { beside = [], apart = none }: DrawOptions = {},
): DrawnFlow[] {
  const single: DrawnFlow[] = [];
  for (const flow of lookup(topology).flows) {
    const found = findings.flows.get(flow.id);
    const state = found ?? (flow.exception === undefined ? 'plain' : 'exception');
    const nodes = stationsOf(flow).map(refKey);
    if (!nodes.every((node) => placement.nodes.has(node))) continue;
    for (const [i, fromNode] of nodes.entries()) {
      const toNode = nodes[i + 1];
      if (toNode === undefined || fromNode === toNode) continue;
      const part = i > 0 ? 'onward' : nodes.length > 2 ? 'to-proxy' : undefined;
      single.push({
        id: part === 'onward' ? `${onward}${flow.id}` : `flow:${flow.id}`,
        flow: flow.id,
        ...(part !== undefined && { part }),
        fromNode,
        toNode,
        state,
        label:
          part === 'to-proxy'
            ? dialledLabel(topology, flow, state)
            : part === 'onward'
              ? `↪ ${labelOf(topology, flow, 'plain')}`
              : labelOf(topology, flow, state),
        count: 1,
      });
    }
  }
  const { joined, rest } =
    apart === 'all' ? { joined: [], rest: single } : joinOpen(topology, placement, single, apart);
  const lines = [...rest, ...beside];
  if (level !== 'far') return [...lines, ...joined];
  const byNamespace = bundled(lines, (node) => groupOf(placement, node, 1));
  const bundles =
    byNamespace.length <= mostBundles ? byNamespace : bundled(lines, (node) => groupOf(placement, node, 2));
  return [...bundles, ...joined];
}

const none: ReadonlySet<string> = new Set();

/** One line for each group of what is open to each other, and the flows that are in none. */
function joinOpen(
  topology: Topology,
  placement: Placement,
  single: readonly DrawnFlow[],
  apart: ReadonlySet<string>,
): { readonly joined: readonly DrawnFlow[]; readonly rest: readonly DrawnFlow[] } {
  const byId = new Map(single.map((one) => [one.flow, one]));
  const inGroups = new Set<string>();
  const top = (node: string) => placement.nodes.get(node)?.rect.y ?? 0;
  const joined = openGroups(lookup(topology).flows.filter(({ id }) => byId.has(id))).flatMap(
    ({ nodes, flows }): DrawnFlow[] => {
      const members = flows.flatMap((id) => byId.get(id) ?? []);
      const joins = [...nodes].sort((a, b) => top(a) - top(b));
      const [fromNode, toNode] = [joins[0], joins.at(-1)];
      if (fromNode === undefined || toNode === undefined) return [];
      // Whoever has all of them selected means the line.
      const isWhole = flows.every((id) => apart.has(id));
      for (const id of flows) if (isWhole || !apart.has(id)) inGroups.add(id);
      return [
        {
          id: `open:${joins.join('+')}`,
          fromNode,
          toNode,
          joins,
          state: members.reduce<FlowState>((worst, one) => graver(worst, one.state), 'plain'),
          label: `all to all, ${members.length} flows`,
          count: members.length,
          members: members.map((one) => one.id),
        },
      ];
    },
  );
  return { joined, rest: single.filter(({ flow }) => flow === undefined || !inGroups.has(flow)) };
}

/** Ids of the flows that may be drawn apart from a line of what is open to each other. */
export function joinedFlows(topology: Topology): readonly string[] {
  return openGroups(lookup(topology).flows).flatMap(({ flows }) => flows);
}

/** More lines than this say nothing any more; then whole clusters are joined instead of namespaces. */
const mostBundles = 160;

function bundled(single: readonly DrawnFlow[], group: (node: string) => string): DrawnFlow[] {
  const bundles = new Map<string, DrawnFlow[]>();
  for (const one of single) {
    const from = group(one.fromNode);
    const to = group(one.toNode);
    if (from === to) {
      // What stays inside one group is not seen from afar, unless it has something to say.
      if (one.isTold === true) bundles.set(one.id, [one]);
      continue;
    }
    const key = `bundle:${from}>${to}`;
    const ends = { ...one, fromNode: from, toNode: to };
    const own = bundles.get(key);
    if (own === undefined) bundles.set(key, [ends]);
    else own.push(ends);
  }
  return [...bundles]
    .flatMap(([id, all]): DrawnFlow[] => {
      const [first] = all;
      // A bundle of one is that flow: it can be selected like any other.
      if (first === undefined || all.length === 1) return all;
      const { fromNode, toNode } = first;
      const state = all.reduce<FlowState>((worst, one) => graver(worst, one.state), 'plain');
      const members = all.map(({ id: own, flow }) => (flow === undefined ? own : `flow:${flow}`));
      return [{ id, fromNode, toNode, state, label: `${all.length} flows`, count: all.length, members }];
    })
    .sort((a, b) => compareText(a.id, b.id));
}

/**
 * Ways and labels of all flows. `shifted`: where nodes are that do not stand where the placement has them. `written`: what
 * labels stand beside.
 */
export function routeFlows(
  drawn: readonly DrawnFlow[],
  placement: Placement,
  detail: Detail,
  {
    shifted,
    written,
  }: { readonly shifted?: (node: string) => Rect | undefined; readonly written?: readonly Rect[] } = {},
): Routes {
  const { ways } = waysOf(drawn, placement, detail.level, { shifted });
  return { ways, labels: labelsOf(drawn, ways, placement, detail, written) };
}

/** `before`: how flows were led until now, at the same level of detail; most of them stay where they are. */
export function waysOf(
  drawn: readonly DrawnFlow[],
  placement: Placement,
  level: Level,
  {
    shifted,
    before,
  }: {
    readonly shifted?: ((node: string) => Rect | undefined) | undefined;
    readonly before?: Routing | undefined;
  } = {},
): Routing {
  const rectOf = (node: string): Rect | undefined => shifted?.(node) ?? placement.nodes.get(node)?.rect;
  const links: Link[] = drawn.flatMap(({ id, fromNode, toNode, joins }) => {
    if (joins !== undefined) return [];
    const [from, to] = [rectOf(fromNode), rectOf(toNode)];
    if (from === undefined || to === undefined) return [];
    // Bands touch: a flow between two of them is a short arrow across the border, for which each gives a little room.
    const isOverBorder = fromNode.startsWith('zone:') && toNode.startsWith('zone:');
    const ends = isOverBorder ? { from: inside(from), to: inside(to) } : { from, to };
    return [{ id, fromNode, toNode, ...ends }];
  });
  const { cards: around, titles: words, frames } = surroundings(placement, level);
  const routing = routeAll(links, around, words, frames, before);
  const spines = drawn.flatMap(({ id, joins }) => (joins === undefined ? [] : [{ id, joins }]));
  if (spines.length === 0) return routing;
  const joined = spines.map(({ id, joins }, i) => [id, spine(joins, placement, rectOf, i)] as const);
  return { ...routing, ways: new Map([...routing.ways, ...joined]) };
}

/** So far beside what stands in the zones does the first line run that joins them, and so far from it the next. */
const besideZones = 30;

/** From the side of an external down through zones, beside everything that stands in them. */
function spine(
  joins: readonly string[],
  placement: Placement,
  rectOf: (node: string) => Rect | undefined,
  rank: number,
): Route {
  const inside = [...placement.nodes].filter(([id]) => !id.startsWith('zone:') && !id.startsWith('band:'));
  const x = Math.max(...inside.map(([id, { rect }]) => right(rectOf(id) ?? rect))) + besideZones * (rank + 1);
  const joints = joins.flatMap((node): Point[] => {
    const rect = rectOf(node);
    if (rect === undefined) return [];
    const { y } = centre(rect);
    return [{ x: node.startsWith('zone:') ? x : right(rect), y }];
  });
  const points = joints.flatMap((joint): Point[] => (joint.x === x ? [joint] : [joint, { x, y: joint.y }]));
  return { points, behind: [], joints };
}

function inside(band: Rect): Rect {
  return { ...band, y: band.y + overBorder, h: band.h - 2 * overBorder };
}

/** `written`: what else stands on the picture, such as names from afar; a label stands beside it or is left out. */
export function labelsOf(
  drawn: readonly DrawnFlow[],
  ways: ReadonlyMap<string, Route>,
  placement: Placement,
  { level, scale }: Detail,
  written: readonly Rect[] = [],
): ReadonlyMap<string, Point> {
  const isGrave = (d: DrawnFlow) => d.state !== 'plain' || d.count > 1 || d.isTold === true;
  const wishOf = (d: DrawnFlow, must: boolean): LabelWish => ({ id: d.id, ...labelSize(d, scale), must });
  if (level === 'far') {
    // Where cards are marks on a map, labels stand over them, and only those that say more than a port.
    const areMarks = scale > mostNamed;
    const told = areMarks ? drawn.filter(isGrave) : drawn;
    const gravest = [...told].sort((a, b) => Number(isGrave(b)) - Number(isGrave(a)));
    return placeLabels(
      gravest.map((d) => wishOf(d, d.isTold === true)),
      ways,
      obstacles(areMarks ? [] : cards(placement, 'mid')),
      written,
    );
  }
  return placeLabels(
    drawn.map((d) => wishOf(d, isGrave(d))),
    ways,
    surroundings(placement, level).words,
    written,
  );
}

/** What a label covers; `at` is its middle. */
export function labelBox(flow: DrawnFlow, at: Point, { scale }: Detail): Rect {
  const { w, h } = labelSize(flow, scale);
  return { x: at.x - w / 2, y: at.y - h / 2, w, h };
}

function labelSize({ label, state }: DrawnFlow, scale: number): { readonly w: number; readonly h: number } {
  return { w: labelWidth(label, state) * scale, h: labelHeight * scale };
}

interface Surroundings {
  readonly cards: Obstacles;
  /** Words of frames alone; from afar they are written over the flows. */
  readonly titles: Obstacles;
  /** Cards, words of frames, and the heads of clusters from edge to edge. */
  readonly words: Obstacles;
  /** Zones, clusters and namespaces. */
  readonly frames: readonly Rect[];
}

const known = new WeakMap<Placement, Map<Level, Surroundings>>();

/** What ways and labels keep off; the same for every frame of a drag. */
function surroundings(placement: Placement, level: Level): Surroundings {
  const levels = known.get(placement) ?? new Map<Level, Surroundings>();
  known.set(placement, levels);
  let found = levels.get(level);
  if (found === undefined) {
    const rects = cards(placement, level);
    const heads = placement.columns.map(({ rect }) => ({ x: rect.x, y: rect.y + 6, w: rect.w, h: 26 }));
    const names = level === 'far' ? [] : placement.words;
    found = {
      cards: obstacles(rects.map((r) => inflate(r, offCard - 1))),
      titles: obstacles(names),
      words: obstacles([...rects, ...heads, ...names]),
      frames: framesOf(placement, level),
    };
    levels.set(level, found);
  }
  return found;
}

/** Ties from workloads to the storage endpoints of their claims. */
export function drawnClaims(topology: Topology, placement: Placement): DrawnClaim[] {
  const index = lookup(topology);
  const found: DrawnClaim[] = [];
  for (const workload of index.workloads) {
    const seen = new Set<string>();
    for (const [claim, { class: id }] of sortedEntries(workload.storage)) {
      const endpoint = index.get('class', id)?.endpoint;
      const from = placement.nodes.get(`workload:${workload.id}`)?.rect;
      const to = placement.nodes.get(`endpoint:${endpoint}`)?.rect;
      if (endpoint === undefined || from === undefined || to === undefined || seen.has(endpoint)) continue;
      seen.add(endpoint);
      const isLoud = index.zoneOf({ kind: 'workload', id: workload.id }) !== index.get('endpoint', endpoint)?.zone;
      found.push({
        id: `claim:${workload.id}/${claim}`,
        workload: `workload:${workload.id}`,
        endpoint: `endpoint:${endpoint}`,
        isLoud,
        points: tie(from, to),
        about: `${index.titleOf({ kind: 'workload', id: workload.id })} keeps ${claim} on ${index.titleOf({ kind: 'endpoint', id: endpoint })}${isLoud ? ', which stands in another zone' : ''}.`,
      });
    }
  }
  return found;
}

/** From the card's lower right corner along a channel to the endpoint. */
export function tie(from: Rect, to: Rect): Point[] {
  const toRight = to.x >= right(from);
  const start = { x: toRight ? right(from) : from.x, y: from.y + from.h - 10 };
  const end = toRight
    ? { x: to.x, y: centre(to).y }
    : right(to) <= from.x
      ? { x: right(to), y: centre(to).y }
      : { x: centre(to).x, y: to.y < from.y ? to.y + to.h : to.y };
  if (end.x !== to.x && end.x !== right(to)) return [start, { x: end.x, y: start.y }, end];
  const x = toRight ? start.x + 20 : start.x - 20;
  const lane = from.y + from.h + 9;
  // Just below the row of cards, where nothing else stands, then up or down right before the endpoint.
  const last = toRight ? to.x - 14 : right(to) + 14;
  return [
    start,
    { x: x - (toRight ? 12 : -12), y: start.y },
    { x: x - (toRight ? 12 : -12), y: lane },
    { x: last, y: lane },
    { x: last, y: end.y },
    end,
  ];
}

function labelWidth(label: string, state: FlowState): number {
  return Math.round(label.length * 6.4) + 16 + (state === 'plain' ? 0 : 15);
}

/** Ports as they are dialled at the proxy that a flow enters through. */
function dialledLabel(topology: Topology, flow: Flow, state: FlowState): string {
  const proxy = lookup(topology).get('workload', flow.via?.proxy);
  const answers = proxy === undefined ? undefined : proxyPorts(flow, proxy);
  const ports = answers === undefined || answers === 'all' ? flow.ports : answers.map((a) => ({ ...a, port: a.dial }));
  return worded(formatShortPorts(ports), state);
}

/** Ports first; what is special about a flow is said in words as well, because colour alone says nothing. */
function labelOf(topology: Topology, flow: Flow, state: FlowState): string {
  return worded(formatShortPorts(numbered(topology, flow)), state);
}

function worded(ports: string, state: FlowState): string {
  const short = ports.length > 22 ? `${ports.slice(0, 20)}…` : ports;
  switch (state) {
    case 'blocked':
      return `blocked ${short}`;
    case 'outward':
      return `upward ${short}`;
    case 'expired':
      return `expired ${short}`;
    default:
      return short;
  }
}

/** Ports by number, also where the flow names them: numbers are what people compare with a firewall. */
function numbered(topology: Topology, { ports, to }: Flow): Flow['ports'] {
  const named = 'workload' in to ? lookup(topology).get('workload', to.workload)?.ports : undefined;
  if (ports === 'all' || named === undefined) return ports;
  return ports.map((p) => {
    const found = typeof p.port === 'string' && Object.hasOwn(named, p.port) ? named[p.port] : undefined;
    return found === undefined ? p : { port: found.port, protocol: p.protocol ?? found.protocol };
  });
}

/** The frame around a workload (1: its namespace, 2: the segment around that); other ends stand for themselves. */
function groupOf(placement: Placement, node: string, steps: 1 | 2): string {
  let at = node;
  if (node.startsWith('workload:')) at = placement.nodes.get(at)?.parent ?? at;
  if (steps === 2 && at.startsWith('namespace:')) at = placement.nodes.get(at)?.parent ?? at;
  return at;
}

function framesOf({ nodes, columns }: Placement, level: Level): Rect[] {
  // From afar namespaces are what flows run between.
  const kinds = level === 'far' ? ['zone:', 'band:'] : ['zone:', 'band:', 'namespace:'];
  const rects = columns.map(({ rect }) => rect);
  for (const [id, { rect }] of nodes) if (kinds.some((kind) => id.startsWith(kind))) rects.push(rect);
  return rects;
}

function cards(placement: Placement, level: Level): Rect[] {
  const kinds = level === 'far' ? ['namespace:', 'external:', 'endpoint:'] : ['workload:', 'external:', 'endpoint:'];
  const rects: Rect[] = [];
  for (const [id, { rect }] of placement.nodes) if (kinds.some((k) => id.startsWith(k))) rects.push(rect);
  return rects;
}
