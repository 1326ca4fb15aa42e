/**
 * The whole picture in a corner, with the part that is seen: dragging on it moves the view, turning the wheel over it zooms.
 * What stands where is drawn once for each placement, one path a kind; only the frame of what is seen follows the view, and
 * what is dragged the pointer.
 */
import { useReactFlow, useStore } from '@xyflow/react';
import { memo, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { type Rect, union } from './geometry.ts';
import type { Placement } from './layout.ts';
import { type MapPath, mapPaths, movingPaths } from './map-paths.ts';

/** In CSS pixels. */
const mapSize = { width: 200, height: 150 };
/** Around everything, as a share of the map. */
const margin = 0.025;

export interface CanvasMapProps {
  readonly placement: Placement;
  /** Where nodes are while they are dragged. */
  readonly shifted?: ReadonlyMap<string, Rect> | undefined;
}

export const CanvasMap = memo(function CanvasMap({ placement, shifted }: CanvasMapProps) {
  const flow = useReactFlow();
  const x = useStore((s) => -s.transform[0] / s.transform[2]);
  const y = useStore((s) => -s.transform[1] / s.transform[2]);
  const w = useStore((s) => s.width / s.transform[2]);
  const h = useStore((s) => s.height / s.transform[2]);
  const seen = { x, y, w, h };
  const all = union([placement.bounds, seen]) ?? seen;
  /** Canvas units to a CSS pixel of the map. */
  const scale = Math.max(all.w / mapSize.width, all.h / mapSize.height) * (1 + 2 * margin);
  const box = around(all, scale);

  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const onWheel = (event: WheelEvent) => {
      // React listens to wheels passively, and then the page would be zoomed as well.
      event.preventDefault();
      void flow.zoomTo(flow.getZoom() * 2 ** (-event.deltaY * perWheelUnit(event)));
    };
    const map = svg.current;
    map?.addEventListener('wheel', onWheel, { passive: false });
    return () => map?.removeEventListener('wheel', onWheel);
  }, [flow]);
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { x: left, y: top, zoom } = flow.getViewport();
    const step = scale * zoom;
    void flow.setViewport({ x: left - event.movementX * step, y: top - event.movementY * step, zoom });
  };

  // Mostly the same throughout a drag, however far it goes.
  const dragged = shifted === undefined ? '' : [...shifted.keys()].join('\n');
  const still = useMemo(() => drawn(mapPaths(placement, new Set(dragged.split('\n')))), [placement, dragged]);
  return (
    <div className="canvas-map">
      <svg
        ref={svg}
        width={mapSize.width}
        height={mapSize.height}
        viewBox={`${box.x} ${box.y} ${box.w} ${box.h}`}
        role="img"
        aria-label="Map"
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
      >
        <g shapeRendering="crispEdges">
          {still}
          {shifted !== undefined && <g className="map-moving">{drawn(movingPaths(shifted))}</g>}
        </g>
        <path className="map-unseen" fillRule="evenodd" d={`${outline(box)}${outline(seen)}`} />
      </svg>
    </div>
  );
});

function drawn(paths: readonly MapPath[]) {
  return paths.map(({ kind, path }) => <path key={kind} className={`map-${kind}`} d={path} />);
}

/** Of the map's shape, with `of` in the middle. */
function around(of: Rect, scale: number): Rect {
  const [w, h] = [mapSize.width * scale, mapSize.height * scale];
  return { x: of.x - (w - of.w) / 2, y: of.y - (h - of.h) / 2, w, h };
}

function outline({ x, y, w, h }: Rect): string {
  return `M${x} ${y}h${w}v${h}h${-w}z`;
}

/** Doublings of the zoom to a unit of the wheel, which may be a pixel, a line or a page. */
function perWheelUnit({ deltaMode }: WheelEvent): number {
  return deltaMode === WheelEvent.DOM_DELTA_LINE ? 0.05 : deltaMode === WheelEvent.DOM_DELTA_PAGE ? 1 : 0.002;
}
