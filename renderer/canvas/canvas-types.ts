/** Nodes and edges as React Flow gets them. Their data is plain and compared by value, so equal data renders nothing. */
import type { Edge, Node } from '@xyflow/react';
import type { DifferenceClass } from '../../shared/diff/index.ts';
import type { Severity } from '../../shared/lib/problem.ts';
import type { ZoneColors } from '../../shared/lib/zone-colors.ts';
import type { Isolation, Ref } from '../../shared/model/index.ts';
import type { Point, Rect } from './geometry.ts';

/** How much is shown: names and bundles of flows, cards without details, everything. */
export type Level = 'far' | 'mid' | 'near';

export interface Detail {
  readonly level: Level;
  /** How many times as large as on the near view names, labels and lines are drawn, so that they are seen from afar. */
  readonly scale: number;
}

/**
 * What came, went and changed in a review. Under a log of observed flows: what was seen and what never was, what nobody drew,
 * and what policies drop already.
 */
export type ReviewMark = 'added' | 'removed' | 'changed' | 'seen' | 'unseen' | 'unmeant' | 'dropped';

interface Marks {
  /** The gravest finding about it. */
  readonly severity?: Severity | undefined;
  /** All findings about it, one per line. */
  readonly problems?: string | undefined;
  readonly review?: ReviewMark | undefined;
  /** What the review says about it, such as `runc → gVisor`. */
  readonly reviewText?: string | undefined;
  readonly isRenaming?: boolean | undefined;
}

type Data<T> = Record<string, unknown> & Marks & T;

export type ZoneData = Data<{
  readonly variant: 'zone' | 'outside' | 'unplaced';
  /** True for a band that runs on to the edges of the view. */
  readonly isLane: boolean;
  readonly ref?: Ref | undefined;
  readonly title: string;
  readonly detail: string;
  readonly runtimes: readonly string[];
  readonly classes: readonly string[];
  readonly light?: ZoneColors | undefined;
  readonly dark?: ZoneColors | undefined;
}>;
export type ColumnData = Data<{ readonly isRemoved: boolean }>;
export type TieData = Data<{ readonly from: Point; readonly to: Point }>;
export type SegmentData = Data<{
  readonly ref: Ref;
  readonly zone: string;
  /** True for the segment that carries the cluster's name. */
  readonly isHead: boolean;
  readonly title: string;
  readonly detail: string;
  /** For a cluster of a blue-green pair: which of the two it is, and what that means. */
  readonly pair?: { readonly text: string; readonly title: string } | undefined;
  /** Namespaces that another cluster shows and that run here as well. */
  readonly taken?: string | undefined;
  readonly pools: ReadonlyArray<{ readonly id: string; readonly text: string; readonly isSelected: boolean }>;
}>;
export type NamespaceData = Data<{ readonly ref: Ref; readonly title: string; readonly count: number }>;
export type WorkloadData = Data<{
  readonly ref: Ref;
  readonly title: string;
  readonly kind: string;
  readonly replicas: string;
  readonly ports: string;
  readonly isolation: Isolation;
  readonly runtime: string;
  readonly claims: number;
  readonly hostNetwork: boolean;
}>;
export type ExternalData = Data<{ readonly ref: Ref; readonly title: string; readonly detail: string }>;
export type EndpointData = Data<{ readonly ref: Ref; readonly title: string; readonly detail: string }>;

export type CanvasNode =
  | Node<ZoneData, 'zone'>
  | Node<ColumnData, 'column'>
  | Node<TieData, 'tie'>
  | Node<SegmentData, 'segment'>
  | Node<NamespaceData, 'namespace'>
  | Node<WorkloadData, 'workload'>
  | Node<ExternalData, 'external'>
  | Node<EndpointData, 'endpoint'>;

/** What is special about a flow, the gravest first; `plain` goes inward by one zone or stays inside one. */
export type FlowState = 'blocked' | 'expired' | 'exception' | 'outward' | 'skips' | 'plain';

export type FlowData = Data<{
  /** Absent for a bundle of several flows. */
  readonly ref?: Ref | undefined;
  /** Of a flow that enters through a proxy: the way to it, or the way on from it. */
  readonly part?: 'to-proxy' | 'onward' | undefined;
  readonly points: readonly Point[];
  /** Words that the line passes behind. */
  readonly behind: readonly Rect[];
  /** Where a line that has no direction meets its ends. */
  readonly joints?: readonly Point[] | undefined;
  readonly state: FlowState;
  readonly label: string;
  readonly labelAt?: Point | undefined;
  /** In a review, what the change means. */
  readonly reviewTone?: DifferenceClass | undefined;
  /** How many flows a bundle stands for. */
  readonly count: number;
  readonly about: string;
}>;
export type ClaimData = Data<{ readonly points: readonly Point[]; readonly isLoud: boolean; readonly about: string }>;

export type CanvasEdge = Edge<FlowData, 'flow'> | Edge<ClaimData, 'claim'>;
