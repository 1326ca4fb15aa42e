/**
 * The whole picture as a standalone SVG, for documents and boards: the same places, lines and words as on the canvas, as
 * shapes and text that every drawing program reads. Nothing in it names a font file, a style sheet or a script.
 */
import type { CanvasEdge, CanvasNode, FlowData, FlowState, ReviewMark } from './canvas-types.ts';
import { inflate, type Point, type Rect, union } from './geometry.ts';
import { roundedPath } from './path.ts';
import { nodeShapes } from './picture-nodes.ts';
import { markColor, type Pen, type PictureColors, type PictureOptions } from './picture-pen.ts';
import { escapeXml, mix, number, path, rect, text } from './svg-shapes.ts';

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

function dot(x: number, y: number, r: number): string {
  return `M${number(x - r)} ${number(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

function arrow(from: Point, tip: Point): string {
  const dx = Math.sign(tip.x - from.x);
  const dy = Math.sign(tip.y - from.y);
  const base = { x: tip.x - dx * 9, y: tip.y - dy * 9 };
  return `M${tip.x} ${tip.y}L${base.x - dy * 4.5} ${base.y + dx * 4.5}L${base.x + dy * 4.5} ${base.y - dx * 4.5}Z`;
}
