import {
  ConnectionMode,
  type EdgeChange,
  type OnConnectEnd,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
  ViewportPortal,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './canvas.css';
import { type DragEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { commands } from '../../shared/commands/index.ts';
import { endRef, type Ref, refKey } from '../../shared/model/index.ts';
import { useDocument, useStores, useUi } from '../store/stores.tsx';
import { CanvasControls } from './CanvasControls.tsx';
import { CallsContext, type CanvasCalls, LevelContext } from './canvas-context.ts';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { canvasView } from './canvas-view.ts';
import { connection, create, type Drawable, isDrawable } from './create.ts';
import { DrawLayer } from './DrawLayer.tsx';
import { ClaimEdge } from './edges/ClaimEdge.tsx';
import { FlowEdge } from './edges/FlowEdge.tsx';
import { runCalls } from './edit.ts';
import { recordOf, reselected } from './from-flow.ts';
import { gridStep, inflate, type Point, type Rect, union } from './geometry.ts';
import { hitTest } from './hit.ts';
import { levelOf } from './level.ts';
import { ColumnNode, TieNode } from './nodes/Column.tsx';
import { EndpointNode } from './nodes/EndpointNode.tsx';
import { ExternalNode } from './nodes/ExternalNode.tsx';
import { NamespaceNode } from './nodes/NamespaceNode.tsx';
import { SegmentNode } from './nodes/SegmentNode.tsx';
import { WorkloadNode } from './nodes/WorkloadNode.tsx';
import { ZoneNode } from './nodes/ZoneNode.tsx';
import { type EditedPorts, PortEditor } from './PortEditor.tsx';
import { renaming } from './rename.ts';
import { useKeys } from './use-keys.ts';
import { useMoves } from './use-moves.ts';
import { type Picture, usePicture } from './use-picture.ts';

const nodeTypes = {
  zone: ZoneNode,
  column: ColumnNode,
  tie: TieNode,
  segment: SegmentNode,
  namespace: NamespaceNode,
  workload: WorkloadNode,
  external: ExternalNode,
  endpoint: EndpointNode,
};
const edgeTypes = { flow: FlowEdge, claim: ClaimEdge };
const snapGrid: [number, number] = [gridStep, gridStep];
const middleButton = [1];

/** Things dragged from the palette carry their tool's name under this type. */
export const paletteType = 'application/zonewright-kind';

export interface CanvasProps {
  /** Right-click; the records are selected already, none for the bare canvas. In window coordinates. */
  readonly onContextMenu?: (refs: readonly Ref[], x: number, y: number) => void;
}

/** The picture of the open design: everything in it can be drawn, moved, connected, named and removed here. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <CanvasInside {...props} />
    </ReactFlowProvider>
  );
}

function CanvasInside({ onContextMenu }: CanvasProps) {
  const stores = useStores();
  const { documents, ui } = stores;
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const flowStore = useStoreApi<CanvasNode, CanvasEdge>();
  const level = useStore((s) => levelOf(s.transform[2]));
  const tool = useUi((s) => s.tool);
  const [freshness, setFreshness] = useState(0);
  const [ports, setPorts] = useState<EditedPorts | undefined>(undefined);
  const section = useRef<HTMLElement>(null);
  const latest = useRef<Picture | undefined>(undefined);
  const pictureNow = useCallback((): Picture => {
    if (latest.current === undefined) throw new Error('asked for the picture before it was drawn');
    return latest.current;
  }, []);
  const { live, shifted, onNodesChange, onNodeDragStart, onNodeDragStop, cancel } = useMoves(pictureNow);
  const picture = usePicture(level, freshness, shifted);
  latest.current = picture;

  const nodes = useMemo(
    () => (live === undefined ? picture.nodes : picture.nodes.map((n) => moved(n, live.rects, picture))),
    [picture, live],
  );

  const view = useView(pictureNow, setFreshness);
  const onKeyDown = useKeys(pictureNow, view.show, cancel);

  const calls = useMemo<CanvasCalls>(
    () => ({
      rename: (of, name) => {
        ui.getState().set({ renaming: undefined });
        section.current?.focus({ preventScroll: true });
        if (name === undefined) return;
        const { calls: edits, ref } = renaming(documents.getState().topology, of, name);
        runCalls(documents, 'Rename', edits);
        if (edits.length > 0)
          ui.getState().select(ui.getState().selection.map((r) => (refKey(r) === refKey(of) ? ref : r)));
      },
      select: (of, extend) => ui.getState().select([of], { extend }),
      startRename: (of) => ui.getState().set({ renaming: of }),
    }),
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

  const isEmpty = picture.nodes.length === 0;
  return (
    <LevelContext.Provider value={level}>
      <CallsContext.Provider value={calls}>
        <section
          ref={section}
          className="canvas"
          aria-label="Canvas"
          data-testid="canvas"
          data-level={level}
          data-tool={tool}
          data-moving={live !== undefined || undefined}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: see above; without it no key would reach the canvas.
          tabIndex={0}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            // React Flow keeps some presses from moving the focus; keys should reach the canvas after any of them.
            const isField = event.target instanceof Element && event.target.closest('input, button') !== null;
            if (!isField) section.current?.focus({ preventScroll: true });
          }}
          onDragOver={(event: DragEvent) => {
            if (!event.dataTransfer.types.includes(paletteType)) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = 'copy';
          }}
          onDrop={(event: DragEvent) => {
            const kind = event.dataTransfer.getData(paletteType);
            if (!isDrawable(kind)) return;
            event.preventDefault();
            draw(kind, {
              ...flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false }),
              w: 0,
              h: 0,
            });
          }}
        >
          <ReactFlow<CanvasNode, CanvasEdge>
            nodes={nodes}
            edges={picture.edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange}
            onNodeDragStart={(_, node, dragged) => onNodeDragStart(dragged.length === 0 ? [node] : dragged)}
            onNodeDragStop={onNodeDragStop}
            onSelectionDragStart={(_, dragged) => onNodeDragStart(dragged)}
            onSelectionDragStop={onNodeDragStop}
            onNodeClick={(event, node) => {
              // React Flow selects cards; frames that let the pointer through are selected here.
              const target = recordOf(node.id);
              if (node.selectable === false && target !== undefined)
                ui.getState().select([target], { extend: event.shiftKey });
            }}
            onNodeDoubleClick={(_, node) => {
              const target = recordOf(node.id);
              if (target !== undefined && !picture.isReadOnly) ui.getState().set({ renaming: target });
            }}
            onEdgeDoubleClick={(_, edge) => {
              const target = recordOf(edge.id);
              if (target?.kind !== 'flow' || picture.isReadOnly || edge.type !== 'flow') return;
              const points = edge.data?.points ?? [];
              const at = edge.data?.labelAt ?? points[Math.floor(points.length / 2)];
              if (at !== undefined) setPorts({ flow: target.id, at, isNew: false });
            }}
            onPaneClick={(event) => {
              const target = frameAt(event);
              if (target !== undefined) ui.getState().select([target], { extend: event.shiftKey });
              else if (!event.shiftKey) ui.getState().select([]);
            }}
            onNodeContextMenu={(event, node) => contextMenu(event, recordOf(node.id))}
            onEdgeContextMenu={(event, edge) => contextMenu(event, recordOf(edge.id))}
            onSelectionContextMenu={(event) => {
              event.preventDefault();
              onContextMenu?.(ui.getState().selection, event.clientX, event.clientY);
            }}
            onPaneContextMenu={(event) => contextMenu(event, frameAt(event))}
            onConnectEnd={onConnectEnd}
            onMove={(_, viewport) => {
              if (canvasView.getState().zoom !== viewport.zoom) canvasView.setState({ zoom: viewport.zoom });
            }}
            connectionMode={ConnectionMode.Loose}
            connectionRadius={16}
            zIndexMode="manual"
            onlyRenderVisibleElements
            minZoom={0.05}
            maxZoom={2.5}
            snapToGrid
            snapGrid={snapGrid}
            nodeDragThreshold={3}
            paneClickDistance={3}
            selectionOnDrag={tool !== 'pan'}
            selectionMode={SelectionMode.Full}
            selectionKeyCode={null}
            multiSelectionKeyCode="Shift"
            deleteKeyCode={null}
            disableKeyboardA11y
            panOnDrag={tool === 'pan' ? true : middleButton}
            panOnScroll
            zoomOnDoubleClick={false}
            nodesConnectable={!picture.isReadOnly}
            edgesFocusable={false}
            nodesFocusable={false}
            proOptions={{ hideAttribution: true }}
          >
            <ViewportPortal>
              {live?.target !== undefined && <div className="drop-target" style={boxStyle(live.target)} />}
              {live?.guides.map((g) => (
                <div
                  key={`${g.axis} ${g.at}`}
                  className="guide"
                  style={boxStyle(
                    g.axis === 'x'
                      ? { x: g.at, y: g.start, w: 0, h: g.end - g.start }
                      : { x: g.start, y: g.at, w: g.end - g.start, h: 0 },
                  )}
                />
              ))}
            </ViewportPortal>
          </ReactFlow>
          <DrawLayer
            tool={tool}
            onDraw={draw}
            onConnect={(a: Point, b: Point) => {
              const { placement } = pictureNow();
              const from = hitTest(placement, a).innermost;
              const to = hitTest(placement, b).innermost;
              connect(from === undefined ? undefined : recordOf(from), to === undefined ? undefined : recordOf(to));
            }}
          />
          {ports !== undefined && (
            <PortEditor
              key={ports.flow}
              edited={ports}
              onDone={() => {
                setPorts(undefined);
                section.current?.focus({ preventScroll: true });
              }}
            />
          )}
          {isEmpty && (
            <div className="canvas-empty">
              <strong>Nothing drawn yet</strong>
              <span>Press Z and drag to draw a zone, or drag things here from the palette.</span>
            </div>
          )}
          <CanvasControls bounds={picture.placement.bounds} />
        </section>
      </CallsContext.Provider>
    </LevelContext.Provider>
  );
}

/** Fitting, revealing, zooming; and what the window may ask for. */
function useView(picture: () => Picture, setFreshness: (update: (n: number) => number) => void) {
  const { ui } = useStores();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const width = useStore((s) => s.width);
  const height = useStore((s) => s.height);
  const isReady = width > 0 && height > 0;
  const documentId = useDocument((s) => s.documentId);
  const reveal = useUi((s) => s.reveal);
  const fitted = useRef<string | undefined>(undefined);
  const size = useRef({ width, height });
  size.current = { width, height };

  const showArea = useCallback(
    (area: Rect, maxZoom: number, duration: number) => {
      const margin = 24;
      const { width: w, height: h } = size.current;
      if (w === 0 || h === 0) return;
      const zoom = Math.max(0.05, Math.min(maxZoom, (w - 2 * margin) / area.w, (h - 2 * margin) / area.h));
      void flow.setViewport(
        {
          zoom,
          x: Math.round((w - area.w * zoom) / 2 - area.x * zoom),
          y: Math.round((h - area.h * zoom) / 2 - area.y * zoom),
        },
        { duration: stillness() ? 0 : duration },
      );
    },
    [flow],
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
      const { x, y, zoom } = flow.getViewport();
      const { width: w, height: h } = size.current;
      const seen = { x: -x / zoom, y: -y / zoom, w: w / zoom, h: h / zoom };
      const isSeen =
        area.x >= seen.x &&
        area.y >= seen.y &&
        area.x + area.w <= seen.x + seen.w &&
        area.y + area.h <= seen.y + seen.h;
      if (!isSeen || zoom < 0.42) showArea(inflate(area, 80), Math.max(0.8, Math.min(zoom, 1.1)), 140);
    },
    [rectOf, flow, showArea],
  );

  const fitAll = useCallback(
    (duration = 140) => showArea(picture().placement.bounds, 1.1, duration),
    [showArea, picture],
  );

  useEffect(() => {
    // Each design is fitted once, when it comes and when there is room.
    if (!isReady || fitted.current === documentId) return;
    fitted.current = documentId;
    fitAll(0);
  }, [documentId, isReady, fitAll]);
  useEffect(() => {
    if (reveal !== undefined && isReady) show(reveal.refs);
  }, [reveal, isReady, show]);

  useEffect(() => {
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
      rearrange: () => setFreshness((n) => n + 1),
    };
    canvasView.setState({ api, zoom: flow.getZoom() });
    return () => canvasView.setState({ api: undefined });
  }, [ui, flow, showArea, fitAll, rectOf, show, picture, setFreshness]);

  return { show };
}

function stillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function moved(node: CanvasNode, rects: ReadonlyMap<string, Rect>, picture: Picture): CanvasNode {
  const rect = rects.get(node.id);
  if (rect === undefined) return node;
  const parent = node.parentId === undefined ? undefined : picture.placement.nodes.get(node.parentId)?.rect;
  return {
    ...node,
    position: { x: rect.x - (parent?.x ?? 0), y: rect.y - (parent?.y ?? 0) },
    width: rect.w,
    height: rect.h,
    measured: { width: rect.w, height: rect.h },
  };
}

function boxStyle(r: Rect) {
  return { transform: `translate(${r.x}px, ${r.y}px)`, width: r.w, height: r.h };
}
