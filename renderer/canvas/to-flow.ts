/**
 * The design as React Flow sees it. Pure but for one thing: given the result of before, whatever is equal keeps its
 * identity, so that a change to one workload renders one node.
 */
import { Position } from '@xyflow/react';
import { isEqual } from '../../shared/lib/is-equal.ts';
import { memoWeak } from '../../shared/lib/memo.ts';
import {
  findRecord,
  type Lookup,
  lookup,
  parseRefKey,
  type Ref,
  ref,
  refKey,
  type Topology,
} from '../../shared/model/index.ts';
import { zoneColors } from '../ui/zone-colors.ts';
import type { CanvasEdge, CanvasNode, ZoneData } from './canvas-types.ts';
import type { Findings } from './findings.ts';
import { lockedNodes } from './from-flow.ts';
import { centre, type Rect, union } from './geometry.ts';
import type { PlacedNode, Placement } from './layout.ts';
import { outsideBand, unplacedBand } from './layout-model.ts';
import {
  clusterDetail,
  pairOf,
  poolText,
  type RuntimeReader,
  runtimeReader,
  takenOver,
  workloadData,
  zoneChips,
} from './node-data.ts';
import type { Marks } from './review-scene.ts';
import type { DrawnClaim, DrawnFlow, Routes } from './routes.ts';

interface CommonInput {
  readonly topology: Topology;
  readonly findings: Findings;
  /** Keys `kind:id`. */
  readonly selection: ReadonlySet<string>;
  readonly review: Marks;
}

export interface NodesInput extends CommonInput {
  readonly placement: Placement;
  readonly renaming?: Ref | undefined;
  /** True while a review shows states that are not the design as it stands. */
  readonly isReadOnly: boolean;
}

export interface EdgesInput extends CommonInput {
  readonly flows: readonly DrawnFlow[];
  readonly routes: Routes;
  readonly claims: readonly DrawnClaim[];
}

/** Nodes or edges, and by their ids everything they were made from. While all of it is the same, nothing is made again. */
export interface Made<T> {
  readonly items: T[];
  readonly causes: ReadonlyMap<string, Causes>;
  readonly input: CommonInput;
  /** Where each item stands in the list, by its id. */
  readonly places: ReadonlyMap<string, number>;
}

type Causes = readonly unknown[];
type Reuse<T> = (id: string, from: Causes, make: () => T) => T;

/** Layers of the picture. Flows run above frames and below cards. */
export const layers = {
  zone: 0,
  tie: 1,
  column: 1,
  segment: 2,
  namespace: 3,
  edge: 4,
  selectedEdge: 5,
  card: 6,
} as const;

const throughPointer = { pointerEvents: 'none' } as const;

export function toNodes(input: NodesInput, before?: Made<CanvasNode>): Made<CanvasNode> {
  const context = (reuse: Reuse<CanvasNode>) => nodeContext(input, reuse);
  const again = selectedAnew(input, before, (key, reuse) => {
    const placed = input.placement.nodes.get(key);
    return placed === undefined ? [] : [nodeOf(context(reuse), key, placed)];
  });
  return again ?? made<CanvasNode>(input, (reuse) => nodesOf(input, reuse), before);
}

export function toEdges(input: EdgesInput, before?: Made<CanvasEdge>): Made<CanvasEdge> {
  const titles = titleReader(input.topology);
  const again = selectedAnew(input, before, (key, reuse) =>
    (bySelection(input.flows).get(key) ?? []).map((flow) => flowEdge(input, reuse, titles, flow)),
  );
  return again ?? made<CanvasEdge>(input, (reuse) => edgesOf(input, reuse, titles), before);
}

/**
 * Where nothing but the selection differs, only what is selected, or was, is made again: who walks through a large picture
 * selects one thing after the other. Undefined where more differs, or where an item shows something that is selected beside
 * itself, as the parts of a cluster do.
 */
