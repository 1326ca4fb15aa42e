/**
 * New records drawn on the picture: which record, with which values to start from, in which parent. What is missing
 * around it is made as well (a workload on a bare zone gets a cluster and a namespace). Pure.
 */
import { newestKubernetes } from '../../shared/catalog/index.ts';
import { type ArgsOf, type CommandCall, freeId, type NewRecord } from '../../shared/commands/index.ts';
import {
  endRef,
  type Flow,
  type Lookup,
  lookup,
  type Ref,
  ref,
  refKey,
  type Topology,
  type Zone,
} from '../../shared/model/index.ts';
import { extend } from './from-flow.ts';
import { bottom, centre, overlaps, type Point, type Rect, snap } from './geometry.ts';
import { hitTest } from './hit.ts';
import type { Placement } from './layout.ts';
import { card } from './layout-sizes.ts';

export type Drawable = 'zone' | 'cluster' | 'namespace' | 'workload' | 'external' | 'endpoint';

export interface Creation {
  readonly calls: readonly CommandCall[];
  /** What to select and to name. */
  readonly made?: Ref;
  /** What was made beyond the record that was drawn, in a sentence; absent where there is nothing else to know. */
  readonly said?: string;
  /** Why nothing was made, and what to do. */
  readonly message?: string;
}

export function isDrawable(tool: string): tool is Drawable {
  return ['zone', 'cluster', 'namespace', 'workload', 'external', 'endpoint'].includes(tool);
}

/** `area` is the rectangle that was drawn; a mere click has no width. */
export function create(topology: Topology, placement: Placement, kind: Drawable, area: Rect): Creation {
  switch (kind) {
    case 'zone':
      return createZone(topology, placement, area);
    case 'external':
      return createExternal(topology, placement, area);
    case 'endpoint':
      return createEndpoint(topology, placement, centre(area));
    case 'cluster':
      return createCluster(topology, placement, area);
    default:
      return createIn(topology, placement, kind, centre(area));
  }
}

/** Whether a flow can begin or end at a record. */
export function canEnd(of: Ref): boolean {
  return endOf(of) !== undefined;
}

/** The flow that connecting two ends draws; undefined where they cannot be connected. */
export function connection(
  topology: Topology,
  from: Ref,
  to: Ref,
): { readonly id: string; readonly flow: Flow } | undefined {
  const start = endOf(from);
  const end = endOf(to);
  if (start === undefined || end === undefined || (from.kind === to.kind && from.id === to.id)) return undefined;
  if (from.kind === 'external' && to.kind === 'external') return undefined;
  const index = lookup(topology);
  const exposure = from.kind === 'external' ? likelyWayIn(index, to) : undefined;
  const [named] = portNames(topology, to);
  return {
    id: freeId(topology, 'flow', `${from.id}-${to.id}`),
    flow: {
      from: start,
      to: end,
      ports: named === undefined ? [{ port: 443 }] : [{ port: named }],
      ...(exposure && { via: { kind: exposure } }),
    },
  };
}

/**
 * How a flow from outside most likely enters: as the zone allows, else as the receiver's Service says, else by a load
 * balancer. Where the zone does not allow that, the rules say so and offer to.
 */
function likelyWayIn(index: Lookup, to: Ref): NonNullable<Flow['via']>['kind'] {
  const exposure = index.get('zone', index.zoneOf(to))?.exposure ?? [];
  // A gateway or an ingress also needs the workload that forwards, which nobody has named yet.
  const allowed = exposure.find((kind) => kind !== 'gateway' && kind !== 'ingress') ?? exposure[0];
  if (allowed !== undefined) return allowed;
  const service = to.kind === 'workload' ? index.get('workload', to.id)?.service?.type : undefined;
  return service === 'NodePort' ? 'nodePort' : 'loadBalancer';
}

