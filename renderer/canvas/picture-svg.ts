/**
 * The whole picture as a standalone SVG, for documents and boards: the same places, lines and words as on the canvas, as
 * shapes and text that every drawing program reads. Nothing in it names a font file, a style sheet or a script.
 */
import type { ZoneColors } from '../../shared/lib/zone-colors.ts';
import type { CanvasEdge, CanvasNode, FlowData, FlowState, ReviewMark } from './canvas-types.ts';
import { inflate, type Point, type Rect, union } from './geometry.ts';
import { roundedPath } from './path.ts';

/** The colours of the window's theme, as hex. */
export interface PictureColors {
  readonly canvas: string;
  readonly panel: string;
  readonly card: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly error: string;
  readonly warning: string;
  readonly fine: string;
  readonly outside: string;
}

export interface PictureOptions {
  readonly colors: PictureColors;
  readonly theme: 'light' | 'dark';
  readonly title: string;
  /** Of a text in canvas units, so that what is too long can be cut. */
  readonly measure: (text: string, size: number, weight: number) => number;
}

export interface SvgPicture {
  readonly svg: string;
  /** In canvas units, the margin included. */
  readonly width: number;
  readonly height: number;
}

const margin = 24;
const font = 'system-ui, -apple-system, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, sans-serif';