function selectedAnew<T extends { readonly id: string }>(
  input: CommonInput,
  before: Made<T> | undefined,
  makeAll: (key: string, reuse: Reuse<T>) => ReadonlyArray<T | undefined>,
): Made<T> | undefined {
  if (before === undefined) return undefined;
  const { selection, ...rest } = input;
  const { selection: had, ...earlier } = before.input;
  if (!isShallowEqual(Object.values(earlier), Object.values(rest))) return undefined;
  const causes = new Map(before.causes);
  const items = [...before.items];
  for (const key of [...selection, ...had]) {
    if (selection.has(key) && had.has(key)) continue;
    if (key.startsWith('cluster:') || key.startsWith('pool:')) return undefined;
    const anew = makeAll(key, (id, from, make) => {
      causes.set(id, from);
      return make();
    });
    for (const item of anew) {
      const place = item === undefined ? undefined : before.places.get(item.id);
      if (item !== undefined && place !== undefined) items[place] = item;
    }
  }
  return { ...before, items: sameList(before.items, items), causes, input };
}

function made<T extends { readonly id: string }>(
  input: CommonInput,
  make: (reuse: Reuse<T>) => T[],
  before?: Made<T>,
): Made<T> {
  const causes = new Map<string, Causes>();
  const had = new Map(before?.items.map((item) => [item.id, item]));
  const keep = (item: T): T => {
    const known = had.get(item.id);
    return known !== undefined && isEqual(known, item) ? known : item;
  };
  const items = make((id, from, makeOne) => {
    causes.set(id, from);
    const known = had.get(id);
    return known !== undefined && isShallowEqual(before?.causes.get(id), from) ? known : makeOne();
  }).map(keep);
  return {
    items: sameList(before?.items, items),
    causes,
    input,
    places: new Map(items.map((item, place) => [item.id, place])),
  };
}

