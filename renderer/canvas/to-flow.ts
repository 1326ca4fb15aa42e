/**
 * The design as React Flow sees it. Pure but for one thing: given the result of before, whatever is equal keeps its
 * identity, so that a change to one workload renders one node.
 */
import { isEqual } from '../../shared/lib/is-equal.ts';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { edgesOf, flowEdgesOf, titleReader } from './flow-edges.ts';
import { nodeContext, nodeOf, nodesOf } from './flow-nodes.ts';
import type { Causes, CommonInput, EdgesInput, NodesInput, Reuse } from './flow-types.ts';

/** Nodes or edges, and by their ids everything they were made from. While all of it is the same, nothing is made again. */
export interface Made<T> {
  readonly items: T[];
  readonly causes: ReadonlyMap<string, Causes>;
  readonly input: CommonInput;
  /** Where each item stands in the list, by its id. */
  readonly places: ReadonlyMap<string, number>;
}

export function toNodes(input: NodesInput, before?: Made<CanvasNode>): Made<CanvasNode> {
  const again = selectedAnew(input, before, (key, reuse) => {
    const placed = input.placement.nodes.get(key);
    return placed === undefined ? [] : [nodeOf(nodeContext(input, reuse), key, placed)];
  });
  return again ?? made<CanvasNode>(input, (reuse) => nodesOf(input, reuse), before);
}

export function toEdges(input: EdgesInput, before?: Made<CanvasEdge>): Made<CanvasEdge> {
  const titles = titleReader(input.topology);
  const again = selectedAnew(input, before, (key, reuse) => flowEdgesOf(key, input, reuse, titles));
  return again ?? made<CanvasEdge>(input, (reuse) => edgesOf(input, reuse, titles), before);
}

/**
 * Where nothing but the selection differs, only what is selected, or was, is made again: who walks through a large picture
 * selects one thing after the other. Undefined where more differs, or where an item shows something that is selected beside
 * itself, as the parts of a cluster do.
 */
function selectedAnew<T extends { readonly id: string }>(
  input: CommonInput,
  before: Made<T> | undefined,
  makeAll: (key: string, reuse: Reuse<T>) => ReadonlyArray<T | undefined>,
): Made<T> | undefined {
  if (before === undefined) return undefined;
  const { selection, ...rest } = input;
  const { selection: had, ...earlier } = before.input;
  if (!isShallowEqual(Object.values(earlier), Object.values(rest))) return undefined;
  const causes = new Map(before.causes);
  const items = [...before.items];
  for (const key of [...selection, ...had]) {
    if (selection.has(key) && had.has(key)) continue;
    if (key.startsWith('cluster:') || key.startsWith('pool:')) return undefined;
    const anew = makeAll(key, (id, from, make) => {
      causes.set(id, from);
      return make();
    });
    for (const item of anew) {
      const place = item === undefined ? undefined : before.places.get(item.id);
      if (item !== undefined && place !== undefined) items[place] = item;
    }
  }
  return { ...before, items: sameList(before.items, items), causes, input };
}

function made<T extends { readonly id: string }>(
  input: CommonInput,
  make: (reuse: Reuse<T>) => T[],
  before?: Made<T>,
): Made<T> {
  const causes = new Map<string, Causes>();
  const had = new Map(before?.items.map((item) => [item.id, item]));
  const keep = (item: T): T => {
    const known = had.get(item.id);
    return known !== undefined && isEqual(known, item) ? known : item;
  };
  const items = make((id, from, makeOne) => {
    causes.set(id, from);
    const known = had.get(id);
    return known !== undefined && isShallowEqual(before?.causes.get(id), from) ? known : makeOne();
  }).map(keep);
  return {
    items: sameList(before?.items, items),
    causes,
    input,
    places: new Map(items.map((item, place) => [item.id, place])),
  };
}

function isShallowEqual(a: Causes | undefined, b: Causes): boolean {
  return a !== undefined && a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** A list whose items are all the same stays the same list, so that React Flow has nothing to look at. */
function sameList<T>(before: T[] | undefined, after: T[]): T[] {
  return before !== undefined && before.length === after.length && after.every((item, i) => item === before[i])
    ? before
    : after;
}
