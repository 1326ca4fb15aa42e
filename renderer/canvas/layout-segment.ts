/** What stands in one segment of a cluster: namespaces in shelves, workloads in cells. Relative to the content's corner. */
import { sortBy } from '../../shared/lib/sort.ts';
import type { Layout } from '../../shared/model/index.ts';
import { bottom, overlaps, type Rect, right } from './geometry.ts';
import type { NamespaceModel, SegmentModel } from './layout-model.ts';
import { card, namespaceBox, segmentBox } from './layout-sizes.ts';
import type { Cell, Frame, Order } from './layout-types.ts';

export interface PlacedNamespace {
  readonly id: string;
  readonly rect: Rect;
  /** True where the design records its place: then `rect` counts from the segment's corner. */
  readonly recorded: boolean;
  readonly cards: ReadonlyArray<{ readonly id: string; readonly rect: Rect }>;
  readonly frame: Frame;
  /** Of the cards without a recorded place. */
  readonly cells: ReadonlyMap<string, Cell>;
}

export interface SegmentContent {
  /** Of the content alone, without the segment's title, foot and padding. */
  readonly w: number;
  readonly h: number;
  readonly hasFoot: boolean;
  readonly namespaces: readonly PlacedNamespace[];
}

/**
 * `width`: the room there is; without it the segment chooses one that makes it wider than high. Namespaces that stood in a
 * shelf stay in it, unless somebody chose the width of the segment.
 */
export function contentOf(segment: SegmentModel, order: Order, layout: Layout, width?: number): SegmentContent {
  const isChosen = layout.segments?.[segment.cluster]?.[segment.zone] !== undefined;
  const frames: ReadonlyMap<string, Frame> = isChosen ? new Map() : order.frames;
  const ids = order.namespaces.get(segment.key) ?? segment.namespaces.map((n) => n.id);
  const byId = new Map(segment.namespaces.map((n) => [n.id, n]));
  const sized = ids.flatMap((id) => {
    const model = byId.get(id);
    return model === undefined ? [] : [{ model, ...compactSize(model, order, layout, frames.get(model.id)) }];
  });
  const widest = Math.max(segmentBox.emptyW, ...sized.map((s) => s.w));
  const area = sized.reduce((sum, s) => sum + (s.w + namespaceBox.gap) * (s.h + namespaceBox.gap), 0);
  const limit = Math.max(widest, width ?? Math.ceil(Math.sqrt(area * order.aspect)));

  const shelves = shelved(sized, limit, frames);
  const natural = Math.max(
    sized.length === 0 ? segmentBox.emptyW : 0,
    ...shelves.map((s) => s.reduce((sum, item) => sum + item.w + namespaceBox.gap, -namespaceBox.gap)),
  );
  const w = Math.max(natural, width ?? 0);

  const slots: Array<{ model: NamespaceModel; shelf: number; rect: Rect }> = [];
  let y = 0;
  for (const [n, shelf] of shelves.entries()) {
    const free = w - shelf.reduce((sum, item) => sum + item.w + namespaceBox.gap, -namespaceBox.gap);
    const h = Math.max(...shelf.map((item) => item.h));
    let x = 0;
    shelf.forEach((item, i) => {
      const share = Math.floor(free / shelf.length / 4) * 4;
      const extra = i === shelf.length - 1 ? w - x - item.w : share;
      slots.push({ model: item.model, shelf: n, rect: { x, y, w: item.w + extra, h } });
      x += item.w + extra + namespaceBox.gap;
    });
    y += h + namespaceBox.gap;
  }

  // Recorded places count from the segment's corner, where its title is; collisions are judged in content coordinates.
  const settled: Rect[] = [];
  const placed = new Map<string, PlacedNamespace>();
  for (const { model, shelf, rect } of slots) {
    const recorded = layout.namespaces?.[model.id];
    if (recorded === undefined) continue;
    const at = { x: Math.max(0, recorded.x), y: Math.max(0, recorded.y), w: recorded.w, h: recorded.h };
    const frame = frameOf(model, order, layout, { ...at, w: Math.max(at.w, 1), h: Math.max(at.h, 1) });
    placed.set(model.id, { ...frame, id: model.id, recorded: true, frame: { shelf, w: rect.w } });
    settled.push({ ...frame.rect, x: frame.rect.x - segmentBox.pad, y: frame.rect.y - segmentBox.title });
  }
  for (const { model, shelf, rect } of slots) {
    if (placed.has(model.id)) continue;
    const frame = frameOf(model, order, layout, rect);
    let at = frame.rect;
    for (
      let hit = settled.find((s) => overlaps(s, at));
      hit !== undefined;
      hit = settled.find((s) => overlaps(s, at))
    ) {
      at = { ...at, y: bottom(hit) + namespaceBox.gap };
    }
    placed.set(model.id, { ...frame, id: model.id, rect: at, recorded: false, frame: { shelf, w: rect.w } });
    settled.push(at);
  }
  const boxes = [...placed.values()].map((p) =>
    p.recorded ? { ...p.rect, x: p.rect.x - segmentBox.pad, y: p.rect.y - segmentBox.top } : p.rect,
  );
  return {
    w: Math.max(w, ...boxes.map(right)),
    h: Math.max(sized.length === 0 ? segmentBox.emptyH : 0, ...boxes.map(bottom)),
    hasFoot: segment.hasFoot,
    namespaces: slots.flatMap(({ model }) => placed.get(model.id) ?? []),
  };
}