function isShallowEqual(a: Causes | undefined, b: Causes): boolean {
  return a !== undefined && a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** A list whose items are all the same stays the same list, so that React Flow has nothing to look at. */
function sameList<T>(before: T[] | undefined, after: T[]): T[] {
  return before !== undefined && before.length === after.length && after.every((item, i) => item === before[i])
    ? before
    : after;
}

function nodeContext(input: NodesInput, reuse: Reuse<CanvasNode>): NodeContext {
  const { topology } = input;
  return {
    input,
    reuse,
    index: lookup(topology),
    runtimeOf: runtimeReader(topology),
    locked: lockedNodes(topology),
    isLane: Object.values(topology.layout?.zones ?? {}).every((zone) => zone.x === 0),
  };
}

function nodesOf(input: NodesInput, reuse: Reuse<CanvasNode>): CanvasNode[] {
  const { placement } = input;
  const context = nodeContext(input, reuse);
  const found: CanvasNode[] = [];
  for (const [id, placed] of placement.nodes) {
    const node = nodeOf(context, id, placed);
    if (node !== undefined) found.push(node);
  }
  placement.columns.forEach((column) => {
    const isRemoved = input.review.get(`cluster:${column.cluster}`)?.mark === 'removed';
    found.push({
      ...decoration(`column:${column.segments[0]}`, column.rect, layers.column),
      type: 'column',
      data: { isRemoved },
    });
  });
  placement.ties.forEach(({ cluster, from, to }, i) => {
    const a = { x: centre(from).x, y: from.y + from.h };
    const b = { x: centre(to).x, y: to.y };
    const rect = union([
      { x: a.x - 4, y: a.y, w: 8, h: 1 },
      { x: b.x - 4, y: b.y, w: 8, h: 1 },
    ]);
    if (rect === undefined) return;
    found.push({
      ...decoration(`tie:${cluster}/${i}`, rect, layers.tie),
      type: 'tie',
      data: { from: { x: a.x - rect.x, y: a.y - rect.y }, to: { x: b.x - rect.x, y: b.y - rect.y } },
    });
  });
  return found;
}

function decoration(id: string, rect: Rect, zIndex: number) {
  return {
    id,
    ...size(rect),
    position: { x: rect.x, y: rect.y },
    zIndex,
    draggable: false,
    selectable: false,
    focusable: false,
    connectable: false,
    style: throughPointer,
  };
}

function size(rect: Rect) {
  return { width: rect.w, height: rect.h, measured: { width: rect.w, height: rect.h } };
}

interface NodeContext {
  readonly input: NodesInput;
  readonly reuse: Reuse<CanvasNode>;
  readonly index: Lookup;
  readonly runtimeOf: RuntimeReader;
  readonly locked: ReadonlySet<string>;
  readonly isLane: boolean;
}

function nodeOf(context: NodeContext, id: string, { parent, rect }: PlacedNode): CanvasNode | undefined {
  const { input, reuse, index, runtimeOf, locked, isLane } = context;
  const { placement, topology, findings, selection, review, isReadOnly } = input;
  const origin = parent === undefined ? undefined : placement.nodes.get(parent)?.rect;
  const target = parseRefKey(id);
  const marks = (key: string) => ({
    severity: findings.of.get(key)?.severity,
    problems: findings.of.get(key)?.text,
    review: review.get(key)?.mark,
    reviewText: review.get(key)?.text,
    isRenaming: input.renaming !== undefined && refKey(input.renaming) === key,
  });
  const isSelected = selection.has(id);
  const draggable = !isReadOnly && !locked.has(id);
  const common = () => ({
    id,
    ...size(rect),
    position: { x: rect.x - (origin?.x ?? 0), y: rect.y - (origin?.y ?? 0) },
    ...(parent !== undefined && { parentId: parent }),
    handles: handlesOf(rect),
    selected: isSelected,
    draggable,
  });
  if (target?.kind === 'workload') {
    const marked = marks(id);
    const workload = index.get('workload', target.id);
    const namespace = index.get('namespace', workload?.namespace);
    const zone = index.get('zone', namespace?.zone);
    const from = [rect, origin?.x, origin?.y, parent, workload, zone, topology.runtimes, isSelected, draggable];
    return reuse(id, [...from, ...Object.values(marked)], () => ({
      ...common(),
      type: 'workload',
      zIndex: layers.card,
      data: { ...marked, ...workloadData(index, runtimeOf, target) },
    }));
  }
  const base = common();
  // Frames let the pointer through where they are empty: dragging there draws a marquee.
  const frame = { ...base, selectable: false, style: throughPointer };

  if (id === outsideBand || id === unplacedBand) {
    const data: ZoneData =
      id === outsideBand
        ? { variant: 'outside', isLane, title: 'Outside', detail: 'trust 0', runtimes: [], classes: [] }
        : {
            variant: 'unplaced',
            isLane,
            title: 'No zone',
            detail: 'default deny, nothing else',
            runtimes: [],
            classes: [],
          };
    return {
      ...frame,
      type: 'zone',
      zIndex: layers.zone,
      draggable: false,
      focusable: false,
      connectable: false,
      data,
    };
  }
  if (id.startsWith('segment:')) {
    const [cluster = '', zone = ''] = id.slice('segment:'.length).split('/');
    const key = `cluster:${cluster}`;
    const shared = marks(key);
    // A cluster whose parts stand apart has several heads; its name is typed into the first of them.
    const head = placement.columns.find((c) => c.segments[0]?.startsWith(`${cluster}/`))?.segments[0];
    return {
      ...frame,
      type: 'segment',
      zIndex: layers.segment,
      selected: selection.has(key),
      connectable: false,
      dragHandle: '.segment-grip',
      data: {
        ...shared,
        isRenaming: shared.isRenaming && head === `${cluster}/${zone}`,
        ref: ref('cluster', cluster),
        zone,
        isHead: placement.columns.some((c) => c.segments[0] === `${cluster}/${zone}`),
        title: index.titleOf(ref('cluster', cluster)),
        detail: clusterDetail(index, cluster),
        pair: pairOf(index, cluster),
        taken: takenOver(index, cluster, zone),
        pools: index.poolsOf(cluster, zone).map((p) => ({
          id: p.id,
          text: poolText(p),
          isSelected: selection.has(`pool:${p.id}`),
        })),
      },
    };
  }
  if (target === undefined) return undefined;
  switch (target.kind) {
    case 'zone': {
      const zone = index.get('zone', target.id);
      const rank = index.zones.findIndex((z) => z.id === target.id);
      return {
        ...frame,
        type: 'zone',
        zIndex: layers.zone,
        dragHandle: '.zone-head',
        data: {
          ...marks(id),
          variant: 'zone',
          isLane,
          ref: target,
          title: index.titleOf(target),
          detail: `trust ${zone?.trust ?? '?'}`,
          ...zoneChips(index, runtimeOf, target.id),
          light: zoneColors(rank, index.zones.length, 'light'),
          dark: zoneColors(rank, index.zones.length, 'dark'),
        },
      };
    }
    case 'namespace':
      return {
        ...base,
        type: 'namespace',
        zIndex: layers.namespace,
        data: {
          ...marks(id),
          ref: target,
          title: index.titleOf(target),
          count: index.workloadsOfNamespace(target.id).length,
        },
      };
    case 'external': {
      const external = index.get('external', target.id);
      const detail = [...(external?.cidrs ?? []), ...(external?.names ?? [])];
      return {
        ...base,
        type: 'external',
        zIndex: layers.card,
        data: {
          ...marks(id),
          ref: target,
          title: index.titleOf(target),
          detail:
            external?.kind === 'apiServer'
              ? 'of each cluster'
              : detail.length > 0
                ? short(detail)
                : external?.kind === 'internet'
                  ? 'every public address'
                  : 'no address yet',
        },
      };
    }
    case 'endpoint': {
      const endpoint = findRecord(topology, ref('endpoint', target.id));
      return {
        ...base,
        type: 'endpoint',
        zIndex: layers.card,
        connectable: false,
        data: { ...marks(id), ref: target, title: index.titleOf(target), detail: endpoint?.type ?? '' },
      };
    }
    default:
      return undefined;
  }
}

function edgesOf(input: EdgesInput, reuse: Reuse<CanvasEdge>, titles: (node: string) => string): CanvasEdge[] {
  const claims: CanvasEdge[] = input.claims.map((c) =>
    reuse(c.id, [c], () => ({
      id: c.id,
      type: 'claim',
      source: c.workload,
      target: c.endpoint,
      zIndex: layers.edge,
      selectable: false,
      focusable: false,
      data: { points: c.points, isLoud: c.isLoud, about: c.about },
    })),
  );
  return [...claims, ...input.flows.flatMap((flow) => flowEdge(input, reuse, titles, flow) ?? [])];
}

/** What is drawn of each flow by its key: a flow may have several parts, and a line may be selected with several flows. */
const bySelection = memoWeak((flows: readonly DrawnFlow[]): ReadonlyMap<string, readonly DrawnFlow[]> => {
  const found = new Map<string, DrawnFlow[]>();
  for (const flow of flows) {
    const keys = flow.flow !== undefined ? [`flow:${flow.flow}`] : flow.joins !== undefined ? (flow.members ?? []) : [];
    for (const key of keys) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [flow]);
      else known.push(flow);
    }
  }
  return found;
});

