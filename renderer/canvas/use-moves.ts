/** Dragging and resizing: positions stay here until the drop, which is one step to undo. */
import type { NodeChange, OnNodeDrag } from '@xyflow/react';
import { type MouseEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useStores } from '../store/stores.tsx';
import type { CanvasNode } from './canvas-types.ts';
import { runCalls } from './edit.ts';
import { layers } from './flow-types.ts';
import {
  type DroppedNode,
  dropped,
  dropTarget,
  duplicated,
  type Edit,
  reselected,
  resized,
  withInner,
} from './from-flow.ts';
import type { Rect } from './geometry.ts';
import { alignTo, type Guide } from './guides.ts';
import type { Placement } from './layout.ts';
import type { Picture } from './use-picture.ts';

export interface Live {
  /** Absolute rectangles of what is dragged or resized. */
  readonly rects: ReadonlyMap<string, Rect>;
  readonly guides: readonly Guide[];
  /** The frame that would take the drop. */
  readonly target?: Rect;
}

export function useMoves(picture: () => Picture) {
  const { documents, ui } = useStores();
  const [live, setLive] = useState<Live | undefined>(undefined);
  const dragged = useRef<ReadonlySet<string>>(new Set());
  const latest = useRef<Live | undefined>(undefined);
  const show = useCallback((next: Live | undefined) => {
    latest.current = next;
    setLive(next);
  }, []);

  const apply = useCallback(
    (label: string, edit: Edit) => {
      runCalls(documents, label, edit.calls);
      if (edit.message !== undefined) ui.getState().show({ tone: 'info', text: edit.message });
    },
    [documents, ui],
  );

  const onNodesChange = useCallback(
    (changes: Array<NodeChange<CanvasNode>>) => {
      const { placement } = picture();
      const selected = changes.flatMap((c) => (c.type === 'select' ? [{ id: c.id, selected: c.selected }] : []));
      if (selected.length > 0) ui.getState().select(reselected(ui.getState().selection, selected));

      const rects = new Map<string, Rect>();
      let resizedNode: string | undefined;
      let isResizing = false;
      for (const change of changes) {
        if (change.type === 'position' && change.position !== undefined) {
          const placed = placement.nodes.get(change.id);
          if (placed === undefined) continue;
          const parent = placed.parent === undefined ? undefined : placement.nodes.get(placed.parent)?.rect;
          const base = rects.get(change.id) ?? latest.current?.rects.get(change.id) ?? placed.rect;
          rects.set(change.id, {
            ...base,
            x: change.position.x + (parent?.x ?? 0),
            y: change.position.y + (parent?.y ?? 0),
          });
        }
        if (change.type === 'dimensions' && change.setAttributes !== undefined && change.dimensions !== undefined) {
          const base =
            rects.get(change.id) ?? latest.current?.rects.get(change.id) ?? placement.nodes.get(change.id)?.rect;
          if (base !== undefined)
            rects.set(change.id, { ...base, w: change.dimensions.width, h: change.dimensions.height });
          resizedNode = change.id;
          isResizing = true;
        }
        if (change.type === 'dimensions' && change.resizing === false && change.setAttributes === undefined)
          resizedNode = change.id;
      }
      if (resizedNode !== undefined && !isResizing) {
        const rect = latest.current?.rects.get(resizedNode);
        show(undefined);
        if (rect !== undefined) apply('Resize', resized(placement, resizedNode, rect));
        return;
      }
      if (rects.size === 0) return;
      if (isResizing) {
        show({ rects, guides: [] });
        return;
      }
      if (dragged.current.size > 0) show(follow(placement, rects, dragged.current));
    },
    [picture, ui, apply, show],
  );

  const onNodeDragStart = useCallback((nodes: readonly CanvasNode[]) => {
    dragged.current = new Set(nodes.map((n) => n.id));
  }, []);

  const onNodeDragStop = useCallback(
    (event: { readonly altKey: boolean }) => {
      const { topology, placement, isReadOnly } = picture();
      const rects = latest.current?.rects;
      const items: DroppedNode[] = [...dragged.current].flatMap((node) => {
        const rect = rects?.get(node);
        return rect === undefined ? [] : [{ node, rect }];
      });
      dragged.current = new Set();
      show(undefined);
      if (items.length === 0 || isReadOnly) return;
      if (event.altKey) {
        const copies = duplicated(topology, placement, items);
        apply('Duplicate', copies);
        if (copies.select.length > 0) ui.getState().select(copies.select);
      } else {
        apply(items.length === 1 ? 'Move' : `Move ${items.length} things`, dropped(topology, placement, items));
      }
    },
    [picture, apply, show, ui],
  );

  /** Escape during a drag: everything goes back. */
  const cancel = useCallback(() => {
    dragged.current = new Set();
    show(undefined);
  }, [show]);

  /** What moves and everything inside it, where it is now. */
  const shifted = useMemo(() => {
    if (live === undefined) return undefined;
    return withContents(picture().placement, live.rects);
  }, [live, picture]);

  const moving = useMemo(
    () => ({
      onNodesChange,
      onNodeDragStart: ((_, node, all) => onNodeDragStart(all.length === 0 ? [node] : all)) as OnNodeDrag<CanvasNode>,
      onNodeDragStop,
      onSelectionDragStart: (_: MouseEvent, all: CanvasNode[]) => onNodeDragStart(all),
      onSelectionDragStop: onNodeDragStop,
    }),
    [onNodesChange, onNodeDragStart, onNodeDragStop],
  );
  return { live, shifted, moving, cancel };
}

