/**
 * The design as React Flow sees it. Pure but for one thing: given the result of before, whatever is equal keeps its
 * identity, so that a change to one workload renders one node.
 */
import { Position } from '@xyflow/react';
import { cniInfo, distributionInfo, runtimeInfo } from '../../shared/catalog/index.ts';
import {
  findRecord,
  formatShortPorts,
  type Isolation,
  type Lookup,
  lookup,
  parseRefKey,
  type Ref,
  ref,
  refKey,
  type Topology,
} from '../../shared/model/index.ts';
import { zoneColors } from '../ui/zone-colors.ts';
import type { CanvasEdge, CanvasNode, WorkloadData, ZoneData } from './canvas-types.ts';
import type { Findings } from './findings.ts';
import { lockedNodes } from './from-flow.ts';
import { centre, type Rect, union } from './geometry.ts';
import type { PlacedNode, Placement } from './layout.ts';
import { outsideBand, unplacedBand } from './layout-model.ts';
import type { Marks } from './review-marks.ts';
import type { DrawnClaim, DrawnFlow, Routes } from './routes.ts';

export interface FlowInput {
  readonly topology: Topology;
  readonly placement: Placement;
  readonly findings: Findings;
  /** Keys `kind:id`. */
  readonly selection: ReadonlySet<string>;
  readonly renaming?: Ref | undefined;
  readonly review: Marks;
  /** True while a review shows states that are not the design as it stands. */
  readonly isReadOnly: boolean;
  readonly flows: readonly DrawnFlow[];
  readonly routes: Routes;
  readonly claims: readonly DrawnClaim[];
}

export interface FlowOutput {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
}

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

export function toFlow(input: FlowInput, before?: FlowOutput): FlowOutput {
  const hadNodes = new Map(before?.nodes.map((n) => [n.id, n]));
  const hadEdges = new Map(before?.edges.map((e) => [e.id, e]));
  const keepNode = (node: CanvasNode): CanvasNode => {
    const had = hadNodes.get(node.id);
    return had !== undefined && isEqual(had, node) ? had : node;
  };
  const keepEdge = (edge: CanvasEdge): CanvasEdge => {
    const had = hadEdges.get(edge.id);
    return had !== undefined && isEqual(had, edge) ? had : edge;
  };
  return { nodes: nodesOf(input).map(keepNode), edges: edgesOf(input).map(keepEdge) };
}

