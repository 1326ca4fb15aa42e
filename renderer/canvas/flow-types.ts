/** What the nodes and edges of React Flow are made from. */
import type { Ref, Topology } from '../../shared/model/index.ts';
import type { Findings } from './findings.ts';
import type { Placement } from './layout.ts';
import type { Marks } from './review-scene.ts';
import type { DrawnClaim, DrawnFlow, Routes } from './routes.ts';

export interface CommonInput {
  readonly topology: Topology;
  readonly findings: Findings;
  /** Keys `kind:id`. */
  readonly selection: ReadonlySet<string>;
  readonly review: Marks;
}

export interface NodesInput extends CommonInput {
  readonly placement: Placement;
  readonly renaming?: Ref | undefined;
  /** True while a review shows states that are not the design as it stands. */
  readonly isReadOnly: boolean;
}

export interface EdgesInput extends CommonInput {
  readonly flows: readonly DrawnFlow[];
  readonly routes: Routes;
  readonly claims: readonly DrawnClaim[];
}

export type Causes = readonly unknown[];
/** The item that stood there, where all that it was made from is the same; a new one otherwise. */
export type Reuse<T> = (id: string, from: Causes, make: () => T) => T;

/** Layers of the picture. Flows run above frames and below cards. */
export const layers = {
  zone: 0,
  tie: 1,
  column: 1,
  segment: 2,
  namespace: 3,
  edge: 4,
  selectedEdge: 5,
  card: 6,
  dragged: 7,
} as const;
