/** Edits made on the picture as commands: what a drop, a resize, a nudge and a click mean for the design. Pure. */
import {
  type CommandCall,
  copyRecords,
  freeId,
  type LayoutEntry,
  type LayoutTarget,
  pasteRecords,
} from '../../shared/commands/index.ts';
import { lookup, parseRefKey, type Ref, ref, refKey, type Topology } from '../../shared/model/index.ts';
import { centre, type Rect, snap } from './geometry.ts';
import { hitTest } from './hit.ts';
import type { Placement } from './layout.ts';
import { onward } from './routes.ts';

export interface DroppedNode {
  readonly node: string;
  /** Where it was let go, in canvas units from the canvas's origin. */
  readonly rect: Rect;
}

export interface Edit {
  /** In order; all of them are one step to undo. Empty: everything goes back to where it was. */
  readonly calls: readonly CommandCall[];
  /** Said where a drop could not be done. */
  readonly message?: string;
}

/** What a node's place is written for; undefined for what has none. */
function layoutTarget(node: string): LayoutTarget | undefined {
  if (node.startsWith('segment:')) {
    const [cluster = '', zone = ''] = node.slice('segment:'.length).split('/');
    return zone === '' ? undefined : { kind: 'segment', cluster, zone };
  }
  const target = parseRefKey(node);
  switch (target?.kind) {
    case 'zone':
    case 'namespace':
    case 'workload':
    case 'external':
    case 'endpoint':
      return { kind: target.kind, id: target.id };
    default:
      return undefined;
  }
}

/** Nodes whose recorded place is locked: they are neither dragged nor nudged nor aligned. */
export function lockedNodes({ layout }: Topology): Set<string> {
  const locked = new Set<string>();
  const take = (
    kind: string,
    places: Readonly<Record<string, { readonly locked?: boolean | undefined }>> | undefined,
  ) => {
    for (const [id, place] of Object.entries(places ?? {})) if (place.locked) locked.add(`${kind}:${id}`);
  };
  take('zone', layout?.zones);
  take('namespace', layout?.namespaces);
  take('workload', layout?.workloads);
  take('external', layout?.externals);
  take('endpoint', layout?.storage);
  for (const [cluster, zones] of Object.entries(layout?.segments ?? {})) {
    for (const [zone, place] of Object.entries(zones)) if (place.locked) locked.add(`segment:${cluster}/${zone}`);
  }
  return locked;
}

/** A place inside a parent; boxes get their size, cards only a point. Nothing stands left of or above its parent. */
export function placeIn(node: string, rect: Rect, parent: Rect | undefined): LayoutEntry | undefined {
  const target = layoutTarget(node);
  if (target === undefined) return undefined;
  const at = { x: snap(rect.x - (parent?.x ?? 0)), y: snap(rect.y - (parent?.y ?? 0)) };
  const inside = parent === undefined ? at : { x: Math.max(4, at.x), y: Math.max(topOf(node), at.y) };
  const box = target.kind === 'zone' || target.kind === 'segment' || target.kind === 'namespace';
  return { target, place: box ? { ...inside, w: snap(rect.w), h: snap(rect.h) } : inside };
}

function topOf(node: string): number {
  return node.startsWith('workload:') ? 24 : 4;
}

/** The frame that would take a node if it were let go here; undefined where nothing would. */
export function dropTarget(
  placement: Placement,
  dropped: DroppedNode,
  moving: ReadonlySet<string>,
): string | undefined {
  const at = hitTest(placement, centre(dropped.rect), moving);
  if (dropped.node.startsWith('workload:')) return at.namespace === undefined ? undefined : `namespace:${at.namespace}`;
  if (dropped.node.startsWith('namespace:'))
    return at.segment?.node ?? (at.zone === undefined ? undefined : `zone:${at.zone}`);
  if (dropped.node.startsWith('endpoint:') || dropped.node.startsWith('segment:'))
    return at.zone === undefined ? undefined : `zone:${at.zone}`;
  return undefined;
}

