/** The result of laying out a design. */
import type { Rect } from './geometry.ts';

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Where a namespace stood: which row of namespaces of its segment, and how wide, in canvas units. */
export interface Frame {
  readonly shelf: number;
  readonly w: number;
}

/** What stands beside, above and below what. Each placement has the one that leads to it again. */
export interface Order {
  /** How much wider than high segments want to be. */
  readonly aspect: number;
  readonly clusters: readonly string[];
  /** Ids of namespaces by segment key. */
  readonly namespaces: ReadonlyMap<string, readonly string[]>;
  /** By namespace, then workload. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>;
  /** By namespace; what has none finds a place beside the others. */
  readonly frames: ReadonlyMap<string, Frame>;
  /** The left edge of externals, in canvas units; what has none stands above what it talks to. */
  readonly externals: ReadonlyMap<string, number>;
}

export interface PlacedNode {
  /** The node it stands in. */
  readonly parent?: string;
  /** In canvas units, from the canvas's origin. */
  readonly rect: Rect;
}

/** A run of segments of one cluster that touch each other: drawn as one continuous outline. */
export interface Column {
  readonly cluster: string;
  readonly rect: Rect;
  readonly segments: readonly string[];
}

/** Joins two columns of one cluster whose bands do not touch. */
export interface Tie {
  readonly cluster: string;
  readonly from: Rect;
  readonly to: Rect;
}

export interface Placement {
  /** By node id: `kind:id` for records, `segment:cluster/zone`, `band:outside`, `band:unplaced`. Parents come first. */
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly columns: readonly Column[];
  readonly ties: readonly Tie[];
  readonly order: Order;
  readonly bounds: Rect;
  /** Where words of frames stand, in canvas units. */
  readonly words: readonly Rect[];
}
