/** What pressing on the picture means: a click selects, a double click names or asks for ports, a right click offers actions. */
import {
  type EdgeChange,
  type EdgeMouseHandler,
  type NodeMouseHandler,
  useReactFlow,
  useStoreApi,
} from '@xyflow/react';
import { type MouseEvent, useCallback, useMemo } from 'react';
import { type Ref, refKey } from '../../shared/model/index.ts';
import { useStores } from '../store/stores.tsx';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { recordOf, reselected } from './from-flow.ts';
import { hitTest } from './hit.ts';
import type { EditedPorts } from './PortEditor.tsx';
import type { Picture } from './use-picture.ts';

/** `onContextMenu`: the records are selected already, none for the bare canvas. In window coordinates. */
export function usePointing(
  pictureNow: () => Picture,
  setPorts: (ports: EditedPorts) => void,
  onContextMenu: ((refs: readonly Ref[], x: number, y: number) => void) | undefined,
) {
  const { observed, ui } = useStores();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const flowStore = useStoreApi<CanvasNode, CanvasEdge>();

  const onEdgesChange = useCallback(
    (changes: Array<EdgeChange<CanvasEdge>>) => {
      // A marquee takes cards; React Flow would add every flow that touches one of them.
      const isMarquee = flowStore.getState().userSelectionActive;
      const selected = changes.flatMap((c) =>
        c.type === 'select' && !(isMarquee && c.selected) ? [{ id: c.id, selected: c.selected }] : [],
      );
      if (selected.length > 0) ui.getState().select(reselected(ui.getState().selection, selected));
    },
    [ui, flowStore],
  );

  const frameAt = useCallback(
    (event: { readonly clientX: number; readonly clientY: number }): Ref | undefined => {
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
      const hit = hitTest(pictureNow().placement, at);
      if (hit.namespace !== undefined) return { kind: 'namespace', id: hit.namespace };
      if (hit.segment !== undefined) return { kind: 'cluster', id: hit.segment.cluster };
      return hit.zone === undefined ? undefined : { kind: 'zone', id: hit.zone };
    },
    [flow, pictureNow],
  );

  const contextMenu = useCallback(
    (event: MouseEvent | globalThis.MouseEvent, target: Ref | undefined) => {
      event.preventDefault();
      const { selection, select } = ui.getState();
      const isSelected = target !== undefined && selection.some((r) => refKey(r) === refKey(target));
      if (!isSelected) select(target === undefined ? [] : [target]);
      onContextMenu?.(isSelected ? selection : target === undefined ? [] : [target], event.clientX, event.clientY);
    },
    [ui, onContextMenu],
  );

  const onNodeClick = useCallback<NodeMouseHandler<CanvasNode>>(
    (event, node) => {
      // React Flow selects cards; frames that let the pointer through are selected here.
      const target = recordOf(node.id);
      if (node.selectable === false && target !== undefined) ui.getState().select([target], { extend: event.shiftKey });
    },
    [ui],
  );
  const onNodeDoubleClick = useCallback<NodeMouseHandler<CanvasNode>>(
    (_, node) => {
      const target = recordOf(node.id);
      if (target !== undefined && !pictureNow().isReadOnly) ui.getState().set({ renaming: target });
    },
    [ui, pictureNow],
  );
  // A line of what was seen and is not drawn is no record: it leads to its entry in the list.
  const onEdgeClick = useCallback<EdgeMouseHandler<CanvasEdge>>(
    (event, edge) => {
      const target = recordOf(edge.id);
      if (edge.selectable === false && target?.kind === 'flow')
        ui.getState().select([target], { extend: event.shiftKey });
      const { observed: lines, flows } = pictureNow();
      const flow = flows.find((f) => f.id === edge.id);
      const members = flow?.members ?? [edge.id];
      if (flow?.joins !== undefined) ui.getState().select(members.flatMap((member) => recordOf(member) ?? []));
      const line = lines.find((l) => members.includes(l.id));
      if (line === undefined) return;
      observed.getState().set({ selected: line.entry });
      ui.getState().set({ bottomOpen: true, bottomTab: 'observed' });
    },
    [observed, ui, pictureNow],
  );

  const onEdgeDoubleClick = useCallback<EdgeMouseHandler<CanvasEdge>>(
    (_, edge) => {
      const target = recordOf(edge.id);
      if (target?.kind !== 'flow' || pictureNow().isReadOnly || edge.type !== 'flow') return;
      const points = edge.data?.points ?? [];
      const at = edge.data?.labelAt ?? points[Math.floor(points.length / 2)];
      if (at !== undefined) setPorts({ flow: target.id, at, isNew: false });
    },
    [pictureNow, setPorts],
  );
  const onPaneClick = useCallback(
    (event: MouseEvent) => {
      const target = frameAt(event);
      if (target !== undefined) ui.getState().select([target], { extend: event.shiftKey });
      else if (!event.shiftKey) ui.getState().select([]);
    },
    [ui, frameAt],
  );
  const onNodeContextMenu = useCallback<NodeMouseHandler<CanvasNode>>(
    (event, node) => contextMenu(event, recordOf(node.id)),
    [contextMenu],
  );
  const onEdgeContextMenu = useCallback<EdgeMouseHandler<CanvasEdge>>(
    (event, edge) => contextMenu(event, recordOf(edge.id)),
    [contextMenu],
  );
  const onPaneContextMenu = useCallback(
    (event: MouseEvent | globalThis.MouseEvent) => contextMenu(event, frameAt(event)),
    [contextMenu, frameAt],
  );
  const onSelectionContextMenu = useCallback(
    (event: MouseEvent) => {
      event.preventDefault();
      onContextMenu?.(ui.getState().selection, event.clientX, event.clientY);
    },
    [ui, onContextMenu],
  );
  return useMemo(
    () => ({
      onEdgesChange,
      onNodeClick,
      onNodeDoubleClick,
      onEdgeClick,
      onEdgeDoubleClick,
      onPaneClick,
      onNodeContextMenu,
      onEdgeContextMenu,
      onSelectionContextMenu,
      onPaneContextMenu,
    }),
    [
      onEdgesChange,
      onNodeClick,
      onNodeDoubleClick,
      onEdgeClick,
      onEdgeDoubleClick,
      onPaneClick,
      onNodeContextMenu,
      onEdgeContextMenu,
      onSelectionContextMenu,
      onPaneContextMenu,
    ],
  );
}
