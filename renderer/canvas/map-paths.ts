/** What stands where, as the map in the corner shows it: one path for everything of a kind. Pure. */
import type { Rect } from './geometry.ts';
import { type Placement, segmentNode } from './layout.ts';

/** Lowest first. */
const kinds = ['zone', 'column', 'namespace', 'card'] as const;
export type MapKind = (typeof kinds)[number];

export interface MapPath {
  readonly kind: MapKind;
  /** In canvas units. */
  readonly path: string;
}

const kindOf: Readonly<Record<string, MapKind | undefined>> = {
  band: 'zone',
  zone: 'zone',
  namespace: 'namespace',
  workload: 'card',
  external: 'card',
  endpoint: 'card',
};

/** Kinds of which nothing is placed are left out. `except`: nodes that are drawn elsewhere, as while they are dragged. */
export function mapPaths({ nodes, columns }: Placement, except: ReadonlySet<string> = new Set()): MapPath[] {
  const still = [...nodes].flatMap(([id, { rect }]) => (except.has(id) ? [] : [shape(kindOf[typeOf(id)], rect)]));
  const whole = columns.filter(({ segments }) => !segments.some((key) => except.has(segmentNode(key))));
  return pathsOf([...still, ...whole.map(({ rect }) => shape('column', rect))]);
}

/** The same of what is dragged, where it is. */
export function movingPaths(rects: ReadonlyMap<string, Rect>): MapPath[] {
  // The outline of a cluster is drawn for all of its parts; what moves is a part.
  return pathsOf([...rects].map(([id, rect]) => shape(typeOf(id) === 'segment' ? 'column' : kindOf[typeOf(id)], rect)));
}

interface Shape {
  /** Undefined for what the map leaves out. */
  readonly kind: MapKind | undefined;
  readonly rect: Rect;
}

function shape(kind: MapKind | undefined, rect: Rect): Shape {
  return { kind, rect };
}

function typeOf(node: string): string {
  return node.slice(0, node.indexOf(':'));
}

function pathsOf(shapes: readonly Shape[]): MapPath[] {
  return kinds.flatMap((kind) => {
    const own = shapes.filter((s) => s.kind === kind);
    const path = own.map(({ rect: { x, y, w, h } }) => `M${x} ${y}h${w}v${h}h${-w}z`).join('');
    return own.length === 0 ? [] : [{ kind, path }];
  });
}
