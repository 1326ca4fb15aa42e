/** The shapes and words of each kind of node of the picture. */
import type { ZoneColors } from '../../shared/lib/zone-colors.ts';
import type { CanvasNode } from './canvas-types.ts';
import { inflate, type Rect } from './geometry.ts';
import { fade, markStroke, type Pen, tag } from './picture-pen.ts';
import { inTwoLines, mix, path, rect, text } from './svg-shapes.ts';

type NodeOf<T extends CanvasNode['type']> = Extract<CanvasNode, { readonly type: T }>;

/** `at` is where the node lies on the canvas, whatever it lies in. */
export function nodeShapes(node: CanvasNode, at: Rect, pen: Pen): string[] {
  switch (node.type) {
    case 'zone':
      return zoneShapes(node, at, pen);
    case 'column':
      return columnShapes(node, at, pen);
    case 'tie':
      return [];
    case 'segment':
      return segmentShapes(node, at, pen);
    case 'namespace':
      return namespaceShapes(node, at, pen);
    case 'workload':
      return workloadShapes(node, at, pen);
    case 'external':
      return externalShapes(node, at, pen);
    case 'endpoint':
      return endpointShapes(node, at, pen);
  }
}

function zoneShapes({ data }: NodeOf<'zone'>, at: Rect, pen: Pen): string[] {
  const { colors, theme } = pen;
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

function columnShapes({ data }: NodeOf<'column'>, at: Rect, pen: Pen): string[] {
  const { colors } = pen;
  return [
    rect(at, {
      fill: colors.panel,
      fillOpacity: 0.42,
      stroke: mix(colors.dim, colors.panel, 0.62),
      strokeWidth: 1.5,
      radius: 8,
      ...(data.isRemoved && { dash: '5 4' }),
    }),
  ];
}

function segmentShapes({ data }: NodeOf<'segment'>, at: Rect, pen: Pen): string[] {
  const { colors } = pen;
  const pools = data.pools.map((p) => p.text).join('\u2003');
  return [
    ...(data.isHead
      ? [
          text(data.title, at.x + 16, at.y + 24, { size: 13, weight: 650, fill: colors.text, room: at.w * 0.5 }, pen),
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

function namespaceShapes({ data }: NodeOf<'namespace'>, at: Rect, pen: Pen): string[] {
  const { colors } = pen;
  return [
    rect(at, {
      fill: colors.panel,
      fillOpacity: 0.55,
      stroke: mix(colors.dim, colors.panel, 0.3),
      radius: 6,
      ...markStroke(data.review, colors),
    }),
    text(data.title, at.x + 12, at.y + 18, { size: 11, weight: 500, fill: colors.dim, room: at.w - 24 }, pen),
    ...tag(data.review, data.reviewText, { right: at.x + at.w - 8, y: at.y - 11 }, pen),
  ];
}

function workloadShapes({ data }: NodeOf<'workload'>, at: Rect, pen: Pen): string[] {
  const { colors } = pen;
  const mark = markStroke(data.review, colors);
  const strong = data.isolation === 'virtual-machine';
  const badge = data.runtime === '' ? 0 : pen.measure(data.runtime, 10, 400) + 14;
  return fade(data.review, [
    ...(data.review === undefined ? [] : [rect(inflate(at, 3), { fill: 'none', radius: 8, ...mark })]),
    rect(at, {
      fill: colors.card,
      stroke: rimOf(pen),
      strokeWidth: strong ? 3 : 1.25,
      radius: 6,
      ...(data.isolation === 'wasm' && { dash: '4 3' }),
    }),
    ...(data.isolation === 'user-space-kernel'
      ? [rect(inflate(at, -2.6), { fill: 'none', stroke: rimOf(pen), strokeWidth: 1.25, radius: 4 })]
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

function externalShapes({ data }: NodeOf<'external'>, at: Rect, pen: Pen): string[] {
  const { colors } = pen;
  return fade(data.review, [
    rect(at, { fill: colors.card, stroke: rimOf(pen), strokeWidth: 1.25, dash: '4 3', radius: at.h / 2 }),
    text(
      data.title,
      at.x + at.w / 2,
      at.y + 20,
      { size: 13, weight: 600, fill: colors.text, room: at.w - 32, anchor: 'middle' },
      pen,
    ),
    text(
      data.detail,
      at.x + at.w / 2,
      at.y + 34,
      { size: 11, fill: colors.dim, room: at.w - 32, anchor: 'middle' },
      pen,
    ),
    ...tag(data.review, data.reviewText, { right: at.x + at.w - 8, y: at.y - 13 }, pen),
  ]);
}

function endpointShapes({ data }: NodeOf<'endpoint'>, at: Rect, pen: Pen): string[] {
  const { colors } = pen;
  const lid = 8;
  const { x, y, w, h } = at;
  const drum = `M${x} ${y + lid}A${w / 2} ${lid} 0 0 1 ${x + w} ${y + lid}V${y + h - lid}A${w / 2} ${lid} 0 0 1 ${x} ${y + h - lid}Z`;
  const front = `M${x} ${y + lid}A${w / 2} ${lid} 0 0 0 ${x + w} ${y + lid}`;
  return fade(data.review, [
    path(drum, { fill: colors.card, stroke: rimOf(pen), strokeWidth: 1.25 }),
    path(front, { fill: 'none', stroke: rimOf(pen), strokeWidth: 1.25 }),
    text(
      data.title,
      x + w / 2,
      y + 29,
      { size: 12, weight: 600, fill: colors.text, room: w - 20, anchor: 'middle' },
      pen,
    ),
    text(data.detail, x + w / 2, y + 43, { size: 11, fill: colors.dim, room: w - 20, anchor: 'middle' }, pen),
    ...tag(data.review, data.reviewText, { right: x + w - 8, y: y - 11 }, pen),
  ]);
}

/** The border of cards. */
function rimOf({ colors }: Pen): string {
  return mix(colors.dim, colors.card, 0.72);
}
