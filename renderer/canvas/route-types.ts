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

/** What flows should not run through; answers how many of the rectangles a straight step touches, and which. */
export interface Obstacles {
  readonly rects: readonly Rect[];
  crossed(a: Point, b: Point): number;
  along(a: Point, b: Point): readonly Rect[];
  touches(r: Rect): boolean;
}