/** Namespaces in rows that are as long as `limit` allows; those of `frames` where they were. */
function shelved<T extends { readonly model: NamespaceModel; readonly w: number }>(
  sized: readonly T[],
  limit: number,
  frames: ReadonlyMap<string, Frame>,
): T[][] {
  const kept = new Map<number, T[]>();
  for (const item of sized) {
    const shelf = frames.get(item.model.id)?.shelf;
    if (shelf !== undefined) kept.set(shelf, [...(kept.get(shelf) ?? []), item]);
  }
  const shelves = sortBy([...kept], ([shelf]) => shelf).map(([, items]) => items);
  const used = (shelf: readonly T[]) => shelf.reduce((sum, item) => sum + item.w + namespaceBox.gap, 0);
  for (const item of sized) {
    if (frames.has(item.model.id)) continue;
    const last = shelves.at(-1);
    if (last === undefined || used(last) + item.w > limit) shelves.push([item]);
    else last.push(item);
  }
  return shelves;
}

/** Columns of cards that fit side by side into a namespace of this width. */
export function columnsIn(width: number, cardW: number): number {
  return Math.max(1, Math.floor((width - 2 * namespaceBox.pad + card.gapX) / (cardW + card.gapX)));
}

function compactSize(
  model: NamespaceModel,
  order: Order,
  layout: Layout,
  before: Frame | undefined,
): { w: number; h: number } {
  const cells = order.cells.get(model.id);
  // Cells that were drawn are kept with the gaps between them; those that are only wished for need no room yet.
  const columns =
    before === undefined
      ? Math.max(0, ...rowsFrom(model, cells).map((r) => r.length))
      : Math.max(0, ...model.rows.flat().map((id) => (cells?.get(id)?.column ?? 0) + 1));
  // A place that the design records has a width of its own: its cells say nothing about the room it keeps in the shelf.
  const isRecorded = before !== undefined && layout.namespaces?.[model.id] !== undefined;
  const needed = isRecorded ? 0 : columns * (model.cardW + card.gapX) - card.gapX + 2 * namespaceBox.pad;
  const w = Math.max(namespaceBox.minW, needed, before?.w ?? 0);
  const frame = frameOf(model, order, layout, { x: 0, y: 0, w, h: 0 });
  return { w: frame.rect.w, h: frame.rect.h };
}

function rowsFrom(model: NamespaceModel, cells: ReadonlyMap<string, Cell> | undefined): string[][] {
  const rows: Array<Array<{ id: string; column: number }>> = [];
  for (const [r, row] of model.rows.entries()) {
    for (const [c, id] of row.entries()) {
      const cell = cells?.get(id) ?? { row: r, column: c };
      while (rows.length <= cell.row) rows.push([]);
      rows[cell.row]?.push({ id, column: cell.column });
    }
  }
  return rows.map((row) => row.sort((a, b) => a.column - b.column).map((x) => x.id));
}

/** The frame with its cards, at least as big as `room`; cards are relative to the frame. */
function frameOf(
  model: NamespaceModel,
  order: Order,
  layout: Layout,
  room: Rect,
): Pick<PlacedNamespace, 'rect' | 'cards' | 'cells'> {
  const columns = columnsIn(room.w, model.cardW);
  const wishes = order.cells.get(model.id);
  const rows = rowsFrom(model, wishes);
  const slot = ({ row, column }: Cell): Rect => ({
    x: namespaceBox.pad + column * (model.cardW + card.gapX),
    y: namespaceBox.title + row * (card.h + card.gapY),
    w: model.cardW,
    h: card.h,
  });
  const cards: Array<{ id: string; rect: Rect }> = [];
  const cells = new Map<string, Cell>();
  const fixed: Rect[] = [];
  for (const id of model.rows.flat()) {
    const at = layout.workloads?.[id];
    if (at === undefined) continue;
    const rect = { x: Math.max(0, at.x), y: Math.max(0, at.y), w: model.cardW, h: card.h };
    fixed.push(rect);
    cards.push({ id, rect });
  }
  rows.forEach((row, r) => {
    const wanted = row.map((id, i) => wishes?.get(id)?.column ?? i);
    const spread = wanted.every((column, i) => column < columns && (i === 0 || column > (wanted[i - 1] ?? 0)));
    row.forEach((id, i) => {
      let cell = { row: r, column: spread ? (wanted[i] ?? i) : i };
      cells.set(id, cell);
      if (layout.workloads?.[id] !== undefined) return;
      for (let n = 0; fixed.some((f) => overlaps(f, slot(cell))); n += 1)
        cell = { row: rows.length + Math.floor(n / columns), column: n % columns };
      if (fixed.length > 0) fixed.push(slot(cell));
      cells.set(id, cell);
      cards.push({ id, rect: slot(cell) });
    });
  });
  const w = Math.max(namespaceBox.minW, room.w, ...cards.map((c) => right(c.rect) + namespaceBox.pad));
  const h = Math.max(namespaceBox.minH, room.h, ...cards.map((c) => bottom(c.rect) + namespaceBox.pad));
  return { rect: { x: room.x, y: room.y, w, h }, cards, cells };
}