/** Leading one end of a flow elsewhere; `unchanged` where it is there already, undefined where no flow can end there. */
export function reconnection(
  topology: Topology,
  id: string,
  end: 'from' | 'to',
  target: Ref,
): ArgsOf<'flow/reconnect'> | 'unchanged' | undefined {
  const flow = topology.flows?.[id];
  const to = endOf(target);
  if (flow === undefined || to === undefined) return undefined;
  if (refKey(endRef(flow[end])) === refKey(target)) return 'unchanged';
  const other = endRef(flow[end === 'from' ? 'to' : 'from']);
  const made = end === 'from' ? connection(topology, target, other) : connection(topology, other, target);
  if (made === undefined) return undefined;
  return { id, end, to, ...(made.flow.via !== undefined && { via: made.flow.via }) };
}

/** Names of the ports that a receiver listens on, in the order in which it lists them. */
export function portNames(topology: Topology, to: Ref): string[] {
  if (to.kind !== 'workload') return [];
  return Object.keys(lookup(topology).get('workload', to.id)?.ports ?? {});
}

function endOf({ kind, id }: Ref): Flow['from'] | undefined {
  switch (kind) {
    case 'workload':
      return { workload: id };
    case 'namespace':
      return { namespace: id };
    case 'zone':
      return { zone: id };
    case 'external':
      return { external: id };
    default:
      return undefined;
  }
}

function createZone(topology: Topology, placement: Placement, area: Rect): Creation {
  const zones = lookup(topology).zones.map((z) => ({
    id: z.id,
    trust: z.trust,
    rect: placement.nodes.get(`zone:${z.id}`)?.rect,
  }));
  const y = centre(area).y;
  const above = zones.filter((z) => z.rect !== undefined && centre(z.rect).y <= y);
  const below = zones.filter((z) => z.rect !== undefined && centre(z.rect).y > y);
  const trust = trustBetween(
    new Set(zones.map((z) => z.trust)),
    above.length === 0 ? undefined : Math.max(...above.map((z) => z.trust)),
    below.length === 0 ? undefined : Math.min(...below.map((z) => z.trust)),
  );
  if (trust === undefined)
    return { calls: [], message: 'Every trust from 0 to 100 is taken. Remove a zone before adding one.' };
  const id = freeId(topology, 'zone', 'zone');
  const record: Zone = { trust };
  const drawn = { x: snap(area.x), y: snap(area.y), w: Math.max(400, snap(area.w)), h: Math.max(136, snap(area.h)) };
  // Zones are bands in the order of trust, each touching the next, so that a cluster is one column over them. Only where
  // somebody has placed zones by hand does one that is drawn on free ground stay where it is.
  const isFree =
    topology.layout?.zones !== undefined &&
    area.w >= 24 &&
    area.h >= 24 &&
    zones.every((z) => z.rect === undefined || !overlaps(z.rect, drawn));
  return {
    calls: [{ id: 'record/add', args: { ref: ref('zone', id), record, ...(isFree && { layout: drawn }) } }],
    made: ref('zone', id),
  };
}

/**
 * Drawn one below the other, the first three zones get 20, 50 and 80, as a DMZ, applications and data usually have; in
 * between it is the middle between the neighbours, or the free value next to it.
 */
export function trustBetween(
  taken: ReadonlySet<number>,
  above: number | undefined,
  below: number | undefined,
): number | undefined {
  let wish: number;
  if (above !== undefined && below !== undefined) wish = Math.round((above + below) / 2);
  else if (above !== undefined) wish = above + 30 <= 100 ? above + 30 : Math.round((above + 100) / 2);
  else if (below !== undefined) wish = below - 30 >= 0 ? below - 30 : Math.round(below / 2);
  else wish = 20;
  for (let d = 0; d <= 100; d += 1) {
    for (const value of [wish + d, wish - d]) if (value >= 0 && value <= 100 && !taken.has(value)) return value;
  }
  return undefined;
}