export function pictureSvg(
  nodes: readonly CanvasNode[],
  edges: readonly CanvasEdge[],
  options: PictureOptions,
): SvgPicture {
  const rects = absoluteRects(nodes);
  const area = inflate(union([...rects.values()]) ?? { x: 0, y: 0, w: 400, h: 200 }, margin);
  const pen: Pen = { ...options, area };
  const layered = [...nodes].sort((a, b) => (a.zIndex ?? 0) - (b.zIndex ?? 0));
  const frames = layered.filter((n) => !isCard(n));
  const cards = layered.filter(isCard);
  const draw = (node: CanvasNode) => nodeShapes(node, rects.get(node.id) ?? { x: 0, y: 0, w: 0, h: 0 }, pen);
  const parts = [
    rect(area, { fill: options.colors.canvas }),
    ...frames.flatMap(draw),
    ...edges.flatMap((edge) => lineShapes(edge, pen)),
    ...cards.flatMap(draw),
    ...edges.flatMap((edge) => labelShapes(edge, pen)),
  ];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${area.w}" height="${area.h}" viewBox="${area.x} ${area.y} ${area.w} ${area.h}" font-family="${font}">`,
    `<title>${escapeXml(options.title)}</title>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
  return { svg, width: area.w, height: area.h };
}

interface Pen extends PictureOptions {
  readonly area: Rect;
}

function isCard(node: CanvasNode): boolean {
  return node.type === 'workload' || node.type === 'external' || node.type === 'endpoint';
}

/** Nodes count from their parents; parents come first. */
function absoluteRects(nodes: readonly CanvasNode[]): ReadonlyMap<string, Rect> {
  const rects = new Map<string, Rect>();
  for (const { id, parentId, position, width = 0, height = 0 } of nodes) {
    const origin = parentId === undefined ? undefined : rects.get(parentId);
    rects.set(id, { x: (origin?.x ?? 0) + position.x, y: (origin?.y ?? 0) + position.y, w: width, h: height });
  }
  return rects;
}

function nodeShapes(node: CanvasNode, at: Rect, pen: Pen): string[] {
  const { colors, theme } = pen;
  const rim = mix(colors.dim, colors.card, 0.72);
  switch (node.type) {
    case 'zone': {
      const { data } = node;
      const zone: ZoneColors | undefined = theme === 'dark' ? data.dark : data.light;
      const ink = zone?.text ?? colors.dim;
      const band = data.isLane ? { x: pen.area.x, y: at.y, w: pen.area.w, h: at.h } : at;
      const chips = [...data.runtimes, ...data.classes];
      const title = { size: 15, weight: 650, room: 136 };
      const name = inTwoLines(data.title, title.room, (words) => pen.measure(words, title.size, title.weight));
      const foot = at.y + 24 + 19 * name.length;
      return [
        rect(band, { fill: zone?.fill ?? colors.outside, stroke: mix(zone?.line ?? colors.line, colors.canvas, 0.35) }),
        ...name.map((words, i) => text(words, at.x + 16, at.y + 27 + 19 * i, { ...title, fill: ink }, pen)),
        text(data.detail, at.x + 16, foot, { size: 11, fill: ink, room: 136 }, pen),
        ...chipShapes(chips, at.x + 16, foot + 11, pen),
        ...tag(data.review, data.reviewText, { x: at.x + 16, y: at.y + at.h - 24 }, pen),
      ];
    }
    case 'column':
      return [
        rect(at, {
          fill: colors.panel,
          fillOpacity: 0.42,
          stroke: mix(colors.dim, colors.panel, 0.62),
          strokeWidth: 1.5,
          radius: 8,
          ...(node.data.isRemoved && { dash: '5 4' }),
        }),
      ];
    case 'tie':
      return [];
    case 'segment': {
      const { data } = node;
      const pools = data.pools.map((p) => p.text).join('\u2003');
      return [
        ...(data.isHead
          ? [
              text(
                data.title,
                at.x + 16,
                at.y + 24,
                { size: 13, weight: 650, fill: colors.text, room: at.w * 0.5 },
                pen,
              ),
              text(
                data.detail,
                at.x + at.w - 16,
                at.y + 24,
                { size: 11, fill: colors.dim, room: at.w * 0.45, anchor: 'end' },
                pen,
              ),
            ]
          : []),
        text(pools, at.x + 16, at.y + at.h - 10, { size: 11, fill: colors.dim, room: at.w - 32 }, pen),
        ...tag(data.isHead ? data.review : undefined, data.reviewText, { x: at.x + 16, y: at.y - 9 }, pen),
      ];
    }
    case 'namespace':
      return [
        rect(at, {
          fill: colors.panel,
          fillOpacity: 0.55,
          stroke: mix(colors.dim, colors.panel, 0.3),
          radius: 6,
          ...markStroke(node.data.review, colors),
        }),
        text(node.data.title, at.x + 12, at.y + 18, { size: 11, weight: 500, fill: colors.dim, room: at.w - 24 }, pen),
        ...tag(node.data.review, node.data.reviewText, { right: at.x + at.w - 8, y: at.y - 11 }, pen),
      ];
    case 'workload': {
      const { data } = node;
      const mark = markStroke(data.review, colors);
      const strong = data.isolation === 'virtual-machine';
      const badge = data.runtime === '' ? 0 : pen.measure(data.runtime, 10, 400) + 14;
      return fade(data.review, [
        ...(data.review === undefined ? [] : [rect(inflate(at, 3), { fill: 'none', radius: 8, ...mark })]),
        rect(at, {
          fill: colors.card,
          stroke: rim,
          strokeWidth: strong ? 3 : 1.25,
          radius: 6,
          ...(data.isolation === 'wasm' && { dash: '4 3' }),
        }),
        ...(data.isolation === 'user-space-kernel'
          ? [rect(inflate(at, -2.6), { fill: 'none', stroke: rim, strokeWidth: 1.25, radius: 4 })]
          : []),
        text(
          data.title,
          at.x + 12,
          at.y + 19,
          { size: 13, weight: 600, fill: colors.text, room: at.w - 32 - pen.measure(data.replicas, 11, 400) },
          pen,
        ),
        text(data.replicas, at.x + at.w - 11, at.y + 18, { size: 11, fill: colors.dim, room: 60, anchor: 'end' }, pen),
        text(data.ports, at.x + 12, at.y + 35, { size: 11, fill: colors.dim, room: at.w - 26 - badge }, pen),
        ...(badge === 0
          ? []
          : [
              rect(
                { x: at.x + at.w - badge - 7, y: at.y + 25, w: badge - 4, h: 14 },
                { fill: 'none', stroke: mix(colors.dim, colors.card, 0.45), radius: 4 },
              ),
              text(
                data.runtime,
                at.x + at.w - badge / 2 - 9,
                at.y + 35.5,
                { size: 10, fill: colors.dim, room: badge, anchor: 'middle' },
                pen,
              ),
            ]),
        ...tag(data.review, data.reviewText, { right: at.x + at.w - 8, y: at.y - 13 }, pen),
      ]);
    }
    case 'external':
      return fade(node.data.review, [
        rect(at, { fill: colors.card, stroke: rim, strokeWidth: 1.25, dash: '4 3', radius: at.h / 2 }),
        text(
          node.data.title,
          at.x + at.w / 2,
          at.y + 20,
          { size: 13, weight: 600, fill: colors.text, room: at.w - 32, anchor: 'middle' },
          pen,
        ),
        text(
          node.data.detail,
          at.x + at.w / 2,
          at.y + 34,
          { size: 11, fill: colors.dim, room: at.w - 32, anchor: 'middle' },
          pen,
        ),
        ...tag(node.data.review, node.data.reviewText, { right: at.x + at.w - 8, y: at.y - 13 }, pen),
      ]);
    case 'endpoint': {
      const lid = 8;
      const { x, y, w, h } = at;
      const drum = `M${x} ${y + lid}A${w / 2} ${lid} 0 0 1 ${x + w} ${y + lid}V${y + h - lid}A${w / 2} ${lid} 0 0 1 ${x} ${y + h - lid}Z`;
      const front = `M${x} ${y + lid}A${w / 2} ${lid} 0 0 0 ${x + w} ${y + lid}`;
      return fade(node.data.review, [
        path(drum, { fill: colors.card, stroke: rim, strokeWidth: 1.25 }),
        path(front, { fill: 'none', stroke: rim, strokeWidth: 1.25 }),
        text(
          node.data.title,
          x + w / 2,
          y + 29,
          { size: 12, weight: 600, fill: colors.text, room: w - 20, anchor: 'middle' },
          pen,
        ),
        text(node.data.detail, x + w / 2, y + 43, { size: 11, fill: colors.dim, room: w - 20, anchor: 'middle' }, pen),
        ...tag(node.data.review, node.data.reviewText, { right: x + w - 8, y: y - 11 }, pen),
      ]);
    }
  }
}

function chipShapes(chips: readonly string[], x: number, y: number, pen: Pen): string[] {
  const shapes: string[] = [];
  let left = x;
  let top = y;
  for (const chip of chips) {
    const w = Math.min(136, pen.measure(chip, 11, 400) + 18);
    if (left > x && left + w > x + 140) {
      left = x;
      top += 22;
    }
    shapes.push(
      rect(
        { x: left, y: top, w, h: 18 },
        { fill: pen.colors.panel, fillOpacity: 0.8, stroke: pen.colors.line, radius: 9 },
      ),
      text(chip, left + w / 2, top + 13, { size: 11, fill: pen.colors.text, room: w - 10, anchor: 'middle' }, pen),
    );
    left += w + 4;
  }
  return shapes;
}

function lineShapes(edge: CanvasEdge, { colors }: Pen): string[] {
  if (edge.data === undefined) return [];
  if (edge.type === 'claim') {
    const stroke = edge.data.isLoud ? colors.error : mix(colors.dim, colors.canvas, 0.8);
    return [
      path(roundedPath(edge.data.points, 5), {
        fill: 'none',
        stroke,
        strokeWidth: edge.data.isLoud ? 2.5 : 1.3,
        dash: '1 3.5',
        round: true,
      }),
    ];
  }
  const data = edge.data as FlowData;
  const stroke = flowColor(data, colors);
  const last = data.points.at(-1);
  const before = data.points.at(-2);
  const dash = (data.review && markDashes[data.review]) ?? stateDashes[data.state];
  return [
    path(roundedPath(data.points, undefined, data.behind), {
      fill: 'none',
      stroke,
      strokeWidth: data.review === 'added' ? 2.5 : 1.4,
      ...(dash !== undefined && { dash }),
    }),
    ...(data.joints?.map(({ x, y }) => path(dot(x, y, 5), { fill: stroke })) ??
      (last !== undefined && before !== undefined ? [path(arrow(before, last), { fill: stroke })] : [])),
  ];
}

const stateDashes: Readonly<Partial<Record<FlowState, string>>> = { blocked: '5 4', expired: '2 4', skips: '10 3 2 3' };
const markDashes: Readonly<Partial<Record<ReviewMark, string>>> = {
  removed: '1.5 4',
  unseen: '1.5 4',
  unmeant: '9 4',
  dropped: '2 5',
};

function labelShapes(edge: CanvasEdge, pen: Pen): string[] {
  if (edge.type !== 'flow' || edge.data?.labelAt === undefined) return [];
  const { label, labelAt, reviewText } = edge.data;
  const words = reviewText === undefined ? label : `${reviewText} ${label.split(' ').at(-1)}`;
  const color = flowColor(edge.data, pen.colors);
  const w = pen.measure(words, 11, 500) + 16;
  return [
    rect(
      { x: labelAt.x - w / 2, y: labelAt.y - 9, w, h: 18 },
      { fill: pen.colors.panel, stroke: mix(color, pen.colors.line, 0.3), radius: 9 },
    ),
    text(words, labelAt.x, labelAt.y + 4, { size: 11, weight: 500, fill: color, room: w, anchor: 'middle' }, pen),
  ];
}

function flowColor({ state, review, reviewTone }: FlowData, colors: PictureColors): string {
  if (reviewTone === 'opens') return colors.error;
  if (reviewTone === 'weakens' || reviewTone === 'moves') return colors.warning;
  if (reviewTone === 'closes' || reviewTone === 'strengthens') return colors.fine;
  if (review !== undefined) return markColor(review, colors);
  if (state === 'blocked') return colors.error;
  if (state === 'outward' || state === 'skips') return colors.warning;
  return state === 'expired' ? colors.dim : mix(colors.text, colors.dim, 0.76);
}

function markStroke(review: ReviewMark | undefined, colors: PictureColors): Partial<Look> {
  if (review === undefined) return {};
  if (review === 'removed') return { stroke: colors.dim, strokeWidth: 1.5, dash: '4 3' };
  return { stroke: markColor(review, colors), strokeWidth: 2 };
}

function markColor(review: ReviewMark, colors: PictureColors): string {
  return {
    added: colors.fine,
    removed: colors.dim,
    changed: colors.warning,
    seen: colors.fine,
    unseen: colors.dim,
    unmeant: colors.error,
    dropped: colors.warning,
  }[review];
}

/** On the upper edge, from the left or up to the right. */
function tag(
  review: ReviewMark | undefined,
  words: string | undefined,
  place: { readonly x?: number; readonly right?: number; readonly y: number },
  pen: Pen,
): string[] {
  if (review === undefined || words === undefined) return [];
  const { colors } = pen;
  const color = markColor(review, colors);
  const w = pen.measure(words, 10, 600) + 14;
  const at = { x: place.x ?? (place.right ?? 0) - w, y: place.y };
  return [
    rect(
      { ...at, w, h: 16 },
      { fill: colors.panel, stroke: color, radius: 8, ...(review === 'removed' && { dash: '3 2' }) },
    ),
    text(words, at.x + w / 2, at.y + 11.5, { size: 10, weight: 600, fill: color, room: w, anchor: 'middle' }, pen),
  ];
}

function fade(review: ReviewMark | undefined, shapes: string[]): string[] {
  return review === 'removed' ? ['<g opacity="0.6">', ...shapes, '</g>'] : shapes;
}

interface Look {
  readonly fill: string;
  readonly fillOpacity: number;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly dash: string;
  readonly radius: number;
  readonly round: boolean;
}

function rect(r: Rect, look: Partial<Look>): string {
  const rounded = look.radius === undefined ? '' : ` rx="${number(look.radius)}"`;
  return `<rect x="${number(r.x)}" y="${number(r.y)}" width="${number(r.w)}" height="${number(r.h)}"${rounded}${looks(look)}/>`;
}

function path(d: string, look: Partial<Look>): string {
  return `<path d="${d}"${looks(look)}/>`;
}

function looks({ fill = 'none', fillOpacity, stroke, strokeWidth, dash, round }: Partial<Look>): string {
  return [
    ` fill="${fill}"`,
    fillOpacity === undefined ? '' : ` fill-opacity="${fillOpacity}"`,
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${strokeWidth ?? 1}" stroke-linejoin="round"`,
    dash === undefined ? '' : ` stroke-dasharray="${dash}"`,
    round ? ' stroke-linecap="round"' : '',
  ].join('');
}