export function dropped(topology: Topology, placement: Placement, items: readonly DroppedNode[]): Edit {
  const calls: CommandCall[] = [];
  const places: LayoutEntry[] = [];
  let message: string | undefined;
  const moving = withInner(
    placement,
    items.map((i) => i.node),
  );
  for (const item of items) {
    const before = placement.nodes.get(item.node);
    if (before === undefined || (before.rect.x === item.rect.x && before.rect.y === item.rect.y)) continue;
    const target = dropTarget(placement, item, moving);
    const place = (parent: Rect | undefined) => {
      const entry = placeIn(item.node, item.rect, parent);
      if (entry !== undefined) places.push(entry);
    };
    const parentRect = before.parent === undefined ? undefined : placement.nodes.get(before.parent)?.rect;
    const id = item.node.slice(item.node.indexOf(':') + 1);
    const rectOf = (node: string) => placement.nodes.get(node)?.rect;
    if (item.node.startsWith('zone:') || item.node.startsWith('external:')) {
      place(undefined);
    } else if (target === undefined) {
      message = whatItNeeds(item.node);
    } else if (target === before.parent) {
      place(parentRect);
    } else if (item.node.startsWith('workload:')) {
      calls.push({ id: 'workload/move', args: { ids: [id], namespace: target.slice('namespace:'.length) } });
      place(rectOf(target));
    } else if (item.node.startsWith('namespace:')) {
      calls.push(...namespaceInto(topology, id, target));
      if (target.startsWith('segment:')) place(rectOf(target));
    } else if (item.node.startsWith('endpoint:')) {
      calls.push({ id: 'endpoint/move', args: { id, zone: target.slice('zone:'.length) } });
      place(rectOf(target));
    } else if (item.node.startsWith('segment:')) {
      const [cluster = '', from = ''] = id.split('/');
      const zone = target.slice('zone:'.length);
      if (lookup(topology).zonesOfCluster(cluster).includes(zone)) message = 'The cluster stands in this zone already.';
      else calls.push(extend(topology, cluster, zone, from));
    }
  }
  if (places.length > 0) calls.push({ id: 'layout/set', args: { entries: places } });
  return { calls, ...(message !== undefined && { message }) };
}

/** What is dragged and everything that stands in it: none of it can take a drop. */
export function withInner(placement: Placement, nodes: readonly string[]): Set<string> {
  const found = new Set(nodes);
  for (const [id, { parent }] of placement.nodes) if (parent !== undefined && found.has(parent)) found.add(id);
  return found;
}

function whatItNeeds(node: string): string {
  if (node.startsWith('workload:')) return 'A workload lives in a namespace: drop it onto one.';
  if (node.startsWith('namespace:')) return 'A namespace lives in a cluster in a zone: drop it onto one.';
  return 'It stands in a zone: drop it onto one.';
}

function namespaceInto(topology: Topology, id: string, target: string): CommandCall[] {
  if (target.startsWith('segment:')) {
    const [cluster = '', zone = ''] = target.slice('segment:'.length).split('/');
    if (lookup(topology).get('cluster', cluster) === undefined) return [];
    return [{ id: 'namespace/move', args: { ids: [id], cluster, ...(zone !== '' && { zone }) } }];
  }
  // Into a zone beside any segment: its cluster comes along, because a namespace needs nodes there.
  const zone = target.slice('zone:'.length);
  const namespace = lookup(topology).get('namespace', id);
  const cluster = namespace?.cluster;
  const needsPool =
    cluster !== undefined &&
    lookup(topology).get('cluster', cluster) !== undefined &&
    lookup(topology).poolsOf(cluster, zone).length === 0;
  return [
    ...(needsPool ? [extend(topology, cluster, zone, namespace?.zone)] : []),
    { id: 'namespace/move', args: { ids: [id], zone } },
  ];
}

/** A pool like the cluster's own elsewhere, with the runtimes that the zone allows. */
export function extend(topology: Topology, cluster: string, zone: string, like?: string): CommandCall {
  const index = lookup(topology);
  const model = index.poolsOf(cluster, like)[0] ?? index.poolsOf(cluster)[0];
  const runtimes = index.get('zone', zone)?.runtimes ?? model?.runtimes;
  const id = freeId(topology, 'pool', `${cluster}/${zone}-a`).split('/')[1] ?? zone;
  return {
    id: 'cluster/extend-to-zone',
    args: {
      cluster,
      zone,
      pool: {
        id,
        nodes: model?.nodes ?? 3,
        ...(runtimes && { runtimes }),
        ...(model?.kvm !== undefined && { kvm: model.kvm }),
      },
    },
  };
}