function createExternal(topology: Topology, placement: Placement, area: Rect): Creation {
  const externals = Object.values(topology.externals ?? {});
  const isInternet = !externals.some((e) => e.kind === 'internet');
  const id = freeId(topology, 'external', isInternet ? 'internet' : 'partner');
  const at = { x: snap(area.x), y: snap(area.y) };
  const outside = placement.nodes.get('band:outside')?.rect;
  const overBand = [...placement.nodes].some(
    ([node, { rect }]) =>
      (node.startsWith('zone:') || node.startsWith('external:')) && overlaps(rect, { ...at, w: card.w, h: card.h }),
  );
  // The outside stands above all zones; where something is in the way it finds its own place there.
  const keep = !overBand && (outside === undefined || at.y < bottom(outside));
  return {
    calls: [
      {
        id: 'record/add',
        args: {
          ref: ref('external', id),
          record: isInternet ? { name: 'Internet', kind: 'internet' } : { cidrs: [] },
          ...(keep && outside === undefined && { layout: at }),
        },
      },
    ],
    made: ref('external', id),
  };
}

function createEndpoint(topology: Topology, placement: Placement, at: Point): Creation {
  const { zone } = hitTest(placement, at);
  if (zone === undefined)
    return {
      calls: [],
      message: 'A storage endpoint stands in a zone: draw a zone first, then drop the endpoint onto it.',
    };
  const id = freeId(topology, 'endpoint', `storage-${zone}`);
  const storageClass = freeId(topology, 'class', id);
  const allowed = lookup(topology).get('zone', zone)?.storageClasses ?? [];
  const records: NewRecord[] = [
    { ref: ref('endpoint', id), record: { zone, type: 'nfs' } },
    { ref: ref('class', storageClass), record: { endpoint: id } },
  ];
  return {
    calls: [
      { id: 'record/add-many', args: { records } },
      { id: 'field/set', args: { path: ['zones', zone, 'storageClasses'], value: [...allowed, storageClass] } },
    ],
    made: ref('endpoint', id),
  };
}

/** A rectangle drawn across zones makes one cluster with a pool in each of them; a click one in the zone that is hit. */
function createCluster(topology: Topology, placement: Placement, area: Rect): Creation {
  const index = lookup(topology);
  const isClick = area.w < dragged && area.h < dragged;
  const under = hitTest(placement, centre(area)).zone;
  const touched = isClick
    ? index.zones.filter((z) => z.id === under)
    : index.zones.filter((z) => {
        const rect = placement.nodes.get(`zone:${z.id}`)?.rect;
        return rect !== undefined && overlaps(rect, area);
      });
  const [first, ...more] = touched.map((z) => z.id);
  if (first === undefined)
    return { calls: [], message: 'A cluster stands in a zone: draw a zone first, then drop it onto the zone.' };
  const made = newCluster(topology, first, more);
  const titles = touched.map((z) => z.name ?? z.id).join(', ');
  return {
    calls: [{ id: 'record/add-many', args: { records: made.records } }],
    made: made.ref,
    said:
      more.length === 0
        ? `Cluster in ${titles}, with a pool there. Draw it across several zones to span them.`
        : `Cluster across ${titles}, with a pool in each.`,
  };
}

/** A drag shorter than this, in canvas units, is a click. */
const dragged = 24;

function createIn(topology: Topology, placement: Placement, kind: 'namespace' | 'workload', at: Point): Creation {
  const hit = hitTest(placement, at);
  const zone = hit.zone;
  if (zone === undefined) {
    const what = kind === 'namespace' ? 'A namespace' : 'A workload';
    return { calls: [], message: `${what} stands in a zone: draw a zone first, then drop it onto the zone.` };
  }
  const index = lookup(topology);
  const records: NewRecord[] = [];
  const calls: CommandCall[] = [];
  const zoneTitle = index.titleOf(ref('zone', zone));
  let said: string | undefined;

  let namespace = kind === 'workload' ? hit.namespace : undefined;
  if (namespace === undefined) {
    let cluster = hit.segment?.zone === zone ? hit.segment.cluster : nearestSegment(placement, zone, at);
    if (cluster === undefined) {
      // With a cluster elsewhere the zone becomes one more part of it only where that is the only one there is.
      const [only, ...others] = index.clusters;
      if (only !== undefined && others.length === 0) {
        cluster = only.id;
        const pool = extend(topology, cluster, zone);
        calls.push(pool);
        const title = index.titleOf(ref('cluster', cluster));
        said = `${title} had no nodes in ${zoneTitle}, so it got a node pool there.`;
      } else {
        const made = newCluster(topology, zone);
        records.push(...made.records);
        cluster = made.ref.id;
        said = `${zoneTitle} had no cluster, so it got cluster “${cluster}” with a node pool there.`;
      }
    }
    namespace = freeId(topology, 'namespace', kind === 'namespace' ? 'namespace' : `${zone}-apps`);
    records.push({ ref: ref('namespace', namespace), record: { cluster, zone } });
    if (kind === 'workload') said = `${said ?? ''} Namespace “${namespace}” was added for the workload.`.trim();
  }
  let made: Ref = ref('namespace', namespace);
  if (kind === 'workload') {
    const id = freeId(topology, 'workload', 'workload');
    made = ref('workload', id);
    records.push({
      ref: made,
      record: { namespace },
      ...placeFor(placement, namespace, at),
    });
  }
  calls.push({ id: 'record/add-many', args: { records } });
  return { calls, made, ...(said !== undefined && { said }) };
}

