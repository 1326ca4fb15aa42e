import { useReactFlow } from '@xyflow/react';
import { type PointerEvent, useState } from 'react';
import type { Tool } from '../store/ui-store.ts';
import { type Drawable, isDrawable } from './create.ts';
import type { Point, Rect } from './geometry.ts';

interface Props {
  readonly tool: Tool;
  onDraw(kind: Drawable, area: Rect): void;
  /** Whether a flow can begin at this point, in canvas units; says why where it cannot. */
  canStart(at: Point): boolean;
  /** A flow drawn from one point to another; both in canvas units. */
  onConnect(from: Point, to: Point): void;
}

interface Drag {
  /** In window coordinates. */
  readonly from: Point;
  readonly to: Point;
  /** The corner of the layer in the window. */
  readonly origin: Point;
  /** The button is up again: the source was clicked, the target is still to come. */
  readonly isWaiting?: boolean;
  /** The button is down on the target. */
  readonly isLast?: boolean;
}

const hints: Readonly<Partial<Record<Tool, string>>> = {
  zone: 'Drag a rectangle for the zone.',
  cluster: 'Drag across every zone the cluster spans, or click one zone.',
  namespace: 'Click where the namespace stands: in a part of a cluster, or in a zone.',
  workload: 'Click the namespace the workload runs in.',
  external: 'Click where the external stands, above the zones.',
  endpoint: 'Click the zone the storage stands in.',
  flow: 'Drag from one card to another, or click source, then target.',
};

/** Lies over the picture while something is to be drawn: a rectangle for zones and clusters, a click for the rest, a line for a flow. */
export function DrawLayer(props: Props) {
  // Another tool starts afresh: a source that was clicked is forgotten with its tool.
  return props.tool === 'flow' || isDrawable(props.tool) ? <Layer key={props.tool} {...props} /> : null;
}

function Layer({ tool, onDraw, canStart, onConnect }: Props) {
  const { screenToFlowPosition } = useReactFlow();
  const [drag, setDrag] = useState<Drag>();

  const at = (event: PointerEvent): Point => ({ x: event.clientX, y: event.clientY });
  const inCanvas = (p: Point) => screenToFlowPosition(p, { snapToGrid: false });
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    // The flow is drawn when the button goes up: what asks for its ports would lose the focus to the press otherwise.
    if (drag?.isWaiting) {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: drag.from, to: at(event), origin: drag.origin, isLast: true });
      return;
    }
    if (tool === 'flow' && !canStart(inCanvas(at(event)))) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    setDrag({ from: at(event), to: at(event), origin: { x: box.left, y: box.top } });
  };
  const up = () => {
    if (drag === undefined || drag.isWaiting) return;
    if (
      tool === 'flow' &&
      !drag.isLast &&
      Math.hypot(drag.to.x - drag.from.x, drag.to.y - drag.from.y) < clickDistance
    ) {
      setDrag({ ...drag, isWaiting: true });
      return;
    }
    setDrag(undefined);
    const a = inCanvas(drag.from);
    const b = inCanvas(drag.to);
    if (tool === 'flow') onConnect(a, b);
    else if (isDrawable(tool))
      onDraw(tool, { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) });
  };
  const hint = drag?.isWaiting ? 'Now click the target. Escape leaves it.' : hints[tool];
  return (
    <div
      className="draw-layer"
      data-testid="draw-layer"
      onPointerDown={down}
      onPointerMove={(event) => drag !== undefined && setDrag({ ...drag, to: at(event) })}
      onPointerUp={up}
      onPointerCancel={() => setDrag(undefined)}
    >
      {hint !== undefined && (
        <p className="draw-hint" role="status" data-testid="draw-hint">
          {hint}
        </p>
      )}
      {drag !== undefined && tool !== 'flow' && (
        <div
          className="rubber-band"
          data-testid="rubber-band"
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

/** A press that moves less, in pixels, is a click. */
const clickDistance = 4;
