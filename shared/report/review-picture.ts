/**
 * Both versions of a design as pictures, for people without the app: zones as bands, outermost on top, namespaces and
 * workloads in them, flows between them. Both have the same places for the same things, so that one looks from one to the
 * other; what did not change stands in the background, and where there is too much of it, it is counted.
 */
import type { Change, DifferenceClass, Review } from '../diff/index.ts';
import { zoneColors } from '../lib/zone-colors.ts';
import { type End, endRef, type Lookup, lookup, outside, type Ref, refKey, type Topology } from '../model/index.ts';
import { escapeHtml } from './escape.ts';

export interface Pictures {
  /** Each is an `<svg>` that takes its colours from the classes of the page around it. */
  readonly before: string;
  readonly after: string;
  /** The colours of its bands, as rules of CSS for the page. */
  readonly style: string;
  /** Flows that did not change and are not drawn, because there are too many; 0 where all are. */
  readonly flowsLeftOut: number;
  /** True where nobody drew them: made of manifests, in zones that an import would propose. */
  readonly areProposed?: boolean;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Mark {
  readonly change: Change;
  readonly class: DifferenceClass;
}

const mostWidth = 960;
/** Room for flows between bands. */
const between = 30;
const card = { w: 138, h: 26, gap: 6 };
const pad = 12;
const mostCards = 8;
/** Of what did not change so many flows are drawn, and workloads by name; where there are more, only what changed is. */
const mostQuiet = 200;

export function picturesOf(before: Topology, after: Topology, review: Pick<Review, 'groups'>): Pictures {
  const marks = marksOf(review);
  const touched = touchedBy(review, [before, after]);
  const plan = planOf([lookup(before), lookup(after)], touched);
  return {
    before: draw(lookup(before), plan, marks, 'Before'),
    after: draw(lookup(after), plan, marks, 'After'),
    style: bandColors(plan.zones.size),
    flowsLeftOut: quietFlows(lookup(after), marks),
  };
}

/** As on the canvas: by trust, in light and dark. A page of its own allows no style beside its own. */
function bandColors(count: number): string {
  const rules = (theme: 'light' | 'dark') =>
    Array.from({ length: count }, (_, rank) => {
      const { fill, text } = zoneColors(rank, count, theme);
      return `.band-${rank}{fill:${fill}}.label.band-${rank}{fill:${text}}`;
    }).join('');
  return `${rules('light')}\n@media (prefers-color-scheme:dark){${rules('dark')}}\n`;
}

/** How many flows did not change, where they are too many to be drawn. */
function quietFlows(index: Lookup, marks: ReadonlyMap<string, Mark>): number {
  const count = index.flows.filter((flow) => !marks.has(refKey({ kind: 'flow', id: flow.id }))).length;
  return count > mostQuiet ? count : 0;
}

/** By record, in both versions: what became of it and what that means. */
function marksOf(review: Pick<Review, 'groups'>): ReadonlyMap<string, Mark> {
  const found = new Map<string, Mark>();
  for (const { edit, class: kind } of review.groups) {
    if (edit === undefined) continue;
    const mark = { change: edit.change, class: kind };
    found.set(`${edit.subject.kind}:${edit.subject.id}`, mark);
    if (edit.renamedFrom !== undefined) found.set(`${edit.subject.kind}:${edit.renamedFrom}`, mark);
  }
  return found;
}

/** Workloads that take part in what changed are always drawn by name. */
function touchedBy(review: Pick<Review, 'groups'>, sides: readonly Topology[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { edit, entries } of review.groups) {
    if (edit?.subject.kind === 'workload') for (const id of [edit.subject.id, edit.renamedFrom]) if (id) found.add(id);
    if (edit?.subject.kind === 'flow')
      for (const side of sides) {
        const flow = lookup(side).get('flow', edit.subject.id);
        for (const end of [flow?.from, flow?.to]) if (end !== undefined && 'workload' in end) found.add(end.workload);
      }
    for (const { connection } of entries) {
      if (connection === undefined || connection.pairs > mostCards) continue;
      for (const end of [...connection.from, ...connection.to]) if (end.kind === 'workload') found.add(end.id);
    }
  }
  return found;
}

interface Plan {
  readonly width: number;
  readonly height: number;
  /** By id, least trusted first. */
  readonly zones: ReadonlyMap<string, Box>;
  /** By `zone/namespace`. */
  readonly namespaces: ReadonlyMap<string, Box>;
  /** By `zone/namespace/workload`, and externals by id. */
  readonly cards: ReadonlyMap<string, Box>;
  readonly externals: ReadonlyMap<string, Box>;
}

function planOf(sides: readonly Lookup[], touched: ReadonlySet<string>): Plan {
  const zones = new Map<string, Box>();
  const namespaces = new Map<string, Box>();
  const cards = new Map<string, Box>();
  const externals = new Map<string, Box>();
  let y = pad;
  let right = 360;

  const outer = distinct(sides.flatMap((s) => Object.keys(s.topology.externals ?? {}))).sort();
  const perRow = Math.floor((mostWidth - 2 * pad) / (card.w + card.gap));
  outer.forEach((id, i) => {
    const [column, row] = [i % perRow, Math.floor(i / perRow)];
    externals.set(id, {
      x: pad + column * (card.w + card.gap),
      y: y + row * (card.h + card.gap),
      w: card.w,
      h: card.h,
    });
  });
  if (outer.length > 0) y += Math.ceil(outer.length / perRow) * (card.h + card.gap) + between;
  right = Math.max(right, pad + Math.min(outer.length, perRow) * (card.w + card.gap));

  const trust = (zone: string) => Math.min(...sides.map((s) => s.get('zone', zone)?.trust ?? 101));
  const all = distinct(sides.flatMap((s) => s.zones.map((z) => z.id))).sort((a, b) => trust(a) - trust(b));
  for (const zone of all) {
    const top = y;
    let [x, rowHeight] = [pad * 2, 0];
    y += 30;
    for (const namespace of distinct(sides.flatMap((s) => s.namespacesOfZone(zone).map((n) => n.id))).sort()) {
      const members = shownMembers(sides, zone, namespace, touched);
      const size = {
        w: card.w + 2 * pad,
        h: 26 + members.length * (card.h + card.gap) + (isCut(sides, zone, namespace, members) ? 18 : 6),
      };
      if (x + size.w > mostWidth - pad) {
        x = pad * 2;
        y += rowHeight + pad;
        rowHeight = 0;
      }
      namespaces.set(`${zone}/${namespace}`, { x, y, ...size });
      members.forEach((id, i) => {
        cards.set(`${zone}/${namespace}/${id}`, {
          x: x + pad,
          y: y + 24 + i * (card.h + card.gap),
          w: card.w,
          h: card.h,
        });
      });
      x += size.w + pad;
      right = Math.max(right, x);
      rowHeight = Math.max(rowHeight, size.h);
    }
    y += rowHeight + pad;
    zones.set(zone, { x: pad, y: top, w: 0, h: y - top });
    y += between;
  }
  for (const [zone, box] of zones) zones.set(zone, { ...box, w: right - pad });
  return { width: right + pad + 10, height: y - between + pad, zones, namespaces, cards, externals };
}

function membersOf(sides: readonly Lookup[], zone: string, namespace: string): string[] {
  return distinct(
    sides.flatMap((s) =>
      s.get('namespace', namespace)?.zone === zone ? s.workloadsOfNamespace(namespace).map((w) => w.id) : [],
    ),
  ).sort();
}

/** Everything that changed, and as much of the rest as there is room for. */
function shownMembers(
  sides: readonly Lookup[],
  zone: string,
  namespace: string,
  touched: ReadonlySet<string>,
): string[] {
  const all = membersOf(sides, zone, namespace);
  const most = sides.some((side) => side.workloads.length > mostQuiet) ? 0 : mostCards;
  const room = Math.max(0, most - all.filter((id) => touched.has(id)).length);
  const others = new Set(all.filter((id) => !touched.has(id)).slice(0, room));
  return all.filter((id) => touched.has(id) || others.has(id)).slice(0, 40);
}

function isCut(sides: readonly Lookup[], zone: string, namespace: string, shown: readonly string[]): boolean {
  return membersOf(sides, zone, namespace).length > shown.length;
}

function draw(index: Lookup, plan: Plan, marks: ReadonlyMap<string, Mark>, title: string): string {
  // Flows lie over the frames and under the cards, so that no line crosses a name; what became of them lies over all.
  const [frames, arrows, cards, badges]: string[][] = [[], [], [], []];
  const markOf = (ref: Ref) => marks.get(refKey(ref));
  for (const zone of index.zones) {
    const box = plan.zones.get(zone.id);
    if (box === undefined) continue;
    const label = `${index.titleOf({ kind: 'zone', id: zone.id })}, trust ${zone.trust}`;
    const band = `zone band-${[...plan.zones.keys()].indexOf(zone.id)}`;
    frames?.push(shape(box, band, markOf({ kind: 'zone', id: zone.id }), label, 60));
    for (const { id } of index.namespacesOfZone(zone.id)) {
      const place = plan.namespaces.get(`${zone.id}/${id}`);
      const ref: Ref = { kind: 'namespace', id };
      if (place === undefined) continue;
      frames?.push(shape(place, 'namespace', markOf(ref), index.titleOf(ref), 20));
      cards?.push(...drawWorkloads(index, plan, zone.id, id, place, marks));
    }
  }
  for (const [id, box] of plan.externals) {
    const ref: Ref = { kind: 'external', id };
    if (index.get('external', id) !== undefined)
      cards?.push(shape(box, 'external', markOf(ref), index.titleOf(ref), 18));
  }
  const id = title.toLowerCase();
  const isFull = quietFlows(index, marks) > 0;
  for (const flow of index.flows) {
    if (isFull && markOf({ kind: 'flow', id: flow.id }) === undefined) continue;
    const [from, to] = [boxOf(index, plan, flow.from), boxOf(index, plan, flow.to)];
    const label = `${nameOf(index, flow.from)} → ${nameOf(index, flow.to)}`;
    if (from === undefined || to === undefined) continue;
    const drawn = arrow(from, to, markOf({ kind: 'flow', id: flow.id }), label, `${id}-tip`);
    arrows?.push(drawn.line);
    if (drawn.sign !== undefined) badges?.push(drawn.sign);
  }
  return `<svg class="picture" viewBox="0 0 ${plan.width} ${plan.height}" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">${title}</title>
<defs><marker id="${id}-tip" class="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
${[frames, arrows, cards, badges].flatMap((parts) => parts ?? []).join('\n')}
</svg>
`;
}

function drawWorkloads(
  index: Lookup,
  plan: Plan,
  zone: string,
  namespace: string,
  box: Box,
  marks: ReadonlyMap<string, Mark>,
): string[] {
  const members = index.workloadsOfNamespace(namespace);
  const parts = members.flatMap(({ id }) => {
    const place = plan.cards.get(`${zone}/${namespace}/${id}`);
    const ref: Ref = { kind: 'workload', id };
    return place === undefined ? [] : [shape(place, 'workload', marks.get(refKey(ref)), index.titleOf(ref), 18)];
  });
  const rest = members.length - parts.length;
  if (rest > 0) parts.push(`<text class="rest" x="${box.x + pad}" y="${box.y + box.h - 7}">and ${rest} more</text>`);
  return parts;
}

const signs: Readonly<Record<Change, string>> = { added: '+', removed: '−', changed: '~' };

function shape(box: Box, kind: string, mark: Mark | undefined, label: string, room: number): string {
  const { x, y, w, h } = box;
  const classes = ['box', kind, ...(mark === undefined ? [] : [mark.change, mark.class])].join(' ');
  const text = label.length > room ? `${label.slice(0, room - 1)}…` : label;
  const sign = mark === undefined ? '' : badge({ x: x + w, y }, mark);
  const said = mark === undefined ? label : `${label}: ${mark.change}, ${mark.class}`;
  return `<g><title>${escapeHtml(said)}</title><rect class="${classes}" x="${x}" y="${y}" width="${w}" height="${h}" rx="6"/><text class="label ${kind}" x="${x + 8}" y="${y + 17}">${escapeHtml(text)}</text>${sign}</g>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** From the near edge of one to the near edge of the other, by way of a bend. What holds the other begins at its name. */
function wayBetween(one: Box, other: Box): readonly [Point, Point, Point] {
  if (one === other) {
    const right = one.x + one.w;
    return [
      { x: right, y: one.y + 10 },
      { x: right + 24, y: one.y + 18 },
      { x: right, y: one.y + 26 },
    ];
  }
  const [from, to] = [holds(one, other) ? nameOfFrame(one) : one, holds(other, one) ? nameOfFrame(other) : other];
  const isDown = from.y + from.h <= to.y;
  const isUp = to.y + to.h <= from.y;
  const a = { x: from.x + from.w / 2, y: isDown ? from.y + from.h : isUp ? from.y : from.y + from.h / 2 };
  const b = { x: to.x + to.w / 2, y: isDown ? to.y : isUp ? to.y + to.h : to.y + to.h / 2 };
  if (isDown || isUp) return [a, { x: (a.x + b.x) / 2 + (b.y - a.y) * 0.08, y: (a.y + b.y) / 2 }, b];
  const isRight = from.x < to.x;
  const start = { x: isRight ? from.x + from.w : from.x, y: from.y + from.h / 2 };
  const end = { x: isRight ? to.x : to.x + to.w, y: to.y + to.h / 2 };
  return [start, { x: (start.x + end.x) / 2, y: start.y - 34 }, end];
}

function holds(outer: Box, inner: Box): boolean {
  return (
    outer.y <= inner.y && inner.y + inner.h <= outer.y + outer.h && outer.x <= inner.x && inner.x < outer.x + outer.w
  );
}

/** Where a frame has its name, above all that is in it. */
function nameOfFrame({ x, y }: Box): Box {
  return { x, y, w: 60, h: 22 };
}

function arrow(
  from: Box,
  to: Box,
  mark: Mark | undefined,
  label: string,
  tip: string,
): { readonly line: string; readonly sign?: string } {
  const [a, bend, b] = wayBetween(from, to);
  const classes = ['flow', ...(mark === undefined ? [] : [mark.change, mark.class])].join(' ');
  const line = `<g><title>${escapeHtml(mark === undefined ? label : `${label}: ${mark.change}, ${mark.class}`)}</title><path class="${classes}" d="M${round(a.x)} ${round(a.y)} Q${round(bend.x)} ${round(bend.y)} ${round(b.x)} ${round(b.y)}" marker-end="url(#${tip})"/></g>`;
  if (mark === undefined) return { line };
  return {
    line,
    sign: badge({ x: round((a.x + 2 * bend.x + b.x) / 4), y: round((a.y + 2 * bend.y + b.y) / 4) }, mark),
  };
}

function badge({ x, y }: Point, mark: Mark): string {
  return `<g class="badge ${mark.class}"><circle cx="${x}" cy="${y}" r="8"/><text x="${x}" y="${round(y + 4)}">${signs[mark.change]}</text></g>`;
}

function boxOf(index: Lookup, plan: Plan, end: End): Box | undefined {
  if ('external' in end) return plan.externals.get(end.external);
  const ref = endRef(end);
  const zone = index.zoneOf(ref);
  if (zone === undefined || zone === outside) return undefined;
  if ('zone' in end) return plan.zones.get(zone);
  if ('namespace' in end) return plan.namespaces.get(`${zone}/${end.namespace}`);
  if (!('workload' in end)) return undefined;
  const namespace = index.get('workload', end.workload)?.namespace ?? '';
  return plan.cards.get(`${zone}/${namespace}/${end.workload}`) ?? plan.namespaces.get(`${zone}/${namespace}`);
}

function nameOf(index: Lookup, end: End): string {
  return index.titleOf(endRef(end));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
