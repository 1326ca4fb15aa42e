/**
 * Where everything stands: automatic layout from the design, and on top of it the places that the design records, which
 * always win. Trust is height: zones are bands with the least trusted on top; a cluster is one column over its bands.
 * Parents grow around what somebody placed in them, and what has no recorded place makes room for what has.
 *
 * Pure and deterministic. `before` is the placement shown until now: it keeps the order of what was there already, so
 * that drawing a flow does not shuffle the picture; without it order follows the flows (see improve).
 */
import type { Layout, Topology } from '../../shared/model/index.ts';
import { bottom, centre, moved, overlaps, type Rect, right, union } from './geometry.ts';
import { type BandModel, type LayoutModel, layoutModel, noZone, outsideBand } from './layout-model.ts';
import { carryOver, cost, improve, initialOrder } from './layout-order.ts';
import { contentOf, type SegmentContent } from './layout-segment.ts';
import { band, card, endpointBox, externalBox, segmentBox } from './layout-sizes.ts';
import type { Column, Order, PlacedNode, Placement, Tie } from './layout-types.ts';
import { wordsOf } from './words.ts';

export type { Column, PlacedNode, Placement, Tie } from './layout-types.ts';

export function segmentNode(key: string): string {
  return `segment:${key}`;
}

export function arrange(topology: Topology, before?: Placement): Placement {
  const placement = arrangeNodes(topology, before);
  return { ...placement, words: wordsOf(topology, placement.nodes, placement.columns) };
}

function arrangeNodes(topology: Topology, before: Placement | undefined): Placed {
  const model = layoutModel(topology);
  const layout = ownPlaces(topology.layout ?? {});
  if (before !== undefined) return place(model, carryOver(model, before.order), layout);
  const start = bestShaped(aspects.map((aspect) => place(model, initialOrder(model, aspect), layout)));
  let best = start;
  let bestCost = cost(model, best.nodes);
  let current = best;
  for (let sweep = 0; sweep < 4; sweep += 1) {
    const next = place(model, improve(model, start.order.aspect, current.nodes), layout);
    const nextCost = cost(model, next.nodes);
    if (nextCost < bestCost) {
      best = next;
      bestCost = nextCost;
    }
    current = next;
  }
  return best;
}

