/**
 * What is laid out, as a tree: bands hold segments and storage endpoints, segments hold namespaces, namespaces hold
 * workloads. Everything in the design has a place in it: what names no zone, cluster or namespace that exists goes to
 * one more band at the foot, because a thing that cannot be seen cannot be repaired.
 */
import { sortedEntries } from '../../shared/lib/sort.ts';
import { lookup, recordsOf, refKey, stationsOf, type Topology } from '../../shared/model/index.ts';
import { cardWidth } from './card-texts.ts';
import { bottom } from './geometry.ts';
import { band, card } from './layout-sizes.ts';
import { runtimeBadge, runtimeReader } from './node-data.ts';
import { zoneHead } from './words.ts';

/** Ids of nodes on the canvas: those of records are `kind:id` as refKey makes them. */
export const outsideBand = 'band:outside';
export const unplacedBand = 'band:unplaced';
/** Stands for the zone of what has none. No zone can have it as its id. */
export const noZone = '';

export interface SegmentModel {
  /** `cluster/zone`. */
  readonly key: string;
  readonly cluster: string;
  readonly zone: string;
  readonly namespaces: readonly NamespaceModel[];
  readonly hasFoot: boolean;
}

export interface NamespaceModel {
  readonly id: string;
  /** Rows of workloads: who is called stands below its callers. */
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly count: number;
  /** Of every card in it: as wide as the longest text needs, so that columns stay straight. */
  readonly cardW: number;
}

export interface BandModel {
  readonly node: string;
  readonly zone: string;
  readonly segments: readonly SegmentModel[];
  readonly endpoints: readonly string[];
  /** How high it has to be for its name and what it allows. */
  readonly headH: number;
  /** Workloads without a namespace. */
  readonly strays: readonly string[];
}

export interface LayoutModel {
  readonly bands: readonly BandModel[];
  readonly externals: readonly string[];
  readonly clusters: readonly string[];
  /** Node ids of the two ends of every flow. */
  readonly links: ReadonlyArray<readonly [string, string]>;
}

function segmentKey(cluster: string, zone: string): string {
  return `${cluster}/${zone}`;
}

export function layoutModel(topology: Topology): LayoutModel {
  const index = lookup(topology);
  const zoneIds = new Set(index.zones.map((z) => z.id));
  const knownZone = (zone: string | undefined): string => (zone !== undefined && zoneIds.has(zone) ? zone : noZone);

  const bySegment = new Map<string, { cluster: string; zone: string; namespaces: string[]; hasFoot: boolean }>();
  const segment = (cluster: string, zone: string) => {
    const key = segmentKey(cluster, zone);
    const found = bySegment.get(key) ?? { cluster, zone, namespaces: [], hasFoot: false };
    bySegment.set(key, found);
    return found;
  };
  const shown = new Set<string>();
  for (const pool of index.pools) {
    if (!zoneIds.has(pool.zone)) continue;
    segment(pool.clusterId, pool.zone).hasFoot = true;
    shown.add(pool.clusterId);
  }
  for (const namespace of index.namespaces) {
    segment(namespace.cluster, knownZone(namespace.zone)).namespaces.push(namespace.id);
    shown.add(namespace.cluster);
  }
  for (const cluster of index.clusters) if (!shown.has(cluster.id)) segment(cluster.id, noZone);

  const links = index.flows.flatMap((flow): Array<[string, string]> => {
    const nodes = stationsOf(flow).map(refKey);
    return nodes.slice(1).map((to, i) => [nodes[i] ?? to, to]);
  });
  const calls = new Map<string, string[]>();
  for (const flow of index.flows) {
    if ('workload' in flow.from && 'workload' in flow.to) {
      const list = calls.get(flow.from.workload);
      if (list === undefined) calls.set(flow.from.workload, [flow.to.workload]);
      else list.push(flow.to.workload);
    }
  }

  const runtimeOf = runtimeReader(topology);
  const badge = (id: string) => runtimeBadge(index, runtimeOf, id);
  const endpoints = sortedEntries(topology.storage?.endpoints);
  const strays = index.workloads.filter((w) => index.get('namespace', w.namespace) === undefined).map((w) => w.id);
  const bandOf = (node: string, zone: string): BandModel => ({
    node,
    zone,
    segments: [...bySegment.entries()]
      .filter(([, s]) => s.zone === zone)
      .map(([key, s]) => ({
        key,
        cluster: s.cluster,
        zone,
        hasFoot: s.hasFoot,
        namespaces: s.namespaces.map((id) => {
          const members = index.workloadsOfNamespace(id).map((w) => w.id);
          return { id, rows: rowsOf(members, calls), count: members.length, cardW: widthIn(topology, members, badge) };
        }),
      })),
    endpoints: endpoints.filter(([, e]) => knownZone(e.zone) === zone).map(([id]) => id),
    headH: zone === noZone ? 0 : Math.max(...zoneHead(index, runtimeOf, zone).map(bottom)) + band.inset,
    strays: zone === noZone ? strays : [],
  });
  const bands = index.zones.map((z) => bandOf(`zone:${z.id}`, z.id));
  const unplaced = bandOf(unplacedBand, noZone);
  if (unplaced.segments.length + unplaced.endpoints.length + unplaced.strays.length > 0) bands.push(unplaced);
  const clusters = [...new Set(bands.flatMap((b) => b.segments.map((s) => s.cluster)))].sort();
  return { bands, externals: Object.keys(recordsOf(topology, 'external')).sort(), clusters, links };
}

