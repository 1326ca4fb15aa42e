/** Leading an end of a flow to something else: the end follows the pointer until it is let go on a card or frame. */
import { useReactFlow } from '@xyflow/react';
import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { commands } from '../../shared/commands/index.ts';
import { useStores } from '../store/stores.tsx';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { reconnection } from './create.ts';
import { recordOf } from './from-flow.ts';
import type { Point, Rect } from './geometry.ts';
import { hitTest } from './hit.ts';
import type { Picture } from './use-picture.ts';

export type FlowEnd = 'from' | 'to';

export interface Pulled {
  readonly flow: string;
  readonly end: FlowEnd;
  /** The end that stays. */
  readonly anchor: Point;
  readonly at: Point;
  /** What would take the end, if it were let go here. */
  readonly target?: Rect;
}

export function useReconnect(picture: () => Picture) {
  const { documents, ui } = useStores();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const [pulled, setPulled] = useState<Pulled | undefined>(undefined);
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const pull = useCallback(
    (id: string, end: FlowEnd, anchor: Point, start: ReactPointerEvent) => {
      if (start.button !== 0 || picture().isReadOnly) return;
      start.stopPropagation();
      start.preventDefault();
      stop.current?.();
      ui.getState().select([{ kind: 'flow', id }]);
      const pointOf = (event: PointerEvent): Point =>
        flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
      const targetAt = (at: Point) => {
        const { topology, placement } = picture();
        const node = hitTest(placement, at).innermost;
        const target = node === undefined ? undefined : recordOf(node);
        const change = target && reconnection(topology, id, end, target);
        return { node, change, rect: node === undefined ? undefined : placement.nodes.get(node)?.rect };
      };
      let hasMoved = false;
      const onMove = (event: PointerEvent) => {
        if (!hasMoved && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < 4) return;
        hasMoved = true;
        const at = pointOf(event);
        const { change, rect } = targetAt(at);
        setPulled({ flow: id, end, anchor, at, ...(change !== undefined && rect !== undefined && { target: rect }) });
      };
      const finish = () => {
        window.removeEventListener('pointermove', onMove);
        window.removeEventListener('pointerup', onUp);
        window.removeEventListener('pointercancel', finish);
        window.removeEventListener('keydown', onKeyDown, true);
        stop.current = undefined;
        setPulled(undefined);
      };
      const onUp = (event: PointerEvent) => {
        finish();
        if (!hasMoved) return;
        const { node, change } = targetAt(pointOf(event));
        if (change === 'unchanged' || node === undefined) return;
        if (change !== undefined) documents.getState().run(commands['flow/reconnect'], change);
        else
          ui.getState().show({
            tone: 'info',
            text: 'A flow runs between two different ends: workloads, namespaces, zones or externals.',
          });
      };
      const onKeyDown = (event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        event.preventDefault();
        finish();
      };
      window.addEventListener('pointermove', onMove);
      window.addEventListener('pointerup', onUp);
      window.addEventListener('pointercancel', finish);
      window.addEventListener('keydown', onKeyDown, true);
      stop.current = finish;
    },
    [documents, ui, flow, picture],
  );
  return { pulled, pull };
}
