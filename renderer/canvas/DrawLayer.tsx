import { useReactFlow } from '@xyflow/react';
import { type PointerEvent, useState } from 'react';
import type { Tool } from '../store/ui-store.ts';
import { type Drawable, isDrawable } from './create.ts';
import type { Point, Rect } from './geometry.ts';

interface Props {
  readonly tool: Tool;
  onDraw(kind: Drawable, area: Rect): void;
  /** A flow drawn from one point to another; both in canvas units. */
  onConnect(from: Point, to: Point): void;
}

/** Lies over the picture while something is to be drawn: a rectangle for a zone, a click for the rest, a line for a flow. */
export function DrawLayer({ tool, onDraw, onConnect }: Props) {
  const { screenToFlowPosition } = useReactFlow();
  const [drag, setDrag] = useState<{ readonly from: Point; readonly to: Point; readonly origin: Point } | undefined>(
    undefined,
  );
  if (tool !== 'flow' && !isDrawable(tool)) return null;

  const at = (event: PointerEvent): Point => ({ x: event.clientX, y: event.clientY });
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    setDrag({ from: at(event), to: at(event), origin: { x: box.left, y: box.top } });
  };
  const up = () => {
    if (drag === undefined) return;
    setDrag(undefined);
    const a = screenToFlowPosition(drag.from, { snapToGrid: false });
    const b = screenToFlowPosition(drag.to, { snapToGrid: false });
    if (tool === 'flow') onConnect(a, b);
    else if (isDrawable(tool))
      onDraw(tool, { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) });
  };
  const isBox = tool === 'zone';
  return (
    <div
      className="draw-layer"
      data-testid="draw-layer"
      onPointerDown={down}
      onPointerMove={(event) => drag !== undefined && setDrag({ ...drag, to: at(event) })}
      onPointerUp={up}
      onPointerCancel={() => setDrag(undefined)}
    >
      {drag !== undefined && isBox && (
        <div
          className="rubber-band"
          style={{
            left: Math.min(drag.from.x, drag.to.x) - drag.origin.x,
            top: Math.min(drag.from.y, drag.to.y) - drag.origin.y,
            width: Math.abs(drag.from.x - drag.to.x),
            height: Math.abs(drag.from.y - drag.to.y),
          }}
        />
      )}
      {drag !== undefined && tool === 'flow' && (
        <svg className="rubber-line" aria-hidden="true">
          <line
            x1={drag.from.x - drag.origin.x}
            y1={drag.from.y - drag.origin.y}
            x2={drag.to.x - drag.origin.x}
            y2={drag.to.y - drag.origin.y}
          />
        </svg>
      )}
    </div>
  );
}