interface TextLook {
  readonly size: number;
  readonly fill: string;
  /** In canvas units; what does not fit ends in an ellipsis. */
  readonly room: number;
  readonly weight?: number;
  readonly anchor?: 'middle' | 'end';
}

function text(words: string, x: number, y: number, look: TextLook, pen: Pen): string {
  if (words === '') return '';
  const weight = look.weight ?? 400;
  const shown = fitted(words, look.room, (t) => pen.measure(t, look.size, weight));
  const anchor = look.anchor === undefined ? '' : ` text-anchor="${look.anchor}"`;
  return `<text x="${number(x)}" y="${number(y)}" font-size="${look.size}" font-weight="${weight}" fill="${look.fill}"${anchor}>${escapeXml(shown)}</text>`;
}

function fitted(words: string, room: number, width: (text: string) => number): string {
  if (width(words) <= room + 1) return words;
  const letters = [...words];
  while (letters.length > 1 && width(`${letters.join('')}…`) > room) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** Broken where words end if that helps, else anywhere; what does not fit into the second line is cut off there. */
function inTwoLines(words: string, room: number, width: (text: string) => number): string[] {
  if (width(words) <= room) return [words];
  const letters = [...words];
  let end = letters.length;
  while (end > 1 && width(letters.slice(0, end).join('')) > room) end -= 1;
  const space = letters.lastIndexOf(' ', end);
  const cut = space > 0 ? space : end;
  return [letters.slice(0, cut).join(''), letters.slice(cut).join('').trimStart()];
}

function dot(x: number, y: number, r: number): string {
  return `M${number(x - r)} ${number(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

function arrow(from: Point, tip: Point): string {
  const dx = Math.sign(tip.x - from.x);
  const dy = Math.sign(tip.y - from.y);
  const base = { x: tip.x - dx * 9, y: tip.y - dy * 9 };
  return `M${tip.x} ${tip.y}L${base.x - dy * 4.5} ${base.y + dx * 4.5}L${base.x + dy * 4.5} ${base.y - dx * 4.5}Z`;
}

/** So much of `a`, the rest of `b`; both `#rrggbb` or `#rgb`. */
function mix(a: string, b: string, share: number): string {
  const channel = (hex: string, i: number) =>
    Number.parseInt(hex.length === 4 ? (hex[i + 1] ?? '0').repeat(2) : hex.slice(1 + i * 2, 3 + i * 2), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(a, i) * share + channel(b, i) * (1 - share)));
  return `#${mixed.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escapeXml(words: string): string {
  // Control characters cannot stand in XML at all.
  return words
    .replace(/[\p{Cc}]/gu, ' ')
    .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
}
