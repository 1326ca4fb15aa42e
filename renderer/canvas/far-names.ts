/**
 * Names as they are written over the picture from afar, where those on the shapes are too small: of zones and clusters
 * first, then of what stands outside, then of the namespaces and storage whose name fits. No two of them overlap, each
 * stands where it covers least of the cards, and a name for which there is no room is left out: coming closer shows it.
 * Bands go on to both sides of what stands in them, and where one has no room inside, all are named beside it. Pure.
 */
import type { Severity } from '../../shared/lib/problem.ts';
import type { ZoneColors } from '../../shared/lib/zone-colors.ts';
import type { CanvasNode } from './canvas-types.ts';
import { textWidth } from './card-texts.ts';
import { bottom, centre, contains, inflate, overlaps, type Point, type Rect, right, sharedArea } from './geometry.ts';
import type { Placement } from './layout.ts';
import { segmentNode } from './layout.ts';
import { mostNamed } from './level.ts';

export type FarKind = 'zone' | 'cluster' | 'external' | 'namespace' | 'endpoint';

export interface FarName {
  /** The node that is named. */
  readonly id: string;
  readonly kind: FarKind;
  readonly title: string;
  readonly severity: Severity | undefined;
  readonly problems: string | undefined;
  /** True where it stands on a band, beside all that stands in it. */
  readonly isBeside: boolean;
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
  /** True for a band that goes on to both sides. */
  readonly isLane?: boolean;
  readonly colors?: { readonly light?: ZoneColors | undefined; readonly dark?: ZoneColors | undefined };
}

/** `scale`: canvas units to a CSS pixel. */
export function farNames(nodes: readonly CanvasNode[], placement: Placement, scale: number): FarName[] {
  const wishes = nodes.flatMap((node) => wishOf(node, placement));
  const shapes = nodes.flatMap((node) => shapeOf(node, placement));
  const isBeside = wishes.some((wish) => wish.isLane && !hasRoom(wish, shapes, placement, scale));
  const placed: FarName[] = [];
  for (const kind of order) {
    for (const wish of wishes) {
      if (wish.kind !== kind || wish.data.title === '') continue;
      const size = sizeOf(wish, scale);
      const free = (isBeside && wish.isLane ? besideSpots(wish, size, scale) : spots(wish, size, scale))
        .map((p) => ({ ...p, ...size }))
        .filter((rect) => placed.every((other) => !overlaps(other.rect, rect, gap * scale)));
      // What reaches beyond the picture is cut off where all of it is in view. Storage stands at the edge, and its name says
      // least: it waits until somebody comes closer.
      const inside = free.filter((rect) => contains(placement.bounds, rect));
      const around = inflate(wish.area, size.h);
      const near = shapes.filter(({ id, rect }) => id !== wish.id && overlaps(rect, around));
      const rect =
        chosen(kind, inside, near, scale) ?? (kind === 'endpoint' ? undefined : chosen(kind, free, near, scale));
      if (rect === undefined) continue;
      placed.push({
        id: wish.id,
        kind,
        title: wish.data.title,
        severity: wish.data.severity,
        problems: wish.data.problems,
        isBeside: isBeside && wish.isLane === true,
        rect,
        light: wish.colors?.light,
        dark: wish.colors?.dark,
      });
    }
  }
  return placed;
}

/** Whether the name of a band has room where it stands best inside it. */
function hasRoom(wish: Wish, shapes: readonly Shape[], placement: Placement, scale: number): boolean {
  const size = sizeOf(wish, scale);
  const [best] = spots(wish, size, scale);
  const rect = { ...(best ?? wish.area), ...size };
  return [...shapes, ...placement.columns].every((other) => !overlaps(other.rect, rect));
}

/** What a name should leave to be seen. */
interface Shape {
  readonly id: string;
  readonly rect: Rect;
  /** What changed is what a review is about. */
  readonly isMarked: boolean;
}

function shapeOf(node: CanvasNode, placement: Placement): Shape[] {
  const rect = placement.nodes.get(node.id)?.rect;
  if (rect === undefined || (node.type !== 'workload' && node.type !== 'external' && node.type !== 'endpoint'))
    return [];
  return [{ id: node.id, rect, isMarked: node.data.review !== undefined }];
}

/** More places than these for one name are not tried: there is one of little harm among them, or there is none. */
const mostTried = 60;

/** Where a name stands, of the places that are free, from best to worst. */
function chosen(kind: FarKind, free: readonly Rect[], near: readonly Shape[], scale: number): Rect | undefined {
  // Names of namespaces stand in line with each other, each on its own frame or nowhere.
  if (kind === 'namespace') return free.find((rect) => !hidesCard(rect, near, scale));
  // That of a cluster goes no further down than it has to: there it reads as the name of what it stands in.
  const tried = kind === 'cluster' ? free.filter(({ y }) => y === free[0]?.y) : free;
  let least = Number.POSITIVE_INFINITY;
  let found: Rect | undefined;
  for (const rect of tried.slice(0, mostTried)) {
    const covered = near.reduce((sum, shape) => sum + shareCovered(shape, rect), 0);
    if (covered < least) [least, found] = [covered, rect];
    if (covered === 0) break;
  }
  return found;
}

/** Whether most of a card would be under the name; one without words on it only where the review marks it. */
function hidesCard(rect: Rect, shapes: readonly Shape[], scale: number): boolean {
  return shapes.some((shape) => (scale <= mostNamed || shape.isMarked) && shareCovered(shape, rect) > 0.5);
}

/** How much of a shape a name takes from view, 0 to 1; twice as much of what is marked. */
function shareCovered({ rect, isMarked }: Shape, name: Rect): number {
  return (sharedArea(rect, name) / (rect.w * rect.h)) * (isMarked ? 2 : 1);
}

function wishOf(node: CanvasNode, placement: Placement): Wish[] {
  const area = placement.nodes.get(node.id)?.rect;
  if (area === undefined) return [];
  const { id } = node;
  switch (node.type) {
    case 'zone':
      return [{ id, kind: 'zone', area, data: node.data, colors: node.data, isLane: node.data.isLane }];
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

/** On the part of a band that goes on to the left of all that stands in it. */
function besideSpots({ area }: Wish, { w, h }: Size, scale: number): Point[] {
  const x = area.x - gap * scale - w;
  const middle = centre(area).y - h / 2;
  // A name that is higher than its band makes way for those above and below.
  return [0, -0.5, 0.5, -1, 1].map((share) => ({ x, y: middle + share * h }));
}

/** CSS pixels to the left of the picture that the names of bands may take. */
export function roomBeside(nodes: readonly CanvasNode[], placement: Placement): number {
  const lanes = nodes.flatMap((node) => wishOf(node, placement)).filter(({ isLane }) => isLane);
  return Math.max(0, ...lanes.map((wish) => sizeOf(wish, 1).w + gap));
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
