/** Flows and claims as edges of React Flow. */
import { memoWeak } from '../../shared/lib/memo.ts';
import { lookup, parseRefKey, ref, type Topology } from '../../shared/model/index.ts';
import type { CanvasEdge } from './canvas-types.ts';
import { type EdgesInput, layers, type Reuse } from './flow-types.ts';
import type { Point } from './geometry.ts';
import type { Mark } from './review-scene.ts';
import type { DrawnFlow } from './routes.ts';

export function edgesOf(input: EdgesInput, reuse: Reuse<CanvasEdge>, titles: (node: string) => string): CanvasEdge[] {
  const claims: CanvasEdge[] = input.claims.map((c) =>
    reuse(c.id, [c], () => ({
      id: c.id,
      type: 'claim',
      source: c.workload,
      target: c.endpoint,
      zIndex: layers.edge,
      selectable: false,
      focusable: false,
      data: { points: c.points, isLoud: c.isLoud, about: c.about },
    })),
  );
  return [...claims, ...input.flows.flatMap((flow) => flowEdge(input, reuse, titles, flow) ?? [])];
}

/** What is drawn of each flow by its key: a flow may have several parts, and a line may be selected with several flows. */
const bySelection = memoWeak((flows: readonly DrawnFlow[]): ReadonlyMap<string, readonly DrawnFlow[]> => {
  const found = new Map<string, DrawnFlow[]>();
  for (const flow of flows) {
    const keys = flow.flow !== undefined ? [`flow:${flow.flow}`] : flow.joins !== undefined ? (flow.members ?? []) : [];
    for (const key of keys) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [flow]);
      else known.push(flow);
    }
  }
  return found;
});

/** What is drawn of the flows that a selected thing stands for. */
export function flowEdgesOf(
  key: string,
  input: EdgesInput,
  reuse: Reuse<CanvasEdge>,
  titles: (node: string) => string,
): ReadonlyArray<CanvasEdge | undefined> {
  return (bySelection(input.flows).get(key) ?? []).map((flow) => flowEdge(input, reuse, titles, flow));
}

/** The words on a flow: what a review says of it before what it carries. */
export function wordsOn(label: string, reviewText: string | undefined): string {
  return reviewText === undefined ? label : `${reviewText} ${label.split(' ').at(-1)}`;
}

/** The flows with the words that are on them, for labels to find room; without those on which there are none. */
export function labelled(flows: readonly DrawnFlow[], review: EdgesInput['review']): readonly DrawnFlow[] {
  return flows.flatMap((flow) => {
    const text = onPart(flow, review.get(keyOf(flow)))?.text;
    if (text === undefined) return [flow];
    return text === '' ? [] : [{ ...flow, label: wordsOn(flow.label, text), isTold: true }];
  });
}

/** What a review says of a flow stands on its first part. */
function onPart({ part }: DrawnFlow, found: Mark | undefined): Mark | undefined {
  return part === 'onward' && found?.text ? { ...found, text: undefined } : found;
}

/** What findings and reviews know a drawn flow by. */
function keyOf({ id, flow }: DrawnFlow): string {
  return flow === undefined ? id : `flow:${flow}`;
}

/** Undefined for a flow that no way was found for. */
function flowEdge(
  { selection, findings, review, routes }: EdgesInput,
  reuse: Reuse<CanvasEdge>,
  titles: (node: string) => string,
  flow: DrawnFlow,
): CanvasEdge | undefined {
  const way = routes.ways.get(flow.id);
  if (way === undefined) return undefined;
  const key = flow.flow === undefined ? undefined : `flow:${flow.flow}`;
  const isOnward = flow.part === 'onward';
  const found = review.get(keyOf(flow));
  const mark = onPart(flow, found);
  const finding = key === undefined ? undefined : findings.of.get(key);
  const isSelected = key === undefined ? isChosen(flow, selection) : selection.has(key);
  const label = routes.labels.get(flow.id);
  const from = titles(flow.fromNode);
  const to = titles(flow.toNode);
  const causes = [flow, way, label, found, finding?.severity, finding?.text, isSelected, from, to];
  return reuse(flow.id, causes, () => ({
    id: flow.id,
    type: 'flow',
    source: flow.fromNode,
    target: flow.toNode,
    zIndex: isSelected ? layers.selectedEdge : layers.edge,
    selected: isSelected,
    // React Flow would take a click on one of two selected parts for a wish to deselect the other.
    selectable: key !== undefined && !isOnward,
    focusable: false,
    data: {
      ...(key !== undefined && flow.flow !== undefined && { ref: ref('flow', flow.flow) }),
      part: flow.part,
      points: way.points,
      behind: way.behind,
      ...(way.joints !== undefined && { joints: way.joints }),
      state: flow.state,
      label: flow.label,
      labelAt:
        mark?.text === ''
          ? undefined
          : (label ?? (isSelected || mark?.text !== undefined ? middle(way.points) : undefined)),
      count: flow.count,
      severity: finding?.severity,
      problems: finding?.text,
      review: mark?.mark,
      reviewText: mark?.text,
      reviewTone: mark?.tone,
      about: aboutOf(flow, titles),
    },
  }));
}

function aboutOf({ fromNode, toNode, count, label, joins }: DrawnFlow, titles: (node: string) => string): string {
  if (joins !== undefined) return `All open to each other: ${joins.map(titles).join(', ')}, ${label}`;
  const words = count === 1 ? [label] : [`${count} flows`, label];
  return [`${titles(fromNode)} to ${titles(toNode)}`, ...new Set(words)].join(', ');
}

/** A line through what is open to each other is selected with all of its flows. */
function isChosen({ joins, members = [] }: DrawnFlow, selection: ReadonlySet<string>): boolean {
  return joins !== undefined && members.every((member) => selection.has(member));
}

/** What people call the record of a node; each is looked up once. */
export function titleReader(topology: Topology): (node: string) => string {
  const index = lookup(topology);
  const known = new Map<string, string>();
  return (node) => {
    let title = known.get(node);
    if (title === undefined) {
      title = index.titleOf(parseRefKey(node) ?? ref('zone', node));
      known.set(node, title);
    }
    return title;
  };
}

function middle(points: readonly Point[]): Point | undefined {
  const b = points[Math.floor(points.length / 2)];
  const a = points[Math.floor(points.length / 2) - 1];
  return a === undefined || b === undefined ? undefined : { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
