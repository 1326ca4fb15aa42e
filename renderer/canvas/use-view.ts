/** The view on the picture: fitting, revealing, zooming, and what the window may ask for. */
import { useReactFlow, useStore, type Viewport } from '@xyflow/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { endRef, type Ref, refKey } from '../../shared/model/index.ts';
import { useDocument, useReview, useStores, useUi } from '../store/stores.tsx';
import type { View } from '../store/ui-store.ts';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { canvasView } from './canvas-view.ts';
import { roomBeside } from './far-names.ts';
import { contains, inflate, overlaps, type Rect, union } from './geometry.ts';
import { levelOf, mostEnlarged } from './level.ts';
import { drawSvg } from './picture-export.ts';
import type { Picture } from './use-picture.ts';

/** Where each view was left, since the canvas goes while another view is open. */
const leftAt = new Map<View, Left>();

/** Of a canvas, in CSS pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

interface Left extends Size {
  readonly documentId: string;
  readonly viewport: Viewport;
  /** The whole picture was in view, and nobody had looked closer. */
  readonly isWhole: boolean;
}

/** The wish to see something that was granted last: a canvas that comes later does not grant it again. */
let revealed = 0;

/** How many nodes are drawn in another level of detail within a few frames. */
const mostAnimated = 300;

/** What the review compared when it was fitted last. */
let lastSides: readonly unknown[] = [undefined];

