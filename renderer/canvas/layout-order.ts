/** In which order things stand beside each other: by the barycentre of what they talk to, so that few flows cross. */
import { sortBy } from '../../shared/lib/sort.ts';
import { centre } from './geometry.ts';
import { columnsFor, type LayoutModel, type SegmentModel } from './layout-model.ts';
import { columnsIn } from './layout-segment.ts';
import { card, namespaceBox } from './layout-sizes.ts';
import type { Cell, Frame, Order, PlacedNode } from './layout-types.ts';

type Nodes = ReadonlyMap<string, PlacedNode>;

export function initialOrder(model: LayoutModel, aspect: number): Order {
  const namespaces = new Map<string, string[]>();
  const cells = new Map<string, Map<string, Cell>>();
  for (const segment of model.bands.flatMap((b) => b.segments)) {
    namespaces.set(
      segment.key,
      segment.namespaces.map((n) => n.id),
    );
    for (const n of segment.namespaces) {
      cells.set(
        n.id,
        new Map(n.rows.flatMap((row, r) => row.map((id, c): [string, Cell] => [id, { row: r, column: c }]))),
      );
    }
  }
  return {
    aspect,
    clusters: widestFirst(model, model.clusters),
    namespaces,
    cells,
    frames: new Map(),
    externals: new Map(),
  };
}

/** A cluster that crosses more bands stands to the left of those that cross fewer: so columns leave the fewest gaps. */
function widestFirst(model: LayoutModel, clusters: readonly string[]): string[] {
  const bands = new Map<string, number>();
  for (const { cluster } of model.bands.flatMap((b) => b.segments)) bands.set(cluster, (bands.get(cluster) ?? 0) + 1);
  return [...clusters].sort((a, b) => (bands.get(b) ?? 0) - (bands.get(a) ?? 0));
}

/**
 * The order of before: nothing that stood beside or above another thing changes sides. What is new comes last, new
 * workloads take the first free cell.
 */
export function carryOver(model: LayoutModel, before: Order): Order {
  const keep = (known: readonly string[], wanted: readonly string[]): string[] => {
    const still = new Set(wanted);
    const had = new Set(known);
    const gone = known.filter((id) => !still.has(id));
    const fresh = wanted.filter((id) => !had.has(id));
    // One gone and one new is a record under another id: it stays where it was.
    const renamed = gone.length === 1 && fresh.length === 1 ? fresh[0] : undefined;
    if (renamed !== undefined) return known.map((id) => (still.has(id) ? id : renamed));
    return [...known.filter((id) => still.has(id)), ...fresh];
  };
  const lastHome = new Map<string, string>();
  for (const [namespace, cells] of before.cells) for (const id of cells.keys()) lastHome.set(id, namespace);
  const namespaces = new Map<string, string[]>();
  const cells = new Map<string, Map<string, Cell>>();
  const frames = new Map<string, Frame>();
  const segments = model.bands.flatMap((b) => b.segments);
  const shrunk = clustersThatShrank(segments, before);
  const keys = new Set(segments.map((s) => s.key));
  for (const segment of segments) {
    const known = before.namespaces.get(segment.key) ?? heldBefore(segment, keys, before);
    const kept = keep(
      known,
      segment.namespaces.map((n) => n.id),
    );
    namespaces.set(segment.key, kept);
    const still = new Set(kept);
    const renamed = known.length === kept.length ? known.findIndex((id) => !still.has(id)) : -1;
    known.forEach((id, i) => {
      const frame = before.frames.get(id);
      const now = i === renamed ? kept[i] : id;
      if (frame !== undefined && now !== undefined && still.has(now))
        frames.set(now, shrunk.has(segment.cluster) ? { ...frame, w: 0 } : frame);
    });
    for (const n of segment.namespaces) {
      const members = n.rows.flat();
      const isMember = new Set(members);
      // A namespace under another id is known by what lives in it.
      const had =
        before.cells.get(n.id) ?? before.cells.get(lastHome.get(members.find((id) => lastHome.has(id)) ?? '') ?? '');
      const mine = new Map<string, Cell>();
      const taken = new Set<string>();
      for (const id of members) {
        const cell = had?.get(id);
        if (cell === undefined) continue;
        mine.set(id, cell);
        taken.add(`${cell.row} ${cell.column}`);
      }
      const gone = [...(had ?? [])].filter(([id]) => !isMember.has(id));
      const fresh = members.filter((id) => !mine.has(id));
      const [goneCell] = gone;
      const [freshId] = fresh;
      if (gone.length === 1 && fresh.length === 1 && goneCell !== undefined && freshId !== undefined)
        mine.set(freshId, goneCell[1]);
      const columns = Math.max(columnsFor(n.count), ...[...mine.values()].map((c) => c.column + 1));
      let at = 0;
      for (const id of mine.size === 0 ? [] : members) {
        if (mine.has(id)) continue;
        while (taken.has(`${Math.floor(at / columns)} ${at % columns}`)) at += 1;
        mine.set(id, { row: Math.floor(at / columns), column: at % columns });
        at += 1;
      }
      if (mine.size === 0)
        for (const [r, row] of n.rows.entries())
          for (const [c, id] of row.entries()) mine.set(id, { row: r, column: c });
      cells.set(n.id, mine);
    }
  }
  const clusters = keep(before.clusters, model.clusters);
  return { aspect: before.aspect, clusters, namespaces, cells, frames, externals: before.externals };
}

