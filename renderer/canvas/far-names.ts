/**
 * Names as they are written over the picture from afar, where those on the shapes are too small: of zones and clusters
 * first, then of what stands outside, then of the namespaces and storage whose name fits. No two of them overlap, and a
 * name for which there is no room is left out: coming closer shows it. Pure.
 */
import type { Severity } from '../../shared/lib/problem.ts';
import type { ZoneColors } from '../../shared/lib/zone-colors.ts';
import type { CanvasNode } from './canvas-types.ts';
import { textWidth } from './card-texts.ts';
import { bottom, centre, contains, overlaps, type Point, type Rect, right } from './geometry.ts';
import type { Placement } from './layout.ts';
import { segmentNode } from './layout.ts';

export type FarKind = 'zone' | 'cluster' | 'external' | 'namespace' | 'endpoint';

export interface FarName {
  /** The node that is named. */
  readonly id: string;
  readonly kind: FarKind;
  readonly title: string;
  readonly severity: Severity | undefined;
  readonly problems: string | undefined;
  /** What the name covers, in canvas units. */
  readonly rect: Rect;
  readonly light: ZoneColors | undefined;
  readonly dark: ZoneColors | undefined;
}

interface Style {
  /** In CSS pixels, as far-names.css has it. */
  readonly font: number;
  readonly weight: 'normal' | 'bold';
  readonly height: number;
  /** Left and right of the letters together, and what the widest letters of a short name take beyond the average. */
  readonly around: number;
}

const styles: Readonly<Record<FarKind, Style>> = {
  zone: { font: 15, weight: 'bold', height: 22, around: 26 },
  cluster: { font: 13, weight: 'bold', height: 18, around: 20 },
  external: { font: 12, weight: 'bold', height: 16, around: 18 },
  namespace: { font: 10, weight: 'normal', height: 13, around: 14 },
  endpoint: { font: 10, weight: 'normal', height: 13, around: 14 },
};
const order: readonly FarKind[] = ['zone', 'cluster', 'external', 'namespace', 'endpoint'];
const mostWide = 240;
const markWide = 14;
const gap = 4;

interface Wish {
  readonly id: string;
  readonly kind: FarKind;
  /** What it stands on, or in. */
  readonly area: Rect;
  readonly data: {
    readonly title: string;
    readonly severity?: Severity | undefined;
    readonly problems?: string | undefined;
  };
  readonly colors?: { readonly light?: ZoneColors | undefined; readonly dark?: ZoneColors | undefined };
}

/** `scale`: canvas units to a CSS pixel. */
export function farNames(nodes: readonly CanvasNode[], placement: Placement, scale: number): FarName[] {
  const wishes = nodes.flatMap((node) => wishOf(node, placement));
  const placed: FarName[] = [];
  for (const kind of order) {
    for (const wish of wishes) {
      if (wish.kind !== kind || wish.data.title === '') continue;
      const size = sizeOf(wish, scale);
      const free = spots(wish, size, scale).filter((p) => {
        const rect = { ...p, ...size };
        return placed.every((other) => !overlaps(other.rect, rect, gap * scale));
      });
      // What reaches beyond the picture is cut off where all of it is in view. Storage stands at the edge, and its name says
      // least: it waits until somebody comes closer.
      const inside = free.find((p) => contains(placement.bounds, { ...p, ...size }));
      const at = inside ?? (kind === 'endpoint' ? undefined : free[0]);
      if (at === undefined) continue;
      placed.push({
        id: wish.id,
        kind,
        title: wish.data.title,
        severity: wish.data.severity,
        problems: wish.data.problems,
        rect: { ...at, ...size },
        light: wish.colors?.light,
        dark: wish.colors?.dark,
      });
    }
  }
  return placed;
}

function wishOf(node: CanvasNode, placement: Placement): Wish[] {
  const area = placement.nodes.get(node.id)?.rect;
  if (area === undefined) return [];
  const { id } = node;
  switch (node.type) {
    case 'zone':
      return [{ id, kind: 'zone', area, data: node.data, colors: node.data }];
    case 'segment': {
      const column = placement.columns.find(
        ({ segments: [first] }) => first !== undefined && segmentNode(first) === id,
      );
      return column === undefined ? [] : [{ id, kind: 'cluster', area: column.rect, data: node.data }];
    }
    case 'namespace':
    case 'external':
    case 'endpoint':
      return [{ id, kind: node.type, area, data: node.data }];
    default:
      return [];
  }
}

interface Size {
  readonly w: number;
  readonly h: number;
}

function sizeOf({ kind, data }: Wish, scale: number): Size {
  const { font, weight, height, around } = styles[kind];
  const wide = textWidth(data.title, font, weight) + around + (data.severity === undefined ? 0 : markWide);
  return { w: Math.min(wide, mostWide) * scale, h: height * scale };
}

/** Where a name may stand, from best to worst. */
function spots({ kind, area }: Wish, { w, h }: Size, scale: number): Point[] {
  const inset = gap * scale;
  const middle = { x: centre(area).x - w / 2, y: centre(area).y - h / 2 };
  switch (kind) {
    case 'zone':
      // A band that is lower than its name leaves the one below it alone.
      return rows(area, { w, h }, scale, Math.min(area.y + inset, bottom(area) - h));
    case 'cluster':
      // On the upper edge of the column, like the title of a group of fields, it covers the least of what is inside.
      return rows(area, { w, h }, scale, area.y - h / 2);
    case 'namespace':
      return [...rows({ ...area, h }, { w, h }, scale, area.y), middle].filter((p) => contains(area, { ...p, w, h }));
    default:
      // Names of small things side by side make room for each other, each beside what it names.
      return [0, -1].flatMap((row) =>
        [0, -0.5, 0.5].map((share) => ({ x: middle.x + share * w, y: middle.y + row * (h + inset) })),
      );
  }
}

/** From left to right, row by row downwards from `top`; the first of them also where the area is too small for it. */
function rows(area: Rect, { w, h }: Size, scale: number, top: number): Point[] {
  const inset = gap * scale;
  const left = area.x + inset;
  const found: Point[] = [];
  for (let y = top; y === top || y + h <= bottom(area) - inset; y += h + inset)
    for (let x = left; x === left || x + w <= right(area) - inset; x += 16 * scale) found.push({ x, y });
  return found;
}
