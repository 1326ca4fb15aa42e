/** Records as nodes of React Flow, one function a kind; frames of clusters, and what ties their parts together. */
import { Position } from '@xyflow/react';
import { zoneColors } from '../../shared/lib/zone-colors.ts';
import { findRecord, type Lookup, lookup, parseRefKey, type Ref, ref, refKey } from '../../shared/model/index.ts';
import type { CanvasNode, ZoneData } from './canvas-types.ts';
import { layers, type NodesInput, type Reuse } from './flow-types.ts';
import { lockedNodes } from './from-flow.ts';
import { centre, type Rect, union } from './geometry.ts';
import type { PlacedNode } from './layout.ts';
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

const throughPointer = { pointerEvents: 'none' } as const;

export interface NodeContext {
  readonly input: NodesInput;
  readonly reuse: Reuse<CanvasNode>;
  readonly index: Lookup;
  readonly runtimeOf: RuntimeReader;
  readonly locked: ReadonlySet<string>;
  readonly isLane: boolean;
}

export function nodeContext(input: NodesInput, reuse: Reuse<CanvasNode>): NodeContext {
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

export function nodesOf(input: NodesInput, reuse: Reuse<CanvasNode>): CanvasNode[] {
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

/** Undefined for what is no node of its own. */
export function nodeOf(context: NodeContext, id: string, placed: PlacedNode): CanvasNode | undefined {
  const at: Place = { context, id, placed };
  if (id === outsideBand) return bandNode(at, { variant: 'outside', title: 'Outside', detail: 'trust 0' });
  if (id === unplacedBand)
    return bandNode(at, { variant: 'unplaced', title: 'No zone', detail: 'default deny, nothing else' });
  if (id.startsWith('segment:')) return segmentNode(at);
  const target = parseRefKey(id);
  switch (target?.kind) {
    case 'workload':
      return workloadNode(at, target);
    case 'zone':
      return zoneNode(at, target);
    case 'namespace':
      return namespaceNode(at, target);
    case 'external':
      return externalNode(at, target);
    case 'endpoint':
      return endpointNode(at, target);
    default:
      return undefined;
  }
}

/** Where a node is to stand. */
interface Place {
  readonly context: NodeContext;
  readonly id: string;
  readonly placed: PlacedNode;
}

function workloadNode(at: Place, target: Ref): CanvasNode {
  const { context, id, placed } = at;
  const { index, runtimeOf, reuse, input } = context;
  const marked = marks(at);
  const workload = index.get('workload', target.id);
  const namespace = index.get('namespace', workload?.namespace);
  const zone = index.get('zone', namespace?.zone);
  const origin = originOf(at);
  const from = [placed.rect, origin?.x, origin?.y, placed.parent, workload, zone, input.topology.runtimes];
  return reuse(id, [...from, input.selection.has(id), isDraggable(at), ...Object.values(marked)], () => ({
    ...common(at),
    type: 'workload',
    zIndex: layers.card,
    data: { ...marked, ...workloadData(index, runtimeOf, target) },
  }));
}

function bandNode(at: Place, data: Pick<ZoneData, 'variant' | 'title' | 'detail'>): CanvasNode {
  return {
    ...frame(at),
    type: 'zone',
    zIndex: layers.zone,
    draggable: false,
    focusable: false,
    connectable: false,
    data: { ...data, isLane: at.context.isLane, runtimes: [], classes: [] },
  };
}

function zoneNode(at: Place, target: Ref): CanvasNode {
  const { index, runtimeOf, isLane } = at.context;
  const rank = index.zones.findIndex((z) => z.id === target.id);
  return {
    ...frame(at),
    type: 'zone',
    zIndex: layers.zone,
    dragHandle: '.zone-head',
    data: {
      ...marks(at),
      variant: 'zone',
      isLane,
      ref: target,
      title: index.titleOf(target),
      detail: `trust ${index.get('zone', target.id)?.trust ?? '?'}`,
      ...zoneChips(index, runtimeOf, target.id),
      light: zoneColors(rank, index.zones.length, 'light'),
      dark: zoneColors(rank, index.zones.length, 'dark'),
    },
  };
}

/** The part of a cluster that lies in one zone. */
function segmentNode(at: Place): CanvasNode {
  const { index, input } = at.context;
  const { columns } = input.placement;
  const [cluster = '', zone = ''] = at.id.slice('segment:'.length).split('/');
  const key = `cluster:${cluster}`;
  const shared = marks(at, key);
  // A cluster whose parts stand apart has several heads; its name is typed into the first of them.
  const head = columns.find((c) => c.segments[0]?.startsWith(`${cluster}/`))?.segments[0];
  return {
    ...frame(at),
    type: 'segment',
    zIndex: layers.segment,
    selected: input.selection.has(key),
    connectable: false,
    dragHandle: '.segment-grip',
    data: {
      ...shared,
      isRenaming: shared.isRenaming && head === `${cluster}/${zone}`,
      ref: ref('cluster', cluster),
      zone,
      isHead: columns.some((c) => c.segments[0] === `${cluster}/${zone}`),
      title: index.titleOf(ref('cluster', cluster)),
      detail: clusterDetail(index, cluster),
      pair: pairOf(index, cluster),
      taken: takenOver(index, cluster, zone),
      pools: index.poolsOf(cluster, zone).map((p) => ({
        id: p.id,
        text: poolText(p),
        isSelected: input.selection.has(`pool:${p.id}`),
      })),
    },
  };
}

function namespaceNode(at: Place, target: Ref): CanvasNode {
  const { index } = at.context;
  const count = index.workloadsOfNamespace(target.id).length;
  return {
    ...common(at),
    type: 'namespace',
    zIndex: layers.namespace,
    data: { ...marks(at), ref: target, title: index.titleOf(target), count },
  };
}

function externalNode(at: Place, target: Ref): CanvasNode {
  const { index } = at.context;
  return {
    ...common(at),
    type: 'external',
    zIndex: layers.card,
    data: { ...marks(at), ref: target, title: index.titleOf(target), detail: whereOutside(index, target.id) },
  };
}

function endpointNode(at: Place, target: Ref): CanvasNode {
  const { index, input } = at.context;
  const detail = findRecord(input.topology, ref('endpoint', target.id))?.type ?? '';
  return {
    ...common(at),
    type: 'endpoint',
    zIndex: layers.card,
    connectable: false,
    data: { ...marks(at), ref: target, title: index.titleOf(target), detail },
  };
}

function whereOutside(index: Lookup, id: string): string {
  const external = index.get('external', id);
  if (external?.kind === 'apiServer') return 'of each cluster';
  const places = [...(external?.cidrs ?? []), ...(external?.names ?? [])];
  if (places.length > 0) return short(places);
  return external?.kind === 'internet' ? 'every public address' : 'no address yet';
}

/** What findings and a review say of the record of a node. */
function marks({ context, id }: Place, key = id) {
  const { findings, review, renaming } = context.input;
  return {
    severity: findings.of.get(key)?.severity,
    problems: findings.of.get(key)?.text,
    review: review.get(key)?.mark,
    reviewText: review.get(key)?.text,
    isRenaming: renaming !== undefined && refKey(renaming) === key,
  };
}

function common(at: Place) {
  const { context, id, placed } = at;
  const { rect, parent } = placed;
  const origin = originOf(at);
  return {
    id,
    ...size(rect),
    position: { x: rect.x - (origin?.x ?? 0), y: rect.y - (origin?.y ?? 0) },
    ...(parent !== undefined && { parentId: parent }),
    handles: handlesOf(rect),
    selected: context.input.selection.has(id),
    draggable: isDraggable(at),
  };
}

/** Frames let the pointer through where they are empty: dragging there draws a marquee. */
function frame(at: Place) {
  return { ...common(at), selectable: false, style: throughPointer };
}

function originOf({ context, placed }: Place): Rect | undefined {
  return placed.parent === undefined ? undefined : context.input.placement.nodes.get(placed.parent)?.rect;
}

function isDraggable({ context, id }: Place): boolean {
  return !context.input.isReadOnly && !context.locked.has(id);
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
