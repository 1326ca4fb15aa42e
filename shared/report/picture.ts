/**
 * The design as an SVG, drawn without a window: zones as bands in the order of trust, clusters as columns, workloads as
 * cards, flows as arrows. It is the picture of a report; where somebody has moved things on the canvas does not show.
 */
import {
  type End,
  endRef,
  type Lookup,
  lookup,
  type Runtime,
  refKey,
  stationsOf,
  type Topology,
} from '../model/index.ts';
import { escapeHtml } from './escape.ts';

export interface PictureOptions {
  /** The isolation of a runtime: a double outline is a user-space kernel, a thick one a virtual machine. */
  isolationOf?(runtime: Runtime): string | undefined;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const card = { w: 158, h: 38 };
const gap = 12;
const pad = 12;
const head = 22;
/** Room for the name of a band. */
const margin = 132;

/** An `svg` element; the same design gives the same text. It takes its colour from the page around it. */
export function pictureOf(topology: Topology, options: PictureOptions = {}): string {
  const index = lookup(topology);
  const places = new Map<string, Box>();
  const parts: string[] = [];
  const cards: string[] = [];
  const clusters = index.clusters.filter((c) => index.zonesOfCluster(c.id).length > 0);
  const columns = columnsOf(index, clusters);
  const endpoints = Object.entries(topology.storage?.endpoints ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const x = margin + columns.width;
  const storageX = x;
  const externals = Object.keys(topology.externals ?? {}).sort();
  const width = Math.max(
    x + (endpoints.length > 0 ? card.w + gap : 0) + pad,
    margin + Math.max(1, externals.length) * (card.w + gap) + pad,
  );

  let y = pad;
  if (externals.length > 0) {
    band(parts, { x: pad, y, w: width - 2 * pad, h: card.h + 2 * pad }, 'Outside');
    externals.forEach((id, i) => {
      const box = { x: margin + i * (card.w + gap), y: y + pad, ...card };
      places.set(`external:${id}`, box);
      cards.push(cardOf(box, index.titleOf({ kind: 'external', id }), 'external', 19));
    });
    y += card.h + 2 * pad + 26;
  }
  for (const zone of index.zones) {
    const own = clusters.filter((c) => index.zonesOfCluster(c.id).includes(zone.id));
    const stores = endpoints.filter(([, e]) => e.zone === zone.id);
    const inside = Math.max(
      card.h,
      ...own.map((c) => segment(index, c.id, zone.id).h),
      stores.length * (card.h + gap) - gap,
    );
    const box = { x: pad, y, w: width - 2 * pad, h: inside + 2 * pad };
    places.set(`zone:${zone.id}`, { ...box, w: margin - pad - gap });
    band(parts, box, zone.name ?? zone.id, `trust ${zone.trust}`);
    for (const c of own) {
      const made = segment(index, c.id, zone.id);
      const at = { x: columns.at.get(c.id)?.x ?? margin, y: y + pad };
      parts.push(frame({ ...at, w: columns.at.get(c.id)?.w ?? made.w, h: inside }, c.name ?? c.id, 'cluster'));
      for (const [id, own] of made.places) places.set(id, { ...own, x: own.x + at.x, y: own.y + at.y });
    }
    for (const n of index.namespacesOfZone(zone.id)) {
      const placed = places.get(`namespace:${n.id}`);
      if (placed !== undefined) parts.push(frame(placed, n.name ?? n.id, 'namespace'));
      for (const w of index.workloadsOfNamespace(n.id)) {
        const at = places.get(`workload:${w.id}`);
        const runtime = index.get('runtime', index.runtimeOf(w.id));
        const isolation = runtime === undefined ? undefined : (runtime.isolation ?? options.isolationOf?.(runtime));
        if (at !== undefined) cards.push(cardOf(at, w.name ?? w.id, isolation ?? 'shared-kernel', 19));
      }
    }
    stores.forEach(([id, e], i) => {
      const at = { x: storageX, y: y + pad + i * (card.h + gap), ...card };
      cards.push(cardOf(at, e.name ?? id, 'storage', 21, e.type));
    });
    y += box.h + 26;
  }
  const height = y - 26 + pad;
  const arrows = index.flows.flatMap((flow) => {
    const stations = stationsOf(flow);
    return stations.slice(1).flatMap((b, i) => {
      const a = stations[i];
      const [from, to] = [a && places.get(refKey(a)), places.get(refKey(b))];
      if (a === undefined || from === undefined || to === undefined || refKey(a) === refKey(b)) return [];
      const text = `${flow.id}: ${endTitle(index, flow.from)} to ${endTitle(index, flow.to)}`;
      return [
        `<path class="flow" d="${way(from, to)}" marker-end="url(#zw-arrow)"><title>${escapeHtml(text)}</title></path>`,
      ];
    });
  });
  const title = `${topology.metadata.name}: ${index.zones.length} zones, ${clusters.length} clusters, ${index.workloads.length} workloads, ${index.flows.length} flows`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${Math.max(height, 60)}" width="${width}" height="${Math.max(height, 60)}" role="img" aria-label="${escapeHtml(title)}">`,
    `<style>${pictureStyle}</style>`,
    '<defs><marker id="zw-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>',
    ...parts,
    // Behind the cards, so that no line crosses a name.
    ...arrows,
    ...cards,
    '</svg>',
  ].join('\n');
}

/** As a file of its own, which brings its colours along. */
export function pictureFile(topology: Topology, options: PictureOptions = {}): string {
  const drawn = pictureOf(topology, options);
  return `${drawn.replace('<svg ', '<svg style="background:#fff;color:#1b1f27" ')}\n`;
}

/** The text of the style element in every picture. */
export const pictureStyle = [
  'text{fill:currentColor;font:12px system-ui,sans-serif}',
  '.dim{fill-opacity:.62;font-size:11px}',
  '.band{fill:currentColor;fill-opacity:.035;stroke:currentColor;stroke-opacity:.25}',
  '.cluster{fill:none;stroke:currentColor;stroke-opacity:.35;stroke-width:1.5}',
  '.namespace{fill:none;stroke:currentColor;stroke-dasharray:4 3;stroke-opacity:.35}',
  '.card{fill:var(--page,#fff);stroke:currentColor;stroke-opacity:.7}',
  '.ring{fill:none;stroke:currentColor;stroke-opacity:.7}',
  '.thick{stroke-width:3}',
  '.external{stroke-dasharray:4 3}',
  '.flow{fill:none;stroke:currentColor;stroke-opacity:.5;stroke-width:1.3}',
].join('');

/**
 * Where each cluster stands from left to right. Clusters that share no zone, and no zone that lies between theirs, may stand
 * in one column, so that a cluster for each zone makes a stack and no staircase.
 */
function columnsOf(index: Lookup, clusters: Lookup['clusters']) {
  const taken: Array<{ tiers: Set<number>; members: string[]; w: number }> = [];
  for (const { id } of clusters) {
    const zones = index.zonesOfCluster(id);
    const own = zones.map((zone) => index.tierOf(zone) ?? 0);
    const [low, high] = [Math.min(...own), Math.max(...own)];
    const tiers = index.zones.map((_, tier) => tier).filter((tier) => low <= tier && tier <= high);
    const w = Math.max(...zones.map((zone) => segment(index, id, zone).w));
    const free = taken.find((column) => !tiers.some((tier) => column.tiers.has(tier)));
    if (free === undefined) taken.push({ tiers: new Set(tiers), members: [id], w });
    else {
      for (const tier of tiers) free.tiers.add(tier);
      free.members.push(id);
      free.w = Math.max(free.w, w);
    }
  }
  const at = new Map<string, { readonly x: number; readonly w: number }>();
  let width = 0;
  for (const { members, w } of taken) {
    for (const id of members) at.set(id, { x: margin + width, w });
    width += w + gap;
  }
  return { at, width };
}

interface Segment {
  readonly w: number;
  readonly h: number;
  readonly places: ReadonlyMap<string, Box>;
}

/** The namespaces of a zone in a cluster, three in a row, workloads two in a row. */
function segment(index: Lookup, cluster: string, zone: string): Segment {
  const places = new Map<string, Box>();
  let [x, y, rowHeight, w] = [pad, head, 0, 0];
  const own = index.namespacesOfZone(zone).filter((n) => n.cluster === cluster);
  own.forEach((n, i) => {
    if (i > 0 && i % 3 === 0) {
      x = pad;
      y += rowHeight + gap;
      rowHeight = 0;
    }
    const workloads = index.workloadsOfNamespace(n.id);
    const across = Math.max(1, Math.min(2, workloads.length));
    const down = Math.max(1, Math.ceil(workloads.length / 2));
    const box = { x, y, w: 2 * pad + across * (card.w + gap) - gap, h: head + down * (card.h + gap) };
    places.set(`namespace:${n.id}`, box);
    workloads.forEach((workload, k) => {
      places.set(`workload:${workload.id}`, {
        x: x + pad + (k % 2) * (card.w + gap),
        y: y + head + Math.floor(k / 2) * (card.h + gap),
        ...card,
      });
    });
    x += box.w + gap;
    rowHeight = Math.max(rowHeight, box.h);
    w = Math.max(w, x);
  });
  return { w: Math.max(w - gap + pad, card.w + 2 * pad), h: y + rowHeight + pad, places };
}

function band(parts: string[], box: Box, title: string, note?: string): void {
  parts.push(`<rect class="band" x="${box.x}" y="${box.y}" width="${box.w}" height="${box.h}" rx="10"/>`);
  parts.push(`<text x="${box.x + pad}" y="${box.y + 22}" font-weight="600">${short(title, 16)}</text>`);
  if (note !== undefined)
    parts.push(`<text class="dim" x="${box.x + pad}" y="${box.y + 38}">${escapeHtml(note)}</text>`);
}

function frame(box: Box, title: string, kind: 'cluster' | 'namespace'): string {
  const most = Math.floor((box.w - 20) / 6.5);
  return `<rect class="${kind}" x="${box.x}" y="${box.y}" width="${box.w}" height="${box.h}" rx="8"/><text class="dim" x="${box.x + 10}" y="${box.y + 15}">${short(title, most)}</text>`;
}

function cardOf(box: Box, title: string, look: string, most: number, note?: string): string {
  const { x, y, w, h } = box;
  const classes = ['card', ...(look === 'virtual-machine' ? ['thick'] : look === 'external' ? ['external'] : [])].join(
    ' ',
  );
  const place = (inset: number, radius: number) =>
    `x="${x + inset}" y="${y + inset}" width="${w - 2 * inset}" height="${h - 2 * inset}" rx="${radius}"`;
  const middle = `x="${x + w / 2}" text-anchor="middle"`;
  return [
    `<rect class="${classes}" ${place(0, look === 'storage' ? 14 : 7)}/>`,
    look === 'user-space-kernel' ? `<rect class="ring" ${place(3, 5)}/>` : '',
    `<text ${middle} y="${y + h / 2 + (note === undefined ? 4 : -2)}">${short(title, most)}</text>`,
    note === undefined ? '' : `<text class="dim" ${middle} y="${y + h / 2 + 12}">${short(note, most)}</text>`,
  ].join('');
}

/** From the near edge of one to the near edge of the other; beside each other from side to side. */
function way(from: Box, to: Box): string {
  const [a, b] = [centre(from), centre(to)];
  if (to.y >= from.y + from.h || from.y >= to.y + to.h) {
    const down = to.y >= from.y + from.h;
    const [y1, y2] = down ? [from.y + from.h, to.y] : [from.y, to.y + to.h];
    const bend = Math.max(18, Math.abs(y2 - y1) / 2) * (down ? 1 : -1);
    return `M${a.x} ${y1}C${a.x} ${y1 + bend} ${b.x} ${y2 - bend} ${b.x} ${y2}`;
  }
  const right = b.x > a.x;
  const [x1, x2] = right ? [from.x + from.w, to.x] : [from.x, to.x + to.w];
  const bend = Math.max(14, Math.abs(x2 - x1) / 2) * (right ? 1 : -1);
  return `M${x1} ${a.y}C${x1 + bend} ${a.y} ${x2 - bend} ${b.y} ${x2} ${b.y}`;
}

function centre({ x, y, w, h }: Box) {
  return { x: x + w / 2, y: y + h / 2 };
}

function endTitle(index: Lookup, end: End): string {
  return index.titleOf(endRef(end));
}

function short(text: string, most: number): string {
  const letters = [...text];
  return escapeHtml(letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`);
}