/** The nodes with those that are dragged or resized where they are. */
export function nodesWith(nodes: CanvasNode[], live: Live | undefined, placement: Placement): CanvasNode[] {
  if (live === undefined) return nodes;
  return nodes.map((node) => {
    const rect = live.rects.get(node.id);
    if (rect === undefined) return node;
    const parent = node.parentId === undefined ? undefined : placement.nodes.get(node.parentId)?.rect;
    return {
      ...node,
      // A frame stays below what stands in it.
      ...(node.zIndex === layers.card && { zIndex: layers.dragged }),
      position: { x: rect.x - (parent?.x ?? 0), y: rect.y - (parent?.y ?? 0) },
      width: rect.w,
      height: rect.h,
      measured: { width: rect.w, height: rect.h },
    };
  });
}

function follow(placement: Placement, rects: Map<string, Rect>, dragged: ReadonlySet<string>): Live {
  const [only] = dragged;
  const moving = withInner(placement, [...dragged]);
  if (only === undefined || dragged.size > 1) return { rects, guides: [] };
  const rect = rects.get(only);
  if (rect === undefined) return { rects, guides: [] };
  const parent = placement.nodes.get(only)?.parent;
  const siblings = [...placement.nodes]
    .filter(([id, n]) => n.parent === parent && !moving.has(id) && !id.startsWith('band:'))
    .map(([, n]) => n.rect);
  const { rect: aligned, guides } = only.startsWith('zone:') ? { rect, guides: [] } : alignTo(rect, siblings);
  rects.set(only, aligned);
  const target = dropTarget(placement, { node: only, rect: aligned }, moving);
  const frame = target === undefined || target === parent ? undefined : placement.nodes.get(target)?.rect;
  return { rects, guides, ...(frame && { target: frame }) };
}

function withContents(placement: Placement, rects: ReadonlyMap<string, Rect>): Map<string, Rect> {
  const found = new Map(rects);
  for (const [id, { parent, rect }] of placement.nodes) {
    if (parent === undefined || found.has(id)) continue;
    const now = found.get(parent);
    const before = placement.nodes.get(parent)?.rect;
    if (now === undefined || before === undefined) continue;
    found.set(id, { ...rect, x: rect.x + now.x - before.x, y: rect.y + now.y - before.y });
  }
  return found;
}
