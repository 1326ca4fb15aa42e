/** From the stores to nodes and edges, computing again only what changed. */
import { useCallback, useMemo, useRef } from 'react';
import { isEqual } from '../../shared/lib/is-equal.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import { refKey, type Topology } from '../../shared/model/index.ts';
import { shownEntries } from '../store/observed-store.ts';
import type { Compared } from '../store/review-store.ts';
import { useAnalysis, useDocument, useObserved, useReview, useUi } from '../store/stores.tsx';
import type { CanvasEdge, CanvasNode, Detail, Level } from './canvas-types.ts';
import { hasSameClaims, hasSameFlows, hasSameLayout, hasSameLooks, hasSameNames } from './drawn.ts';
import { type FarName, farNames } from './far-names.ts';
import { type Findings, findingsOf, noFindings } from './findings.ts';
import { labelled } from './flow-edges.ts';
import { type Rect, union } from './geometry.ts';
import { arrange, type Placement, segmentNode } from './layout.ts';
import { type ObservedLine, observedLines, observedMarks, withBundles, withObserved } from './observed-scene.ts';
import { driftMarks, isInVersion, type Marks, type Scene, sceneOf, type Version, versionOf } from './review-scene.ts';
import type { Routing } from './route.ts';
import {
  type DrawnFlow,
  drawnClaims,
  drawnFlows,
  joinedFlows,
  labelBox,
  labelsOf,
  routeFlows,
  tie,
  waysOf,
} from './routes.ts';
import { type Made, toEdges, toNodes } from './to-flow.ts';

export interface Picture {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly topology: Topology;
  readonly placement: Placement;
  readonly flows: readonly DrawnFlow[];
  /** What is written over the picture from afar. */
  readonly names: readonly FarName[];
  /** What names and labels of flows cover, for other labels to stand beside. */
  readonly written: readonly Rect[];
  readonly findings: Findings;
  readonly marks: Marks;
  /** What a log shows beyond what is drawn; none in a review. */
  readonly observed: readonly ObservedLine[];
  readonly isReadOnly: boolean;
}

/**
 * `shifted`: where nodes are while they are dragged; flows that touch them follow. `version`: what a review shows; without
 * it the design is drawn as it stands.
 */
