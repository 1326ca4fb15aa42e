/** What shows during a drag where it would end: the frame that takes it, lines to what it is level with, a pulled flow. */
import type { Rect } from './geometry.ts';
import type { Guide } from './guides.ts';
import type { Pulled } from './use-reconnect.ts';

export function DropTarget({ rect }: { readonly rect: Rect | undefined }) {
  return rect === undefined ? null : <div className="drop-target" style={boxStyle(rect)} />;
}

export function Guides({ guides = [] }: { readonly guides: readonly Guide[] | undefined }) {
  return guides.map(({ axis, at, start, end }) => (
    <div
      key={`${axis} ${at}`}
      className="guide"
      style={boxStyle(
        axis === 'x' ? { x: at, y: start, w: 0, h: end - start } : { x: start, y: at, w: end - start, h: 0 },
      )}
    />
  ));
}

export function PulledFlow({ pulled }: { readonly pulled: Pulled | undefined }) {
  if (pulled === undefined) return null;
  const { anchor, at, target } = pulled;
  return (
    <>
      <DropTarget rect={target} />
      <svg className="pulled" aria-hidden="true">
        <line x1={anchor.x} y1={anchor.y} x2={at.x} y2={at.y} />
      </svg>
    </>
  );
}

function boxStyle(r: Rect) {
  return { transform: `translate(${r.x}px, ${r.y}px)`, width: r.w, height: r.h };
}
