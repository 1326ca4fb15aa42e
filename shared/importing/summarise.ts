/**
 * The fewest arrows for a table of permissions. Rows and columns are the smallest ends; nodes stand for several of them (a
 * zone, a namespace, a group of addresses). An arrow between two nodes covers their whole rectangle, so it is drawn only
 * where every cell of the rectangle permits its ports. The widest rectangles are tried first, and what others cover
 * anyway is taken away at the end.
 */
import type { PortSetId, PortTable } from '../reach/index.ts';

/** An end of arrows: the rows or columns it stands for. */
export interface Node {
  readonly leaves: readonly number[];
}

export interface Grid<R extends Node, C extends Node> {
  /** How many smallest ends there are. */
  readonly height: number;
  readonly width: number;
  /** Nodes that stand for more than the smallest end, and the smallest ends themselves. */
  readonly rows: readonly R[];
  readonly columns: readonly C[];
  /** What a cell permits. */
  at(row: number, column: number): PortSetId;
  /** False for cells that need no arrow, though an arrow over them still has to be true. */
  needs(row: number, column: number): boolean;
}

export interface Arrow<R, C> {
  readonly from: R;
  readonly to: C;
  readonly ports: PortSetId;
}

const none: PortSetId = 0;
const all: PortSetId = 1;

/** `covered` holds what is drawn already, row by row; cells are added to it. */
export function summarise<R extends Node, C extends Node>(
  grid: Grid<R, C>,
  ports: PortTable,
  covered: Uint32Array = new Uint32Array(grid.height * grid.width),
): Array<Arrow<R, C>> {
  const before = covered.slice();
  const arrows: Array<Arrow<R, C>> = [];
  const open = new Set<number>();
  for (let r = 0; r < grid.height; r += 1) if (rowNeeds(grid, r, covered, ports)) open.add(r);
  for (const [from, to] of byWidth(grid)) {
    if (!from.leaves.some((r) => open.has(r))) continue;
    const common = commonPorts(grid, from, to, ports);
    if (common === none) continue;
    let fresh = none;
    for (const r of from.leaves) {
      for (const c of to.leaves) {
        if (grid.needs(r, c)) fresh = ports.union(fresh, ports.subtract(common, covered[r * grid.width + c] ?? none));
      }
    }
    if (fresh === none) continue;
    arrows.push({ from, to, ports: fresh });
    for (const r of from.leaves) {
      for (const c of to.leaves) {
        const at = r * grid.width + c;
        covered[at] = ports.union(covered[at] ?? none, fresh);
      }
      if (!rowNeeds(grid, r, covered, ports)) open.delete(r);
    }
  }
  return withoutSpare(grid, arrows, before, ports);
}

function rowNeeds<R extends Node, C extends Node>(
  grid: Grid<R, C>,
  r: number,
  covered: Uint32Array,
  ports: PortTable,
): boolean {
  for (let c = 0; c < grid.width; c += 1) {
    const wanted = grid.at(r, c);
    if (wanted === none || !grid.needs(r, c)) continue;
    if (ports.subtract(wanted, covered[r * grid.width + c] ?? none) !== none) return true;
  }
  return false;
}

/** Pairs of nodes by the size of their rectangle, widest first; ties in the order of the nodes. */
function* byWidth<R extends Node, C extends Node>({ rows, columns }: Grid<R, C>): Generator<readonly [R, C]> {
  const sized = <N extends Node>(nodes: readonly N[]) => {
    const found = new Map<number, N[]>();
    for (const node of nodes) {
      const own = found.get(node.leaves.length);
      if (own === undefined) found.set(node.leaves.length, [node]);
      else own.push(node);
    }
    return found;
  };
  const [high, wide] = [sized(rows), sized(columns)];
  const sizes = [...high.keys()].flatMap((h) => [...wide.keys()].map((w) => ({ h, w })));
  sizes.sort((a, b) => b.h * b.w - a.h * a.w || b.h - a.h);
  for (const { h, w } of sizes) {
    for (const row of high.get(h) ?? []) for (const column of wide.get(w) ?? []) yield [row, column];
  }
}

function commonPorts<R extends Node, C extends Node>(grid: Grid<R, C>, from: R, to: C, ports: PortTable): PortSetId {
  let common = all;
  for (const r of from.leaves) {
    for (const c of to.leaves) {
      common = ports.intersect(common, grid.at(r, c));
      if (common === none) return none;
    }
  }
  return common;
}

/** Beyond this many arrows the search for spare ones would cost more than the arrows themselves. */
const mostCompared = 2000;

function withoutSpare<R extends Node, C extends Node>(
  grid: Grid<R, C>,
  arrows: ReadonlyArray<Arrow<R, C>>,
  before: Uint32Array,
  ports: PortTable,
): Array<Arrow<R, C>> {
  if (arrows.length > mostCompared) return [...arrows];
  const kept = new Set(arrows);
  const over = new Map<number, Array<Arrow<R, C>>>();
  for (const arrow of arrows) {
    for (const r of arrow.from.leaves) {
      for (const c of arrow.to.leaves) {
        const at = r * grid.width + c;
        const own = over.get(at);
        if (own === undefined) over.set(at, [arrow]);
        else own.push(arrow);
      }
    }
  }
  const isSpare = (arrow: Arrow<R, C>): boolean =>
    arrow.from.leaves.every((r) =>
      arrow.to.leaves.every((c) => {
        if (!grid.needs(r, c)) return true;
        const at = r * grid.width + c;
        const others = (over.get(at) ?? []).filter((other) => other !== arrow && kept.has(other));
        const rest = others.reduce((sum, other) => ports.union(sum, other.ports), before[at] ?? none);
        return ports.subtract(arrow.ports, rest) === none;
      }),
    );
  for (const arrow of [...arrows].reverse()) if (isSpare(arrow)) kept.delete(arrow);
  return arrows.filter((arrow) => kept.has(arrow));
}
