/** What is drawn, connected and named on the picture, and what the picture asks for then: a name, or ports. */
import { type OnConnectEnd, useReactFlow } from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import { commands } from '../../shared/commands/index.ts';
import { type Ref, refKey } from '../../shared/model/index.ts';
import { useStores } from '../store/stores.tsx';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { canEnd, connection, create, type Drawable } from './create.ts';
import { runCalls } from './edit.ts';
import { recordOf } from './from-flow.ts';
import type { Point, Rect } from './geometry.ts';
import { hitTest } from './hit.ts';
import type { EditedPorts } from './PortEditor.tsx';
import { renaming } from './rename.ts';
import type { Picture } from './use-picture.ts';

export function useDrawing(pictureNow: () => Picture) {
  const { documents, ui } = useStores();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const [ports, setPorts] = useState<EditedPorts | undefined>(undefined);
  /** What was drawn last and is being named for the first time. */
  const justDrawn = useRef<{ readonly key: string; readonly revision: number } | undefined>(undefined);

  const rename = useCallback(
    (of: Ref, name: string | undefined) => {
      ui.getState().set({ renaming: undefined });
      const drawn = justDrawn.current;
      justDrawn.current = undefined;
      if (name === undefined) {
        // Escape before the first name means that it should not have been drawn, with all that was made for it.
        if (drawn?.key === refKey(of) && drawn.revision === documents.getState().revision) {
          documents.getState().undo();
          ui.getState().select([]);
          ui.getState().set({ message: undefined });
        }
        return;
      }
      const { calls: edits, ref } = renaming(documents.getState().topology, of, name);
      runCalls(documents, 'Rename', edits);
      if (edits.length > 0)
        ui.getState().select(ui.getState().selection.map((r) => (refKey(r) === refKey(of) ? ref : r)));
    },
    [documents, ui],
  );

  const draw = useCallback(
    (kind: Drawable, area: Rect) => {
      const { topology, placement, isReadOnly } = pictureNow();
      ui.getState().set({ tool: 'select' });
      if (isReadOnly) return;
      const made = create(topology, placement, kind, area);
      runCalls(documents, `Add ${kind}`, made.calls);
      if (made.message !== undefined) ui.getState().show({ tone: 'info', text: made.message });
      if (made.made !== undefined) {
        if (made.said !== undefined)
          ui.getState().show({ tone: 'info', text: made.said, action: { label: 'Undo', id: 'edit.undo' } });
        justDrawn.current = { key: refKey(made.made), revision: documents.getState().revision };
        ui.getState().select([made.made]);
        ui.getState().set({ renaming: made.made });
      }
    },
    [documents, ui, pictureNow],
  );

  const connect = useCallback(
    (from: Ref | undefined, to: Ref | undefined) => {
      const { topology, placement, isReadOnly } = pictureNow();
      const made = from && to && !isReadOnly ? connection(topology, from, to) : undefined;
      if (made === undefined || from === undefined || to === undefined) {
        if (!isReadOnly)
          ui.getState().show({
            tone: 'info',
            text: 'A flow runs between two different ends: workloads, namespaces, zones or externals.',
          });
        return;
      }
      const a = placement.nodes.get(refKey(from))?.rect;
      const b = placement.nodes.get(refKey(to))?.rect;
      const store = documents.getState();
      store.begin('Connect');
      store.run(commands['flow/connect'], { id: made.id, ...made.flow });
      ui.getState().select([{ kind: 'flow', id: made.id }]);
      ui.getState().set({ tool: 'select' });
      const at =
        a && b ? { x: (a.x + a.w / 2 + b.x + b.w / 2) / 2, y: (a.y + a.h / 2 + b.y + b.h / 2) / 2 } : { x: 0, y: 0 };
      setPorts({ flow: made.id, at, isNew: true });
    },
    [documents, ui, pictureNow],
  );

  /** With the tool in hand a flow is drawn from point to point, whatever lies there. */
  const canStartAt = useCallback(
    (at: Point): boolean => {
      const hit = hitTest(pictureNow().placement, at).innermost;
      const start = hit === undefined ? undefined : recordOf(hit);
      if (start !== undefined && canEnd(start)) return true;
      ui.getState().show({
        tone: 'info',
        text: 'A flow begins at a workload, a namespace, a zone or an external. Click one of them.',
      });
      return false;
    },
    [ui, pictureNow],
  );
  const connectAt = useCallback(
    (a: Point, b: Point) => {
      const [from, to] = [a, b].map((at) => {
        const hit = hitTest(pictureNow().placement, at).innermost;
        return hit === undefined ? undefined : recordOf(hit);
      });
      connect(from, to);
    },
    [pictureNow, connect],
  );

  // A flow may be let go anywhere on a card or frame, not only on its handles.
  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, state) => {
      if (state.fromNode === null) return;
      const point = 'changedTouches' in event ? event.changedTouches[0] : event;
      if (point === undefined) return;
      const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY }, { snapToGrid: false });
      const target = state.toNode?.id ?? hitTest(pictureNow().placement, at).innermost;
      if (target === undefined || target === state.fromNode.id) return;
      connect(recordOf(state.fromNode.id), recordOf(target));
    },
    [flow, pictureNow, connect],
  );

  return { draw, canStartAt, connectAt, onConnectEnd, rename, ports, setPorts };
}