/** Cards that somebody placed side by side stay apart, however long their names are. */
function widthIn(topology: Topology, members: readonly string[], badge: (id: string) => string): number {
  const workloads = recordsOf(topology, 'workload');
  const wish = Math.max(
    card.w,
    ...members.map((id) => (workloads[id] === undefined ? 0 : cardWidth(id, workloads[id], badge(id)))),
  );
  if (wish === card.w) return wish;
  const recorded = topology.layout?.workloads ?? {};
  const places = members.flatMap((id) => (Object.hasOwn(recorded, id) ? (recorded[id] ?? []) : []));
  const room = places.flatMap((p) =>
    places.flatMap((q) => (q.x > p.x && Math.abs(q.y - p.y) < card.h ? [q.x - p.x - fixedGap] : [])),
  );
  return Math.max(card.w, Math.min(wish, ...room));
}

const fixedGap = 16;

/** How many cards stand side by side in a namespace of `count`: wider than high, as bands are. */
export function columnsFor(count: number): number {
  return count <= 4 ? Math.max(1, count) : Math.max(4, Math.ceil(Math.sqrt(count * 2)));
}

/**
 * Callers above callees, by the longest way from a workload that nobody in the namespace calls. Where that gives many
 * short rows, rows are filled in the same order instead.
 */
function rowsOf(members: readonly string[], calls: ReadonlyMap<string, readonly string[]>): string[][] {
  const inside = new Set(members);
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const backward = new Set<string>();
  const visit = (start: string): void => {
    const stack: Array<{ id: string; next: number }> = [{ id: start, next: 0 }];
    state.set(start, 'open');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const callee = calls.get(top.id)?.[top.next];
      if (callee === undefined) {
        state.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
        continue;
      }
      top.next += 1;
      if (!inside.has(callee)) continue;
      if (state.get(callee) === 'open') backward.add(`${top.id} ${callee}`);
      else if (!state.has(callee)) {
        state.set(callee, 'open');
        stack.push({ id: callee, next: 0 });
      }
    }
  };
  const called = new Set(members.flatMap((id) => (calls.get(id) ?? []).filter((c) => c !== id)));
  for (const id of members) if (!called.has(id) && !state.has(id)) visit(id);
  for (const id of members) if (!state.has(id)) visit(id);
  const depth = new Map<string, number>();
  for (const id of order.reverse()) {
    const own = depth.get(id) ?? 0;
    depth.set(id, own);
    for (const callee of calls.get(id) ?? []) {
      if (inside.has(callee) && callee !== id && !backward.has(`${id} ${callee}`)) {
        depth.set(callee, Math.max(depth.get(callee) ?? 0, own + 1));
      }
    }
  }

  const columns = columnsFor(members.length);
  const byDepth: string[][] = [];
  for (const id of members) {
    const d = depth.get(id) ?? 0;
    while (byDepth.length <= d) byDepth.push([]);
    byDepth[d]?.push(id);
  }
  const layered = byDepth.flatMap((row) => chunks(row, columns));
  if (layered.length <= Math.ceil(members.length / columns) + 2) return layered;
  return chunks(byDepth.flat(), columns);
}

function chunks(items: readonly string[], size: number): string[][] {
  // Even rows: five cards in rows of at most four stand 3 + 2, not 4 + 1.
  const rows = Math.ceil(items.length / size);
  const even = Math.ceil(items.length / Math.max(1, rows));
  return Array.from({ length: rows }, (_, i) => items.slice(i * even, (i + 1) * even));
}