/** Where the card was dropped, if nothing stands there; else it takes the next free place by itself. */
function placeFor(placement: Placement, namespace: string, at: Point): { layout: Point } | undefined {
  const frame = placement.nodes.get(`namespace:${namespace}`)?.rect;
  if (frame === undefined) return undefined;
  const wish: Rect = {
    x: Math.max(frame.x + 12, snap(at.x - card.w / 2)),
    y: Math.max(frame.y + 28, snap(at.y - card.h / 2)),
    w: card.w,
    h: card.h,
  };
  for (const [id, { parent, rect }] of placement.nodes) {
    if (id.startsWith('workload:') && parent === `namespace:${namespace}` && overlaps(rect, wish, 8)) return undefined;
  }
  return wish.x + wish.w > frame.x + frame.w ? undefined : { layout: { x: wish.x - frame.x, y: wish.y - frame.y } };
}

function nearestSegment(placement: Placement, zone: string, at: Point): string | undefined {
  let best: string | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const [id, { rect }] of placement.nodes) {
    const [cluster, inZone] = id.startsWith('segment:') ? id.slice('segment:'.length).split('/') : [];
    if (cluster === undefined || inZone !== zone) continue;
    const d = Math.max(rect.x - at.x, at.x - (rect.x + rect.w), 0);
    if (d < distance) {
      best = cluster;
      distance = d;
    }
  }
  return best;
}

/** A cluster with a pool in each zone, its control plane in the first, and address ranges that no other cluster has. */
function newCluster(
  topology: Topology,
  zone: string,
  more: readonly string[] = [],
): { ref: Ref; records: NewRecord[] } {
  const id = freeId(topology, 'cluster', 'cluster');
  const ranges = new Set(
    Object.values(topology.clusters ?? {}).flatMap((c) => [
      ...(c.networks?.pods ?? []),
      ...(c.networks?.services ?? []),
      ...(c.networks?.nodes ?? []),
    ]),
  );
  const isFree = (n: number) =>
    ![`10.${n}.0.0/16`, `10.${n + 1}.0.0/16`].some((r) => ranges.has(r)) && !ranges.has(`10.1.${n}.0/24`);
  let n = 20;
  while (n < 250 && !isFree(n)) n += 2;
  const index = lookup(topology);
  const pool = (of: string): NewRecord => {
    const runtimes = index.get('zone', of)?.runtimes;
    return { ref: ref('pool', `${id}/${of}-a`), record: { zone: of, nodes: 3, ...(runtimes && { runtimes }) } };
  };
  return {
    ref: ref('cluster', id),
    records: [
      {
        ref: ref('cluster', id),
        record: {
          distribution: 'kubeadm',
          version: newestKubernetes,
          cni: { name: 'calico' },
          engine: { name: 'containerd' },
          networks: { pods: [`10.${n}.0.0/16`], services: [`10.${n + 1}.0.0/16`], nodes: [`10.1.${n}.0/24`] },
          controlPlane: { count: 3, zone },
        },
      },
      ...[zone, ...more].map(pool),
    ],
  };
}