export function usePicture(
  detail: Detail,
  freshness: number,
  shifted: ReadonlyMap<string, Rect> | undefined,
  version?: Version,
): Picture {
  const { level } = detail;
  const design = useDocument((s) => s.topology);
  const documentId = useDocument((s) => s.documentId);
  const analysis = useAnalysis((s) => s.analysis);
  const selected = useUi((s) => s.selection);
  const renaming = useUi((s) => s.renaming);
  const compared = useReview((s) => (version === undefined ? undefined : s.compared));

  const scene = compared === undefined ? undefined : sceneOfCompared(compared);
  const { observed, seen, linesOf } = useObservedOn(version);
  const { topology, marks } = useMemo(
    () =>
      scene === undefined || version === undefined ? { topology: design, marks: seen } : versionOf(scene, version),
    [design, seen, scene, version],
  );
  // Each part of the picture follows only from what is drawn of it, so that typing an owner draws nothing again.
  const key = `${documentId} ${freshness}`;
  const whole = usePlacement(useKept(scene?.union ?? design, hasSameLayout), key);
  const placement = useMemo(
    () => (scene === undefined || version === 'both' ? whole : onlyOf(topology, whole)),
    [scene, version, topology, whole],
  );
  // Findings are about the design as it stands; in a review they would stand beside records of another version.
  const findings = useFindings(version === undefined ? analysis?.problems : undefined);
  const selection = useMemo(() => new Set(selected.map(refKey)), [selected]);
  const flowTopology = useKept(topology, hasSameFlows);
  const states = findings.flows;
  const lines = useMemo(() => linesOf(placement), [linesOf, placement]);
  const isReadOnly = version !== undefined;
  const selectedFlows = useKept(
    useMemo(() => new Set([...selection].filter((key) => key.startsWith('flow:'))), [selection]),
    hasSameKeys,
  );
  // Most flows are drawn in the same way, selected or not; in a review all are.
  const joined = useMemo(() => (isReadOnly ? none : joinedFlows(flowTopology)), [isReadOnly, flowTopology]);
  const chosenFlows = useKept(
    useMemo(() => new Set(joined.filter((id) => selectedFlows.has(`flow:${id}`))), [joined, selectedFlows]),
    hasSameKeys,
  );
  const drawn = useMemo(
    () =>
      drawnFlows(flowTopology, placement, { of: noFindings.of, flows: states }, level, {
        beside: lines.map(asDrawn),
        apart: isReadOnly ? 'all' : chosenFlows,
      }),
    [flowTopology, placement, states, level, lines, isReadOnly, chosenFlows],
  );
  const edgeMarks = useMemo(
    () => (observed === undefined ? marks : withBundles(new Map([...marks, ...lines.map(asMark)]), drawn)),
    [marks, lines, observed, drawn],
  );
  const flows = useKept(
    useMemo(() => withObserved(drawn, lines, observed, edgeMarks), [drawn, lines, observed, edgeMarks]),
    isEqual,
  );
  const looks = useKept(topology, hasSameLooks);
  const nodes = useMade<CanvasNode>(
    useCallback(
      (before) =>
        toNodes({ topology: looks, placement, findings, selection, renaming, review: marks, isReadOnly }, before),
      [looks, placement, findings, selection, renaming, marks, isReadOnly],
    ),
  );
  const names = useKept(
    useMemo(
      () => (detail.level === 'far' ? farNames(nodes, placement, detail.scale) : noNames),
      [nodes, placement, detail],
    ),
    isEqual,
  );
  // Both versions of a review are led as one picture: what did not change runs alike in both.
  const ledFlows = useMemo(
    () =>
      scene === undefined || version === 'both'
        ? flows
        : withOwn(drawnFlows(scene.union, whole, noFindings, level, { apart: 'all' }), flows),
    [scene, version, flows, whole, level],
  );
  const ends = useKept(ledFlows, hasSameEnds);
  const ways = useMemo(() => keptWaysOf(ends, whole, level, key), [ends, whole, level, key]);
  const told = useMemo(() => labelled(flows, edgeMarks), [flows, edgeMarks]);
  const settled = useMemo(() => {
    const named = names.map(({ rect }) => rect);
    const labels = labelsOf(told, ways, placement, detail, named);
    const boxes = told.flatMap((flow) => {
      const at = labels.get(flow.id);
      return at === undefined ? [] : [labelBox(flow, at, detail)];
    });
    return { ways, labels, written: [...named, ...boxes] };
  }, [told, ways, placement, detail, names]);
  const claimTopology = useKept(topology, hasSameClaims);
  const claims = useMemo(() => drawnClaims(claimTopology, placement), [claimTopology, placement]);

  const routes = useMemo(() => {
    if (shifted === undefined) return settled;
    const moving = flows.filter((f) => shifted.has(f.fromNode) || shifted.has(f.toNode));
    const live = routeFlows(moving, placement, detail, { shifted: (node) => shifted.get(node) });
    return { ways: new Map([...settled.ways, ...live.ways]), labels: new Map([...settled.labels, ...live.labels]) };
  }, [settled, flows, placement, detail, shifted]);
  const liveClaims = useMemo(() => {
    if (shifted === undefined) return claims;
    return claims.map((c) => {
      if (!shifted.has(c.workload) && !shifted.has(c.endpoint)) return c;
      const from = shifted.get(c.workload) ?? placement.nodes.get(c.workload)?.rect;
      const to = shifted.get(c.endpoint) ?? placement.nodes.get(c.endpoint)?.rect;
      return from === undefined || to === undefined ? c : { ...c, points: tie(from, to) };
    });
  }, [claims, shifted, placement]);

  const named = useKept(topology, hasSameNames);
  const edges = useMade<CanvasEdge>(
    useCallback(
      (before) =>
        toEdges(
          { topology: named, findings, selection: selectedFlows, review: edgeMarks, flows, routes, claims: liveClaims },
          before,
        ),
      [named, findings, selectedFlows, edgeMarks, flows, routes, liveClaims],
    ),
  );
  const { written } = settled;
  return useMemo(
    () => ({ nodes, edges, topology, placement, flows, names, written, findings, marks, observed: lines, isReadOnly }),
    [nodes, edges, topology, placement, flows, names, written, findings, marks, lines, isReadOnly],
  );
}

/** What the log that lies over the design says; nothing in a review. */
function useObservedOn(version: Version | undefined) {
  const observed = useObserved((s) => (version === undefined ? s.observed : undefined));
  const entries = useObserved((s) => (version === undefined ? s.entries : none));
  const filter = useObserved((s) => s.filter);
  const selected = useObserved((s) => s.selected);
  const seen = useMemo(() => observedMarks(observed, filter), [observed, filter]);
  const linesOf = useCallback(
    (placement: Placement) => observedLines(shownEntries({ entries, filter }), selected, placement),
    [entries, filter, selected],
  );
  return { observed, seen, linesOf };
}

const none: readonly never[] = [];
const noNames: readonly FarName[] = [];

const asDrawn = ({ entry: _, mark: __, ...drawn }: ObservedLine): DrawnFlow => drawn;
const asMark = ({ id, mark }: ObservedLine) => [id, mark] as const;

const scenes = new WeakMap<Compared, Scene>();