/** Undefined for a flow that no way was found for. */
function flowEdge(
  { selection, findings, review, routes }: EdgesInput,
  reuse: Reuse<CanvasEdge>,
  titles: (node: string) => string,
  flow: DrawnFlow,
): CanvasEdge | undefined {
  const way = routes.ways.get(flow.id);
  if (way === undefined) return undefined;
  const key = flow.flow === undefined ? undefined : `flow:${flow.flow}`;
  const isOnward = flow.part === 'onward';
  const found = review.get(key ?? flow.id);
  // What a review says of a flow stands on its first part.
  const mark = isOnward && found?.text ? { ...found, text: undefined } : found;
  const finding = key === undefined ? undefined : findings.of.get(key);
  const isSelected = key === undefined ? isChosen(flow, selection) : selection.has(key);
  const label = routes.labels.get(flow.id);
  const from = titles(flow.fromNode);
  const to = titles(flow.toNode);
  const causes = [flow, way, label, found, finding?.severity, finding?.text, isSelected, from, to];
  return reuse(flow.id, causes, () => ({
    id: flow.id,
    type: 'flow',
    source: flow.fromNode,
    target: flow.toNode,
    zIndex: isSelected ? layers.selectedEdge : layers.edge,
    selected: isSelected,
    // React Flow would take a click on one of two selected parts for a wish to deselect the other.
    selectable: key !== undefined && !isOnward,
    focusable: false,
    data: {
      ...(key !== undefined && flow.flow !== undefined && { ref: ref('flow', flow.flow) }),
      part: flow.part,
      points: way.points,
      behind: way.behind,
      ...(way.joints !== undefined && { joints: way.joints }),
      state: flow.state,
      label: flow.label,
      labelAt:
        mark?.text === ''
          ? undefined
          : (label ?? (isSelected || mark?.text !== undefined ? middle(way.points) : undefined)),
      count: flow.count,
      severity: finding?.severity,
      problems: finding?.text,
      review: mark?.mark,
      reviewText: mark?.text,
      reviewTone: mark?.tone,
      about: aboutOf(flow, titles),
    },
  }));
}