/** Where something went away, or what was added is taken back, a cluster gives its room back as well. */
function clustersThatShrank(segments: readonly SegmentModel[], before: Order): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { cluster, key, namespaces } of segments) {
    const isLess =
      hasLost(before.namespaces.get(key) ?? [], new Set(namespaces.map((n) => n.id))) ||
      namespaces.some((n) => hasLost([...(before.cells.get(n.id)?.keys() ?? [])], new Set(n.rows.flat())));
    if (isLess) found.add(cluster);
  }
  return found;
}

/** One gone and one new is a record under another id. */
function hasLost(before: readonly string[], now: ReadonlySet<string>): boolean {
  const still = before.filter((id) => now.has(id)).length;
  return still < before.length && !(before.length - still === 1 && now.size - still === 1);
}

/** What stood in the segment when its cluster or zone had another id. */
function heldBefore({ namespaces }: SegmentModel, keys: ReadonlySet<string>, before: Order): readonly string[] {
  const mine = new Set(namespaces.map((n) => n.id));
  const found = [...before.namespaces].find(([key, ids]) => !keys.has(key) && ids.some((id) => mine.has(id)));
  return found?.[1] ?? [];
}

/** One sweep: clusters, namespaces and workloads sorted by where their neighbours stand. */
export function improve(model: LayoutModel, aspect: number, nodes: Nodes): Order {
  const neighbours = new Map<string, string[]>();
  const link = (a: string, b: string) => {
    const list = neighbours.get(a);
    if (list === undefined) neighbours.set(a, [b]);
    else list.push(b);
  };
  for (const [a, b] of model.links) {
    if (a === b) continue;
    link(a, b);
    link(b, a);
  }
  const x = (node: string): number | undefined => {
    const placed = nodes.get(node);
    return placed === undefined ? undefined : centre(placed.rect).x;
  };
  const wish = (node: string): number => {
    const at = (neighbours.get(node) ?? []).flatMap((n) => x(n) ?? []);
    return at.length === 0 ? (x(node) ?? 0) : at.reduce((sum, v) => sum + v, 0) / at.length;
  };
  const mean = (values: readonly number[], fallback: number): number =>
    values.length === 0 ? fallback : values.reduce((sum, v) => sum + v, 0) / values.length;

  const namespaces = new Map<string, string[]>();
  const cells = new Map<string, Map<string, Cell>>();
  const clusterWishes = new Map<string, number[]>();
  for (const segment of model.bands.flatMap((b) => b.segments)) {
    const wishes = new Map(
      segment.namespaces.map((n) => {
        const own = n.rows.flat().filter((id) => neighbours.has(`workload:${id}`));
        const all = own.map((id) => wish(`workload:${id}`));
        if (neighbours.has(`namespace:${n.id}`)) all.push(wish(`namespace:${n.id}`));
        return [n.id, mean(all, x(`namespace:${n.id}`) ?? 0)];
      }),
    );
    namespaces.set(
      segment.key,
      sortBy(
        segment.namespaces.map((n) => n.id),
        (id) => wishes.get(id) ?? 0,
        (id) => id,
      ),
    );
    clusterWishes.set(segment.cluster, [...(clusterWishes.get(segment.cluster) ?? []), ...wishes.values()]);
    for (const n of segment.namespaces) {
      const frame = nodes.get(`namespace:${n.id}`)?.rect;
      const columns = frame === undefined ? columnsFor(n.count) : columnsIn(frame.w, n.cardW);
      const left = (frame?.x ?? 0) + namespaceBox.pad + n.cardW / 2;
      const mine = new Map<string, Cell>();
      n.rows.forEach((row, r) => {
        const sorted = sortBy(
          row.map((id) => ({ id, x: wish(`workload:${id}`) })),
          (c) => c.x,
          (c) => c.id,
        );
        let next = 0;
        sorted.forEach((c, i) => {
          const wanted = Math.round((c.x - left) / (n.cardW + card.gapX));
          const column = Math.max(next, Math.min(wanted, Math.max(columns, row.length) - (sorted.length - i)));
          mine.set(c.id, { row: r, column });
          next = column + 1;
        });
      });
      cells.set(n.id, mine);
    }
  }
  const clusters = sortBy(
    model.clusters,
    (c) => mean(clusterWishes.get(c) ?? [], 0),
    (c) => c,
  );
  return {
    aspect,
    clusters: widestFirst(model, clusters),
    namespaces,
    cells,
    frames: new Map(),
    externals: new Map(),
  };
}

/** How far flows run sideways, in all: what improve lessens. Cards between the ends of a straight flow count as well. */
export function cost(model: LayoutModel, nodes: Nodes): number {
  let sum = 0;
  for (const [a, b] of model.links) {
    const from = nodes.get(a);
    const to = nodes.get(b);
    if (from === undefined || to === undefined) continue;
    const p = centre(from.rect);
    const q = centre(to.rect);
    sum += Math.abs(p.x - q.x) + Math.abs(p.y - q.y) / 4;
  }
  return sum;
}