/** A frame was given another size or corner. */
export function resized(placement: Placement, node: string, rect: Rect): Edit {
  const parent = placement.nodes.get(node)?.parent;
  const entry = placeIn(node, rect, parent === undefined ? undefined : placement.nodes.get(parent)?.rect);
  return { calls: entry === undefined ? [] : [{ id: 'layout/set', args: { entries: [entry] } }] };
}

/** Everything selected that has a place, moved by the same way. What stands in a selected frame moves with the frame. */
export function nudged(
  topology: Topology,
  placement: Placement,
  selection: readonly Ref[],
  dx: number,
  dy: number,
): Edit {
  const nodes = new Set(selection.map(refKey));
  const locked = lockedNodes(topology);
  const entries = [...nodes].flatMap((node) => {
    const placed = placement.nodes.get(node);
    if (placed === undefined || locked.has(node) || hasSelectedParent(placement, nodes, node)) return [];
    const parent = placed.parent === undefined ? undefined : placement.nodes.get(placed.parent)?.rect;
    return placeIn(node, { ...placed.rect, x: placed.rect.x + dx, y: placed.rect.y + dy }, parent) ?? [];
  });
  return { calls: entries.length === 0 ? [] : [{ id: 'layout/set', args: { entries } }] };
}

function hasSelectedParent(placement: Placement, nodes: ReadonlySet<string>, node: string): boolean {
  for (let at = placement.nodes.get(node)?.parent; at !== undefined; at = placement.nodes.get(at)?.parent)
    if (nodes.has(at)) return true;
  return false;
}

/** Copies of what was dragged, each where it was let go; the originals stay. */
export function duplicated(
  topology: Topology,
  placement: Placement,
  items: readonly DroppedNode[],
): Edit & { readonly select: readonly Ref[] } {
  const refs = items.flatMap((i) => parseRefKey(i.node) ?? []);
  const moving = new Set<string>();
  const pasted = pasteRecords(topology, copyRecords(topology, refs));
  const tops = refs.flatMap((r) => {
    const copy = pasted.records.find(
      (p) =>
        p.ref.kind === r.kind &&
        !refs.some((o) => refKey(o) === refKey(p.ref)) &&
        freeId(topology, r.kind, r.id) === p.ref.id,
    );
    return copy === undefined ? [] : [{ of: r, copy: copy.ref }];
  });
  const records = pasted.records.map((p) => {
    const top = tops.find((t) => refKey(t.copy) === refKey(p.ref));
    const item = top && items.find((i) => i.node === refKey(top.of));
    if (item === undefined) return p;
    const parent = dropTarget(placement, item, moving) ?? placement.nodes.get(item.node)?.parent;
    const entry = placeIn(
      refKey(p.ref),
      item.rect,
      parent === undefined ? undefined : placement.nodes.get(parent)?.rect,
    );
    const record =
      parent?.startsWith('namespace:') && p.ref.kind === 'workload'
        ? { ...p.record, namespace: parent.slice('namespace:'.length) }
        : p.record;
    return { ...p, record, ...(entry !== undefined && { layout: entry.place }) };
  });
  return {
    calls: records.length === 0 ? [] : [{ id: 'record/add-many', args: { records } }],
    select: tops.map((t) => t.copy),
  };
}

/** Which records are selected after React Flow says what became selected or not. */
export function reselected(
  selection: readonly Ref[],
  changes: ReadonlyArray<{ readonly id: string; readonly selected: boolean }>,
): Ref[] {
  const next = new Map(selection.map((r) => [refKey(r), r]));
  const isShown = (r: Ref) => r.kind !== 'pool' && r.kind !== 'class' && r.kind !== 'runtime';
  if (changes.some((c) => c.selected)) for (const r of selection) if (!isShown(r)) next.delete(refKey(r));
  for (const { id, selected } of changes) {
    const target = recordOf(id);
    if (target === undefined) continue;
    if (selected) next.set(refKey(target), target);
    else next.delete(refKey(target));
  }
  return [...next.values()];
}

/** The record that a node or edge shows: a segment shows its cluster, the way on from a proxy its flow. */
export function recordOf(node: string): Ref | undefined {
  if (node.startsWith(onward)) return ref('flow', node.slice(onward.length));
  if (node.startsWith('segment:')) return ref('cluster', node.slice('segment:'.length).split('/')[0] ?? '');
  return parseRefKey(node);
}