function aboutOf({ fromNode, toNode, count, label, joins }: DrawnFlow, titles: (node: string) => string): string {
  if (joins !== undefined) return `All open to each other: ${joins.map(titles).join(', ')}, ${label}`;
  const words = count === 1 ? [label] : [`${count} flows`, label];
  return [`${titles(fromNode)} to ${titles(toNode)}`, ...new Set(words)].join(', ');
}

/** A line through what is open to each other is selected with all of its flows. */
function isChosen({ joins, members = [] }: DrawnFlow, selection: ReadonlySet<string>): boolean {
  return joins !== undefined && members.every((member) => selection.has(member));
}

/** What people call the record of a node; each is looked up once. */
function titleReader(topology: Topology): (node: string) => string {
  const index = lookup(topology);
  const known = new Map<string, string>();
  return (node) => {
    let title = known.get(node);
    if (title === undefined) {
      title = index.titleOf(parseRefKey(node) ?? ref('zone', node));
      known.set(node, title);
    }
    return title;
  };
}

function middle(points: FlowOutputPoints): { x: number; y: number } | undefined {
  const b = points[Math.floor(points.length / 2)];
  const a = points[Math.floor(points.length / 2) - 1];
  return a === undefined || b === undefined ? undefined : { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
type FlowOutputPoints = ReadonlyArray<{ readonly x: number; readonly y: number }>;

function short(items: readonly string[]): string {
  const [first = '', second] = items;
  if (items.length === 2 && first.length + (second?.length ?? 0) < 20) return `${first} · ${second}`;
  return items.length > 1 ? `${first} +${items.length - 1}` : first;
}

/** Where flows may touch, said in advance so that flows to cards outside the view can be drawn. */
function handlesOf(rect: Rect): NonNullable<CanvasNode['handles']> {
  const { w, h } = rect;
  const one = (position: Position, x: number, y: number) => ({
    id: position,
    type: 'source' as const,
    position,
    x: x - 4,
    y: y - 4,
    width: 8,
    height: 8,
  });
  return [
    one(Position.Top, w / 2, 0),
    one(Position.Right, w, h / 2),
    one(Position.Bottom, w / 2, h),
    one(Position.Left, 0, h / 2),
  ];
}