function nodesOf(input: FlowInput): CanvasNode[] {
  const { placement, topology } = input;
  const index = lookup(topology);
  const runtimeOf = runtimeReader(topology);
  const locked = lockedNodes(topology);
  const found: CanvasNode[] = [];
  for (const [id, placed] of placement.nodes) {
    const node = nodeOf(input, index, runtimeOf, locked, id, placed);
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

function nodeOf(
  input: FlowInput,
  index: Lookup,
  runtimeOf: RuntimeReader,
  locked: ReadonlySet<string>,
  id: string,
  { parent, rect }: PlacedNode,
): CanvasNode | undefined {
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
  const base = {
    id,
    ...size(rect),
    position: { x: rect.x - (origin?.x ?? 0), y: rect.y - (origin?.y ?? 0) },
    ...(parent !== undefined && { parentId: parent }),
    handles: handlesOf(rect),
    selected: selection.has(id),
    draggable: !isReadOnly && !locked.has(id),
  };
  // Frames let the pointer through where they are empty: dragging there draws a marquee.
  const frame = { ...base, selectable: false, style: throughPointer };
  const isLane = Object.values(topology.layout?.zones ?? {}).every((zone) => zone.x === 0);

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
    return {
      ...frame,
      type: 'segment',
      zIndex: layers.segment,
      selected: selection.has(key),
      connectable: false,
      dragHandle: '.segment-grip',
      data: {
        ...marks(key),
        ref: ref('cluster', cluster),
        zone,
        isHead: placement.columns.some((c) => c.segments[0] === `${cluster}/${zone}`),
        title: index.titleOf(ref('cluster', cluster)),
        detail: clusterDetail(index, cluster),
        pools: index.poolsOf(cluster, zone).map((p) => ({
          id: p.id,
          text: `${p.nodes} ${p.nodes === 1 ? 'node' : 'nodes'} · pool ${p.poolId}${p.kvm ? ' · KVM' : ''}`,
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
          runtimes: (zone?.runtimes ?? []).map((r) => runtimeOf(r).title),
          classes: (zone?.storageClasses ?? []).map((c) => index.titleOf(ref('class', c))),
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
    case 'workload':
      return {
        ...base,
        type: 'workload',
        zIndex: layers.card,
        data: { ...marks(id), ...workloadData(index, runtimeOf, target) },
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
            detail.length > 0
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

function edgesOf({ topology, selection, findings, review, flows, routes, claims }: FlowInput): CanvasEdge[] {
  const index = lookup(topology);
  const edges: CanvasEdge[] = claims.map((c) => ({
    id: c.id,
    type: 'claim',
    source: c.workload,
    target: c.endpoint,
    zIndex: layers.edge,
    selectable: false,
    focusable: false,
    data: { points: c.points, isLoud: c.isLoud, about: c.about },
  }));
  for (const flow of flows) {
    const way = routes.ways.get(flow.id);
    if (way === undefined) continue;
    const key = flow.flow === undefined ? undefined : `flow:${flow.flow}`;
    const mark = key === undefined ? undefined : review.get(key);
    const isSelected = key !== undefined && selection.has(key);
    const named = (node: string) => index.titleOf(parseRefKey(node) ?? ref('zone', node));
    edges.push({
      id: flow.id,
      type: 'flow',
      source: flow.fromNode,
      target: flow.toNode,
      zIndex: isSelected ? layers.selectedEdge : layers.edge,
      selected: isSelected,
      selectable: key !== undefined,
      focusable: false,
      data: {
        ...(key !== undefined && flow.flow !== undefined && { ref: ref('flow', flow.flow) }),
        points: way.points,
        state: flow.state,
        label: flow.label,
        labelAt: routes.labels.get(flow.id) ?? (isSelected || mark !== undefined ? middle(way.points) : undefined),
        count: flow.count,
        severity: key === undefined ? undefined : findings.of.get(key)?.severity,
        problems: key === undefined ? undefined : findings.of.get(key)?.text,
        review: mark?.mark,
        reviewText: mark?.text,
        reviewTone: mark?.tone,
        about: `${named(flow.fromNode)} to ${named(flow.toNode)}, ${flow.count === 1 ? flow.label : `${flow.count} flows`}`,
      },
    });
  }
  return edges;
}

function middle(points: FlowOutputPoints): { x: number; y: number } | undefined {
  const b = points[Math.floor(points.length / 2)];
  const a = points[Math.floor(points.length / 2) - 1];
  return a === undefined || b === undefined ? undefined : { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
type FlowOutputPoints = ReadonlyArray<{ readonly x: number; readonly y: number }>;

interface ShownRuntime {
  readonly title: string;
  readonly isolation: Isolation;
}
type RuntimeReader = (id: string | undefined) => ShownRuntime;

/** What the design says of a runtime, else the catalogue; pods without any run in a container that shares the kernel. */
function runtimeReader(topology: Topology): RuntimeReader {
  return (id) => {
    const own = id === undefined ? undefined : findRecord(topology, ref('runtime', id));
    const known = runtimeInfo(own?.from ?? id ?? '');
    return {
      // `gVisor (systrap)` and `Kata Containers, QEMU` are too long for a chip; the inspector has the whole name.
      title: own?.name ?? known?.label.split(/ ?[,(]/)[0] ?? id ?? 'default',
      isolation: own?.isolation ?? known?.isolation ?? 'shared-kernel',
    };
  };
}

function workloadData(index: Lookup, runtimeOf: RuntimeReader, target: Ref): WorkloadData {
  const workload = index.get('workload', target.id);
  const kind = workload?.kind ?? 'Deployment';
  const runtime = index.runtimeOf(target.id);
  const shown = runtimeOf(runtime);
  const ports = Object.entries(workload?.ports ?? {}).map(
    ([name, p]) => `${name} ${formatShortPorts([{ port: p.port, protocol: p.protocol }])}`,
  );
  return {
    ref: target,
    title: index.titleOf(target),
    kind,
    replicas:
      kind === 'DaemonSet' ? 'each node' : kind === 'Job' || kind === 'CronJob' ? kind : `×${workload?.replicas ?? 1}`,
    ports: ports.length > 0 ? ports.join(', ') : 'no ports',
    isolation: shown.isolation,
    // Where pods simply share the kernel, a badge on every card would say nothing.
    runtime: shown.isolation === 'shared-kernel' && workload?.runtime === undefined ? '' : (runtime ?? ''),
    claims: Object.keys(workload?.storage ?? {}).length,
    hostNetwork: workload?.hostNetwork === true,
  };
}

function clusterDetail(index: Lookup, id: string): string {
  const cluster = index.get('cluster', id);
  if (cluster === undefined) return 'does not exist';
  const distribution = `${distributionInfo(cluster.distribution).label} ${cluster.version}`;
  const cni = cluster.cni === undefined ? undefined : (cniInfo(cluster.cni.name)?.label ?? cluster.cni.name);
  return [distribution, cni, cluster.engine?.name].filter((t) => t !== undefined).join(' · ');
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

/** Equal by value; for plain data only. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => isEqual(v, b[i]));
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((k) => isEqual((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k]))
  );
}