/** One for all canvases that show the comparison. */
function sceneOfCompared(compared: Compared): Scene {
  let scene = scenes.get(compared);
  if (scene === undefined) {
    const { sides, before, after, drawn: manifests } = compared;
    // Nobody drew a folder of manifests; what differs is marked on the design that it is compared with.
    const isDrift = sides.before.kind === 'folder' || sides.after.kind === 'folder';
    const drawn = sides.before.kind === 'folder' ? after : before;
    scene = manifests
      ? sceneOf(manifests.before, manifests.after, manifests.review.records)
      : isDrift
        ? { union: drawn, before: drawn, after: drawn, marks: driftMarks([...compared.entries.values()]) }
        : sceneOf(before, after, compared.review.records);
    scenes.set(compared, scene);
  }
  return scene;
}

/** A placement of both versions with only what is in one of them; everything stays where it stands. */
function onlyOf(topology: Topology, placement: Placement): Placement {
  const nodes = new Map([...placement.nodes].filter(([id]) => isInVersion(topology, id)));
  const columns = placement.columns.flatMap((column) => {
    const segments = column.segments.filter((key) => nodes.has(segmentNode(key)));
    const rect = union(segments.flatMap((key) => nodes.get(segmentNode(key))?.rect ?? []));
    return rect === undefined ? [] : [{ ...column, segments, rect }];
  });
  const ties = placement.ties.filter((tie) => columns.some((c) => c.cluster === tie.cluster));
  return { ...placement, nodes, columns, ties };
}

/** Nodes or edges, of which those that did not change are those of before. */
function useMade<T>(make: (before: Made<T> | undefined) => Made<T>): T[] {
  const before = useRef<Made<T> | undefined>(undefined);
  return useMemo(() => {
    before.current = make(before.current);
    return before.current.items;
  }, [make]);
}

/** The value of before for as long as the new one says the same. */
function useKept<T>(value: T, isSame: (before: T, now: T) => boolean): T {
  const known = useRef({ kept: value, seen: value });
  const { kept, seen } = known.current;
  // What was compared once is not compared again with every step through the picture.
  if (seen !== value) known.current = { kept: isSame(kept, value) ? kept : value, seen: value };
  return known.current.kept;
}

function useFindings(problems: readonly Problem[] | undefined): Findings {
  const before = useRef<Findings>(noFindings);
  return useMemo(() => {
    before.current = problems === undefined ? noFindings : findingsOf(problems, before.current);
    return before.current;
  }, [problems]);
}

/** What is drawn of both versions; of what has other ends in one of them, what is drawn there. */
function withOwn(both: readonly DrawnFlow[], own: readonly DrawnFlow[]): readonly DrawnFlow[] {
  const rest = new Map(own.map((flow) => [flow.id, flow]));
  const all = both.map((flow) => {
    const other = rest.get(flow.id);
    rest.delete(flow.id);
    return other ?? flow;
  });
  return [...all, ...rest.values()];
}

function hasSameKeys(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...b].every((key) => a.has(key));
}

function hasSameEnds(a: readonly DrawnFlow[], b: readonly DrawnFlow[]): boolean {
  return (
    a.length === b.length &&
    a.every((f, i) => f.id === b[i]?.id && f.fromNode === b[i]?.fromNode && f.toNode === b[i]?.toNode)
  );
}

const routed = new WeakMap<
  Placement,
  Map<Level, { readonly flows: readonly DrawnFlow[]; readonly routing: Routing }>
>();

/** How flows were led last, for each level of detail, in the picture that `key` stands for. It outlives the canvas, too. */
let lastRouted: { readonly key: string; readonly byLevel: Map<Level, Routing> } | undefined;

/**
 * Kept for each level of detail, because whoever looks around goes back and forth between them; and what is led anew keeps
 * the ways of before wherever nothing changed.
 */
function keptWaysOf(flows: readonly DrawnFlow[], placement: Placement, level: Level, key: string): Routing['ways'] {
  const byLevel = routed.get(placement) ?? new Map();
  routed.set(placement, byLevel);
  const known = byLevel.get(level);
  if (known !== undefined && hasSameEnds(known.flows, flows)) return known.routing.ways;
  if (lastRouted?.key !== key) lastRouted = { key, byLevel: new Map() };
  const routing = waysOf(flows, placement, level, { before: lastRouted.byLevel.get(level) });
  byLevel.set(level, { flows, routing });
  lastRouted.byLevel.set(level, routing);
  return routing.ways;
}

/** Outlives the canvas, which goes while another view is open: coming back must not shuffle the picture. */
let lastPlaced: { readonly key: string; readonly topology: Topology; readonly placement: Placement } | undefined;

/** Keeps the order of what is drawn while one design is edited; another design, or a wish to rearrange, starts afresh. */
function usePlacement(topology: Topology, key: string): Placement {
  return useMemo(() => {
    const had = lastPlaced;
    // The second canvas of a review asks for what the first has laid out.
    if (had?.key === key && had.topology === topology) return had.placement;
    const isAfresh =
      had === undefined || had.key !== key || (had.topology.layout !== undefined && topology.layout === undefined);
    const placement = arrange(topology, isAfresh ? undefined : had.placement);
    lastPlaced = { key, topology, placement };
    return placement;
  }, [topology, key]);
}
