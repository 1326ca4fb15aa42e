/** From the stores to nodes and edges, computing again only what changed. */
import { useMemo, useRef } from 'react';
import { refKey, type Topology } from '../../shared/model/index.ts';
import { useAnalysis, useDocument, useUi } from '../store/stores.tsx';
import type { Level } from './canvas-types.ts';
import { findingsOf, noFindings } from './findings.ts';
import type { Rect } from './geometry.ts';
import { arrange, type Placement } from './layout.ts';
import { noMarks, reviewed } from './review-marks.ts';
import { type DrawnFlow, drawnClaims, drawnFlows, routeFlows, tie } from './routes.ts';
import { type FlowOutput, toFlow } from './to-flow.ts';

export interface Picture extends FlowOutput {
  readonly topology: Topology;
  readonly placement: Placement;
  readonly flows: readonly DrawnFlow[];
  readonly isReadOnly: boolean;
}

/** `shifted`: where nodes are while they are dragged; flows that touch them follow. */
export function usePicture(level: Level, freshness: number, shifted: ReadonlyMap<string, Rect> | undefined): Picture {
  const design = useDocument((s) => s.topology);
  const documentId = useDocument((s) => s.documentId);
  const analysis = useAnalysis((s) => s.analysis);
  const selected = useUi((s) => s.selection);
  const renaming = useUi((s) => s.renaming);
  const review = useUi((s) => (s.view === 'review' ? s.review : undefined));

  const { topology, marks } = useMemo(
    () =>
      review === undefined
        ? { topology: design, marks: noMarks }
        : reviewed(review.before, design, review.entries, review.show),
    [design, review],
  );
  const placement = usePlacement(topology, `${documentId} ${freshness}`);
  const findings = useMemo(() => (analysis === undefined ? noFindings : findingsOf(analysis.problems)), [analysis]);
  const selection = useMemo(() => new Set(selected.map(refKey)), [selected]);
  const flows = useMemo(() => drawnFlows(topology, placement, findings, level), [topology, placement, findings, level]);
  const settled = useMemo(() => routeFlows(flows, placement, level), [flows, placement, level]);
  const claims = useMemo(() => drawnClaims(topology, placement), [topology, placement]);

  const routes = useMemo(() => {
    if (shifted === undefined) return settled;
    const moving = flows.filter((f) => shifted.has(f.fromNode) || shifted.has(f.toNode));
    const live = routeFlows(moving, placement, level, (node) => shifted.get(node));
    return { ways: new Map([...settled.ways, ...live.ways]), labels: new Map([...settled.labels, ...live.labels]) };
  }, [settled, flows, placement, level, shifted]);
  const liveClaims = useMemo(() => {
    if (shifted === undefined) return claims;
    return claims.map((c) => {
      if (!shifted.has(c.workload) && !shifted.has(c.endpoint)) return c;
      const from = shifted.get(c.workload) ?? placement.nodes.get(c.workload)?.rect;
      const to = shifted.get(c.endpoint) ?? placement.nodes.get(c.endpoint)?.rect;
      return from === undefined || to === undefined ? c : { ...c, points: tie(from, to) };
    });
  }, [claims, shifted, placement]);

  const before = useRef<FlowOutput | undefined>(undefined);
  const isReadOnly = review !== undefined && review.show !== 'after';
  const output = useMemo(
    () =>
      toFlow(
        {
          topology,
          placement,
          findings,
          selection,
          renaming,
          review: marks,
          isReadOnly,
          flows,
          routes,
          claims: liveClaims,
        },
        before.current,
      ),
    [topology, placement, findings, selection, renaming, marks, isReadOnly, flows, routes, liveClaims],
  );
  before.current = output;
  return useMemo(
    () => ({ ...output, topology, placement, flows, isReadOnly }),
    [output, topology, placement, flows, isReadOnly],
  );
}

/** Keeps the order of what is drawn while one design is edited; another design, or a wish to rearrange, starts afresh. */
function usePlacement(topology: Topology, key: string): Placement {
  const last = useRef<{ readonly key: string; readonly topology: Topology; readonly placement: Placement } | undefined>(
    undefined,
  );
  return useMemo(() => {
    const had = last.current;
    const isAfresh =
      had === undefined || had.key !== key || (had.topology.layout !== undefined && topology.layout === undefined);
    const placement = arrange(topology, isAfresh ? undefined : had.placement);
    last.current = { key, topology, placement };
    return placement;
  }, [topology, key]);
}
