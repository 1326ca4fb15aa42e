import { useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { memo } from 'react';
import { useStore as useView } from 'zustand';
import { CanvasMap, type CanvasMapProps } from './CanvasMap.tsx';
import { canvasView } from './canvas-view.ts';

/** Zoom, fit, and a map where not everything is seen. */
export const CanvasControls = memo(function CanvasControls({ placement, shifted }: CanvasMapProps) {
  const { bounds } = placement;
  const api = useView(canvasView, (s) => s.api);
  const percent = useView(canvasView, (s) => Math.round(s.zoom * 100));
  const isAllSeen = useStore(({ transform: [x, y, zoom], width, height }) => {
    const slack = 2;
    return (
      bounds.x * zoom + x >= -slack &&
      bounds.y * zoom + y >= -slack &&
      (bounds.x + bounds.w) * zoom + x <= width + slack &&
      (bounds.y + bounds.h) * zoom + y <= height + slack
    );
  });
  return (
    <>
      <div className="canvas-controls" role="toolbar" aria-label="View">
        <button type="button" title="Zoom out" aria-label="Zoom out" onClick={() => api?.zoomBy(1 / 1.25)}>
          <Minus size={14} />
        </button>
        <button type="button" className="canvas-percent" title="Zoom to 100 %" onClick={() => api?.zoomTo(1)}>
          {percent} %
        </button>
        <button type="button" title="Zoom in" aria-label="Zoom in" onClick={() => api?.zoomBy(1.25)}>
          <Plus size={14} />
        </button>
        <button type="button" title="Fit everything" aria-label="Fit everything" onClick={() => api?.fitAll()}>
          <Maximize size={14} />
        </button>
      </div>
      {!isAllSeen && <CanvasMap placement={placement} shifted={shifted} />}
    </>
  );
});
