/** What routing takes and gives. */
import type { Point, Rect } from './geometry.ts';

export interface Link {
  readonly id: string;
  /** Nodes of the ends; flows that share a node are spread along its sides. */
  readonly fromNode: string;
  readonly toNode: string;
  readonly from: Rect;
  readonly to: Rect;
}

export interface Route {
  /** From the sender's edge to the receiver's; each step is horizontal or vertical. */
  readonly points: readonly Point[];
  /** Words that it passes behind: the line is left out there, so that they can be read. */
  readonly behind: readonly Rect[];
  /** Where a line that joins more than two ends meets each of them. */
  readonly joints?: readonly Point[];
}

export type Side = 'top' | 'right' | 'bottom' | 'left';

/** A way that is drawn between whatever points of two sides its ends get. */
export interface Shape {
  readonly leave: Side;
  readonly enter: Side;
  /** What this way costs beyond its length and its corners. */
  readonly extra: number;
  draw(a: Point, b: Point): Point[];
}

export interface Chosen {
  readonly link: Link;
  readonly shape: Shape;
}

/** A flow as it was led. */
export interface Led extends Chosen {
  /** Where its ends were to touch their cards. */
  readonly a: Point;
  readonly b: Point;
  readonly points: Point[];
}

/** What flows are led around, behind and along. */
export interface Surroundings {
  readonly around: Obstacles;
  readonly words: Obstacles | undefined;
  readonly frames: readonly Rect[];
}

/** How flows were led, with all that the next leading needs so as to keep what did not change. */
export interface Routing extends Surroundings {
  readonly ways: ReadonlyMap<string, Route>;
  readonly led: ReadonlyMap<string, Led>;
}

/** What flows should not run through; answers how many of the rectangles a straight step touches, and which. */
export interface Obstacles {
  readonly rects: readonly Rect[];
  crossed(a: Point, b: Point): number;
  along(a: Point, b: Point): readonly Rect[];
  touches(r: Rect): boolean;
}