/** Without what every object has: "constructor" may be the name of a zone, and no place is recorded for it. */
function ownPlaces(layout: Layout): Layout {
  const own = <T>(record: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> =>
    Object.assign(Object.create(null), record);
  const segments = Object.entries(layout.segments ?? {}).map(([cluster, places]) => [cluster, own(places)] as const);
  return {
    zones: own(layout.zones),
    segments: own(Object.fromEntries(segments)),
    namespaces: own(layout.namespaces),
    workloads: own(layout.workloads),
    externals: own(layout.externals),
    storage: own(layout.storage),
  };
}

/** Tried for the shape of segments; several clusters side by side want narrow ones, a single one a wide one. */
const aspects = [2, 4, 7, 12];
/** Width to height of the space that a window leaves for the picture. */
const windowShape = 1.6;

function bestShaped(placements: readonly Placed[]): Placed {
  const misfit = ({ bounds }: Placed) => Math.abs(Math.log(bounds.w / bounds.h / windowShape));
  return placements.reduce((best, p) => (misfit(p) < misfit(best) ? p : best));
}

interface SegmentPlan {
  readonly key: string;
  readonly cluster: string;
  readonly content: SegmentContent;
  readonly fixed?: Rect;
  readonly up: boolean;
  readonly down: boolean;
}

type Placed = Omit<Placement, 'words'>;

function place(model: LayoutModel, order: Order, layout: Layout): Placed {
  const nodes = new Map<string, PlacedNode>();
  // Whether a column runs on into the next band is known once the bands stand; mostly they touch, so that is tried first.
  const assumed = model.bands.map((b, i) => b.zone !== noZone && model.bands[i + 1]?.zone !== noZone);
  let { plans, xs, rects } = plan(model, order, layout, assumed);
  const touching = assumed.map(
    (want, i) => want && touches(rects.get(model.bands[i]?.node ?? ''), rects.get(model.bands[i + 1]?.node ?? '')),
  );
  if (touching.some((t, i) => t !== assumed[i] && model.bands[i + 1] !== undefined))
    ({ plans, xs, rects } = plan(model, order, layout, touching));
  const all = [...rects.values()];
  const top = all.length === 0 ? 0 : Math.min(...all.map((r) => r.y));
  const left = all.length === 0 ? 0 : Math.min(...all.map((r) => r.x));
  // The outside is as wide as what stands below it; externals need room of their own.
  const room = band.header + model.externals.length * (externalBox.w + externalBox.gap);
  const least = all.length === 0 ? band.minW : model.externals.length > 0 ? room : 0;
  const width = Math.max(least, ...all.map((r) => right(r) - left));
  if (model.bands.length + model.externals.length > 0) {
    nodes.set(outsideBand, { rect: { x: left, y: top - band.outsideH, w: width, h: band.outsideH } });
  }
  for (const b of model.bands) {
    const rect = rects.get(b.node);
    if (rect !== undefined) placeBand(nodes, b, rect, plans, xs, layout);
  }
  placeExternals(nodes, model, order, layout, { x: left, y: top - band.outsideH, w: width, h: band.outsideH });
  const { columns, ties } = columnsOf(model, nodes);
  const bounds = union([...nodes.values()].map((n) => n.rect)) ?? { x: 0, y: 0, w: band.minW, h: band.minH };
  return { nodes, columns, ties, order: settled(order, plans, nodes), bounds };
}

/** The order that leads to this placement again, whatever is added to the design. */
function settled(order: Order, plans: ReadonlyMap<string, SegmentPlan>, nodes: ReadonlyMap<string, PlacedNode>): Order {
  const placed = [...plans.values()].flatMap((p) => p.content.namespaces);
  const externals = [...nodes].filter(([id]) => id.startsWith('external:'));
  return {
    ...order,
    cells: new Map(placed.map((n) => [n.id, n.cells])),
    frames: new Map(placed.map((n) => [n.id, n.frame])),
    externals: new Map(externals.map(([id, { rect }]) => [id, rect.x])),
  };
}

function plan(model: LayoutModel, order: Order, layout: Layout, touching: readonly boolean[]) {
  const plans = planSegments(model, order, layout, touching);
  const xs = columnPositions(model, order, plans, layout);
  return { plans, xs, rects: bandRects(model, plans, xs, layout) };
}

function touches(upper: Rect | undefined, lower: Rect | undefined): boolean {
  return (
    upper !== undefined &&
    lower !== undefined &&
    bottom(upper) === lower.y &&
    upper.x < right(lower) &&
    lower.x < right(upper)
  );
}

function planSegments(
  model: LayoutModel,
  order: Order,
  layout: Layout,
  touching: readonly boolean[],
): Map<string, SegmentPlan> {
  const plans = new Map<string, SegmentPlan>();
  const isAuto = (bandAt: BandModel | undefined, cluster: string): boolean =>
    bandAt !== undefined &&
    layout.segments?.[cluster]?.[bandAt.zone] === undefined &&
    bandAt.segments.some((s) => s.cluster === cluster);
  for (const cluster of model.clusters) {
    const mine = model.bands.flatMap((b, i) => b.segments.filter((s) => s.cluster === cluster).map((s) => ({ s, i })));
    // One width for the whole column: the widest segment decides, the others spread out in it.
    const widths = mine.map(({ s }) => contentOf(s, order, layout).w);
    const shared = Math.max(...widths);
    for (const { s, i } of mine) {
      const auto = isAuto(model.bands[i], cluster);
      const fixed = layout.segments?.[cluster]?.[s.zone];
      plans.set(s.key, {
        key: s.key,
        cluster,
        content: contentOf(s, order, layout, fixed === undefined ? shared : Math.max(0, fixed.w - 2 * segmentBox.pad)),
        ...(fixed !== undefined && { fixed }),
        up: auto && touching[i - 1] === true && isAuto(model.bands[i - 1], cluster),
        down: auto && touching[i] === true && isAuto(model.bands[i + 1], cluster),
      });
    }
  }
  return plans;
}

function segmentSize(plan: SegmentPlan): { w: number; h: number } {
  const head = plan.up ? segmentBox.top : segmentBox.title;
  const h = head + plan.content.h + (plan.content.hasFoot ? segmentBox.foot : segmentBox.bottom);
  const w = plan.content.w + 2 * segmentBox.pad;
  return { w: Math.max(w, plan.fixed?.w ?? 0), h: Math.max(h, plan.fixed?.h ?? 0) };
}

/** The left edge of each segment: one for all bands of a cluster, to the right of what stands in any of them. */
function columnPositions(
  model: LayoutModel,
  order: Order,
  plans: ReadonlyMap<string, SegmentPlan>,
  layout: Layout,
): Map<string, number> {
  const frontier = model.bands.map((b) => (layout.zones?.[b.zone]?.x ?? 0) + band.header);
  const spans = new Map<string, number[]>();
  model.bands.forEach((b, i) => {
    for (const s of b.segments) spans.set(s.cluster, [...(spans.get(s.cluster) ?? []), i]);
  });
  const xs = new Map<string, number>();
  for (const cluster of order.clusters) {
    const bands = spans.get(cluster) ?? [];
    const first = bands[0] ?? 0;
    const last = bands.at(-1) ?? 0;
    const inside = model.bands.map((_, i) => i).filter((i) => i >= first && i <= last);
    const x = Math.max(band.header, ...inside.map((i) => frontier[i] ?? 0));
    for (const i of bands) {
      const b = model.bands[i];
      const plan = b && plans.get(b.segments.find((s) => s.cluster === cluster)?.key ?? '');
      if (b === undefined || plan === undefined) continue;
      const { w } = segmentSize(plan);
      const zone = layout.zones?.[b.zone];
      if (plan.fixed !== undefined) {
        const at = (zone?.x ?? 0) + plan.fixed.x;
        xs.set(plan.key, at);
        continue;
      }
      const own = frontier[i] ?? 0;
      const fits = zone === undefined || (x >= own && x + w + band.inset <= right(zone));
      const at = fits ? x : own;
      xs.set(plan.key, at);
      frontier[i] = at + w + band.clusterGap;
    }
    for (const i of inside)
      frontier[i] = Math.max(
        frontier[i] ?? 0,
        bands.includes(i) ? 0 : x + columnWidth(cluster, plans) + band.clusterGap,
      );
  }
  return xs;
}

function columnWidth(cluster: string, plans: ReadonlyMap<string, SegmentPlan>): number {
  return Math.max(0, ...[...plans.values()].filter((p) => p.cluster === cluster).map((p) => segmentSize(p).w));
}

function bandRects(
  model: LayoutModel,
  plans: ReadonlyMap<string, SegmentPlan>,
  xs: ReadonlyMap<string, number>,
  layout: Layout,
): Map<string, Rect> {
  const needs = model.bands.map((b) => {
    const origin = layout.zones?.[b.zone]?.x ?? 0;
    let w: number = band.header;
    let h: number = Math.max(band.minH, b.headH);
    for (const s of b.segments) {
      const plan = plans.get(s.key);
      if (plan === undefined) continue;
      const size = segmentSize(plan);
      w = Math.max(w, (xs.get(s.key) ?? 0) - origin + size.w + band.inset + 4);
      const insets = (plan.up ? 0 : band.inset) + (plan.down ? 0 : band.inset);
      h = Math.max(h, plan.fixed === undefined ? size.h + insets : plan.fixed.y + size.h + band.inset);
    }
    if (b.strays.length > 0) w += b.strays.length * (card.w + card.gapX);
    h = Math.max(h, b.endpoints.length * (endpointBox.h + endpointBox.gap) + 2 * band.inset);
    const places = b.endpoints.flatMap((id) => layout.storage?.[id] ?? []);
    for (const p of places) {
      w = Math.max(w, p.x + endpointBox.w + band.inset);
      h = Math.max(h, p.y + endpointBox.h + band.inset);
    }
    if (b.endpoints.length > places.length) w += endpointBox.w + 2 * endpointBox.margin;
    return { w, h };
  });
  const recordedOf = (b: BandModel): Rect | undefined => (b.zone === noZone ? undefined : layout.zones?.[b.zone]);
  // Bands that begin at the left edge share one width, also those whose height somebody chose.
  const lanes = model.bands.flatMap((b, i) => {
    const recorded = recordedOf(b);
    return recorded === undefined || recorded.x === 0 ? [Math.max(needs[i]?.w ?? 0, recorded?.w ?? 0)] : [];
  });
  const shared = Math.max(band.minW, ...lanes);
  const rects = new Map<string, Rect>();
  const fixed: Rect[] = [];
  model.bands.forEach((b, i) => {
    const recorded = recordedOf(b);
    const need = needs[i] ?? { w: 0, h: 0 };
    if (recorded === undefined) return;
    const w = recorded.x === 0 ? shared : Math.max(recorded.w, need.w);
    const rect = { x: recorded.x, y: recorded.y, w, h: Math.max(recorded.h, need.h) };
    rects.set(b.node, rect);
    fixed.push(rect);
  });
  let y = 0;
  model.bands.forEach((b, i) => {
    const found = rects.get(b.node);
    if (found !== undefined) {
      y = Math.max(y, bottom(found));
      return;
    }
    let rect: Rect = { x: 0, y, w: shared, h: needs[i]?.h ?? band.minH };
    for (
      let hit = fixed.find((f) => overlaps(f, rect));
      hit !== undefined;
      hit = fixed.find((f) => overlaps(f, rect))
    ) {
      rect = { ...rect, y: bottom(hit) };
    }
    rects.set(b.node, rect);
    y = bottom(rect);
  });
  return rects;
}

function placeBand(
  nodes: Map<string, PlacedNode>,
  b: BandModel,
  rect: Rect,
  plans: ReadonlyMap<string, SegmentPlan>,
  xs: ReadonlyMap<string, number>,
  layout: Layout,
): void {
  nodes.set(b.node, { rect });
  let edge = rect.x + band.header;
  for (const s of b.segments) {
    const plan = plans.get(s.key);
    if (plan === undefined) continue;
    const size = segmentSize(plan);
    const y = rect.y + (plan.fixed?.y ?? (plan.up ? 0 : band.inset));
    const h = plan.fixed === undefined ? bottom(rect) - y - (plan.down ? 0 : band.inset) : size.h;
    const segment: Rect = { x: xs.get(s.key) ?? 0, y, w: size.w, h };
    const id = segmentNode(s.key);
    nodes.set(id, { parent: b.node, rect: segment });
    edge = Math.max(edge, right(segment) + band.clusterGap);
    const origin = { x: segment.x + segmentBox.pad, y: segment.y + (plan.up ? segmentBox.top : segmentBox.title) };
    for (const ns of plan.content.namespaces) {
      // A recorded place counts from the segment's corner, an automatic one from where its content begins.
      const from = ns.recorded ? segment : origin;
      const frame = moved(ns.rect, from.x, from.y);
      nodes.set(`namespace:${ns.id}`, { parent: id, rect: frame });
      for (const c of ns.cards) {
        nodes.set(`workload:${c.id}`, { parent: `namespace:${ns.id}`, rect: moved(c.rect, frame.x, frame.y) });
      }
    }
  }
  for (const id of b.strays) {
    nodes.set(`workload:${id}`, { parent: b.node, rect: { x: edge, y: rect.y + band.inset, w: card.w, h: card.h } });
    edge += card.w + card.gapX;
  }
  const taken: Rect[] = [];
  for (const id of b.endpoints) {
    const at = layout.storage?.[id];
    if (at !== undefined)
      taken.push({ x: rect.x + Math.max(0, at.x), y: rect.y + Math.max(0, at.y), w: endpointBox.w, h: endpointBox.h });
  }
  let next = 0;
  const free = b.endpoints.filter((id) => layout.storage?.[id] === undefined);
  const startY =
    rect.y + Math.max(band.inset, (rect.h - free.length * (endpointBox.h + endpointBox.gap) + endpointBox.gap) / 2);
  for (const id of b.endpoints) {
    const at = layout.storage?.[id];
    let spot: Rect;
    if (at !== undefined)
      spot = { x: rect.x + Math.max(0, at.x), y: rect.y + Math.max(0, at.y), w: endpointBox.w, h: endpointBox.h };
    else {
      spot = {
        x: right(rect) - endpointBox.w - endpointBox.margin,
        y: Math.round(startY) + next * (endpointBox.h + endpointBox.gap),
        w: endpointBox.w,
        h: endpointBox.h,
      };
      next += 1;
      for (
        let hit = taken.find((t) => overlaps(t, spot));
        hit !== undefined;
        hit = taken.find((t) => overlaps(t, spot))
      ) {
        spot = { ...spot, y: bottom(hit) + endpointBox.gap };
      }
      taken.push(spot);
    }
    nodes.set(`endpoint:${id}`, { parent: b.node, rect: spot });
  }
}

/** Where they were, else above what they talk to, side by side. */
function placeExternals(
  nodes: Map<string, PlacedNode>,
  model: LayoutModel,
  order: Order,
  layout: Layout,
  area: Rect,
): void {
  // What talks to nobody yet will most likely talk to what stands below.
  const middle = area.x + (band.header + area.w) / 2;
  const wishes = model.externals
    .filter((id) => layout.externals?.[id] === undefined)
    .map((id) => {
      const node = `external:${id}`;
      const others = model.links.flatMap(([a, b]) => (a === node ? [b] : b === node ? [a] : []));
      const at = others.flatMap((other) => nodes.get(other) ?? []).map((n) => centre(n.rect).x);
      const mean = at.length === 0 ? middle : at.reduce((sum, x) => sum + x, 0) / at.length;
      return { id, node, x: order.externals.get(node) ?? Math.round(mean - externalBox.w / 2) };
    })
    .sort((a, b) => (a.x === b.x ? (a.id < b.id ? -1 : 1) : a.x - b.x));
  const y = area.y + (area.h - externalBox.h) / 2;
  let edge = area.x + band.header;
  const limit = right(area) - externalBox.margin;
  wishes.forEach((wish, i) => {
    const room = limit - (wishes.length - i) * (externalBox.w + externalBox.gap) + externalBox.gap;
    const x = Math.max(edge, Math.min(wish.x, room));
    nodes.set(wish.node, { rect: { x, y, w: externalBox.w, h: externalBox.h } });
    edge = x + externalBox.w + externalBox.gap;
  });
  for (const id of model.externals) {
    const at = layout.externals?.[id];
    if (at !== undefined)
      nodes.set(`external:${id}`, { rect: { x: at.x, y: at.y, w: externalBox.w, h: externalBox.h } });
  }
}

function columnsOf(model: LayoutModel, nodes: ReadonlyMap<string, PlacedNode>): { columns: Column[]; ties: Tie[] } {
  const columns: Column[] = [];
  const ties: Tie[] = [];
  for (const cluster of model.clusters) {
    const parts = model.bands
      .flatMap((b) => b.segments.filter((s) => s.cluster === cluster))
      .flatMap((s) => {
        const rect = nodes.get(segmentNode(s.key))?.rect;
        return rect === undefined ? [] : [{ key: s.key, rect }];
      });
    let run: Array<{ key: string; rect: Rect }> = [];
    const finish = () => {
      const rect = union(run.map((r) => r.rect));
      const previous = columns.at(-1);
      if (rect === undefined) return;
      if (previous?.cluster === cluster) ties.push({ cluster, from: previous.rect, to: rect });
      columns.push({ cluster, rect, segments: run.map((r) => r.key) });
    };
    for (const part of parts) {
      const last = run.at(-1);
      const joins =
        last === undefined ||
        (last.rect.x === part.rect.x && last.rect.w === part.rect.w && bottom(last.rect) === part.rect.y);
      if (!joins) {
        finish();
        run = [];
      }
      run.push(part);
    }
    finish();
  }
  return { columns, ties };
}