/** `isFollower`: another canvas decides what is seen, and answers the window. */
export function useView(
  picture: () => Picture,
  setFreshness: (update: (n: number) => number) => void,
  isFollower: boolean,
  isReview: boolean,
) {
  const { ui } = useStores();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const width = useStore((s) => s.width);
  const height = useStore((s) => s.height);
  const isReady = width > 0 && height > 0;
  const documentId = useDocument((s) => s.documentId);
  const sides = useReview((s) => (isReview ? s.compared?.sides : undefined));
  const reveal = useUi((s) => s.reveal);
  const fitted = useRef<string | undefined>(undefined);
  const [view] = useState(() => ui.getState().view);
  const size = useRef({ width, height });
  size.current = { width, height };
  /** What the view became when all of the picture was fitted into it. */
  const whole = useRef<Viewport | undefined>(undefined);

  /** `beside`: what from afar is written to the left of the area, in CSS pixels. */
  const showArea = useCallback(
    (area: Rect, maxZoom: number, duration: number, beside = 0) => {
      const margin = 24;
      const { width: w, height: h } = size.current;
      if (w === 0 || h === 0) return;
      const fitting = (room: number) =>
        Math.max(0.05, Math.min(maxZoom, (w - 2 * margin - room) / area.w, (h - 2 * margin) / area.h));
      const room = levelOf(fitting(0)) === 'far' ? beside * mostEnlarged : 0;
      const zoom = fitting(room);
      const viewport = {
        zoom,
        x: Math.round(Math.max((w - area.w * zoom) / 2, room > 0 ? margin + room : 0) - area.x * zoom),
        y: Math.round((h - area.h * zoom) / 2 - area.y * zoom),
      };
      const now = flow.getViewport();
      // On the way to another level of detail, or to another place, each frame would draw a large picture anew.
      const isLeap =
        picture().nodes.length > mostAnimated &&
        (levelOf(zoom) !== levelOf(now.zoom) || !overlaps(seenIn(viewport, size.current), seenIn(now, size.current)));
      // The other way of moving zooms out in between, through levels of detail that nobody asked for.
      void flow.setViewport(viewport, { duration: stillness() || isLeap ? 0 : duration, interpolate: 'linear' });
      return viewport;
    },
    [flow, picture],
  );

  const rectOf = useCallback(
    (refs: readonly Ref[]): Rect | undefined => {
      const { placement, topology } = picture();
      const rects = refs.flatMap((r): Rect[] => {
        if (r.kind === 'flow') {
          const found = topology.flows?.[r.id];
          return found === undefined
            ? []
            : [found.from, found.to].flatMap((end) => placement.nodes.get(refKey(endRef(end)))?.rect ?? []);
        }
        if (r.kind === 'cluster' || r.kind === 'pool') {
          const cluster = r.id.split('/')[0];
          return placement.columns.filter((c) => c.cluster === cluster).map((c) => c.rect);
        }
        const placed = placement.nodes.get(refKey(r));
        return placed === undefined ? [] : [placed.rect];
      });
      return union(rects);
    },
    [picture],
  );

  /** Moves the view only as far as needed; what is visible already stays where it is. */
  const show = useCallback(
    (refs: readonly Ref[]) => {
      const area = rectOf(refs);
      if (area === undefined) return;
      const now = flow.getViewport();
      const { zoom } = now;
      if (!contains(seenIn(now, size.current), area) || zoom < 0.42)
        showArea(inflate(area, 80), Math.max(0.8, Math.min(zoom, 1.1)), 140);
    },
    [rectOf, flow, showArea],
  );

  const fitAll = useCallback(
    (duration = 140) => {
      const { nodes, placement } = picture();
      whole.current = showArea(placement.bounds, 1.1, duration, roomBeside(nodes, placement));
    },
    [showArea, picture],
  );
  /** Whoever zooms, pans or goes somewhere has looked closer, and the view is theirs. */
  const isWhole = useCallback(() => {
    const { x, y, zoom } = flow.getViewport();
    const all = whole.current;
    return all !== undefined && Math.abs(zoom - all.zoom) < 0.001 && Math.abs(x - all.x) < 1 && Math.abs(y - all.y) < 1;
  }, [flow]);

  useEffect(() => {
    // Each design is fitted once, when it comes and when there is room.
    if (isFollower || !isReady || fitted.current === documentId) return;
    fitted.current = documentId;
    const was = leftAt.get(view);
    if (was?.documentId === documentId && !was.isWhole) void flow.setViewport(resizedTo(was, size.current));
    else fitAll(0);
  }, [isFollower, documentId, isReady, fitAll, flow, view]);
  useEffect(() => {
    // A picture that was seen whole stays whole in a window of another size.
    if (!isFollower && width > 0 && height > 0 && isWhole()) fitAll(0);
  }, [isFollower, width, height, isWhole, fitAll]);
  const { x: left, y: top, w: across, h: down } = picture().placement.bounds;
  useEffect(() => {
    // It stays whole when it grows, too; one that still fits is left where it is.
    const all = whole.current;
    if (isFollower || all === undefined || !isWhole()) return;
    const { x, y, zoom } = all;
    const isSeen =
      left * zoom + x >= 0 &&
      top * zoom + y >= 0 &&
      (left + across) * zoom + x <= size.current.width &&
      (top + down) * zoom + y <= size.current.height;
    if (!isSeen) fitAll();
  }, [isFollower, left, top, across, down, isWhole, fitAll]);
  const [first, second] = [sides?.before, sides?.after];
  useEffect(() => {
    // Another comparison may have another picture. One that was looked at before is found as it was left.
    if (isFollower || !isReady || first === undefined || second === undefined) return;
    const pair = [first, second];
    const isKnown = lastSides.every((side, i) => side === pair[i]);
    lastSides = pair;
    if (!isKnown) fitAll(0);
  }, [isFollower, isReady, first, second, fitAll]);
  useEffect(
    () => () => {
      if (fitted.current !== undefined)
        leftAt.set(view, {
          documentId: fitted.current,
          viewport: flow.getViewport(),
          ...size.current,
          isWhole: isWhole(),
        });
    },
    [flow, view, isWhole],
  );
  useEffect(() => {
    if (reveal === undefined || !isReady || isFollower || reveal.serial === revealed) return;
    // The list that asked for it answers first; who walks on through it is not held up by what they only pass:
    // the picture moves in the frame after the one that shows the answer.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        revealed = reveal.serial;
        show(reveal.refs);
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [isFollower, reveal, isReady, show]);

  useEffect(() => {
    if (isFollower) return;
    const api = {
      fitAll: () => fitAll(),
      fitSelection: () => {
        const area = rectOf(ui.getState().selection);
        if (area === undefined) fitAll();
        else showArea(inflate(area, 48), 1.5, 140);
      },
      reveal: show,
      zoomBy: (factor: number) => void flow.zoomTo(flow.getZoom() * factor, { duration: stillness() ? 0 : 120 }),
      zoomTo: (zoom: number) => void flow.zoomTo(zoom, { duration: stillness() ? 0 : 120 }),
      viewportCentre: () => {
        const { x, y, zoom } = flow.getViewport();
        return { x: (size.current.width / 2 - x) / zoom, y: (size.current.height / 2 - y) / zoom };
      },
      placement: () => picture().placement,
      drawing: () => drawSvg(picture()),
      rearrange: () => setFreshness((n) => n + 1),
    };
    canvasView.setState({ api, zoom: flow.getZoom() });
    return () => canvasView.setState({ api: undefined });
  }, [isFollower, ui, flow, showArea, fitAll, rectOf, show, picture, setFreshness]);

  return { show };
}

/** The part of the picture that a viewport shows. */
function seenIn({ x, y, zoom }: Viewport, { width, height }: Size): Rect {
  return { x: -x / zoom, y: -y / zoom, w: width / zoom, h: height / zoom };
}

/** The same part of the picture in a canvas of another size; one much narrower or wider shows it smaller or larger. */
function resizedTo({ viewport, width, height }: Left, now: Size): Viewport {
  const ratio = now.width / Math.max(1, width);
  const scale = ratio < 0.75 || ratio > 1.33 ? ratio : 1;
  return {
    zoom: viewport.zoom * scale,
    x: now.width / 2 + (viewport.x - width / 2) * scale,
    y: now.height / 2 + (viewport.y - height / 2) * scale,
  };
}

function stillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
