import {
  ConnectionMode,
  type EdgeChange,
  type EdgeMouseHandler,
  type NodeMouseHandler,
  type OnConnectEnd,
  type OnNodeDrag,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
  type Viewport,
  ViewportPortal,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './frames.css';
import './cards.css';
import './flows.css';
import './drawing.css';
import './review.css';
import './canvas.css';
import { type DragEvent, type MouseEvent, useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { commands } from '../../shared/commands/index.ts';
import { type Ref, refKey } from '../../shared/model/index.ts';
import { useStores, useUi } from '../store/stores.tsx';
import { CanvasControls } from './CanvasControls.tsx';
import { CallsContext, type CanvasCalls, LevelContext } from './canvas-context.ts';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { canvasView } from './canvas-view.ts';
import { canEnd, connection, create, type Drawable, isDrawable } from './create.ts';
import { DrawLayer } from './DrawLayer.tsx';
import { ClaimEdge } from './edges/ClaimEdge.tsx';
import { FlowEdge } from './edges/FlowEdge.tsx';
import { runCalls } from './edit.ts';
import { recordOf, reselected } from './from-flow.ts';
import { gridStep, type Point, type Rect } from './geometry.ts';
import { hitTest } from './hit.ts';
import { levelOf } from './level.ts';
import { HopLegend, MarksLayer, useDimmed, useHops } from './MarksLayer.tsx';
import { ColumnNode, TieNode } from './nodes/Column.tsx';
import { EndpointNode } from './nodes/EndpointNode.tsx';
import { ExternalNode } from './nodes/ExternalNode.tsx';
import { NamespaceNode } from './nodes/NamespaceNode.tsx';
import { SegmentNode } from './nodes/SegmentNode.tsx';
import { WorkloadNode } from './nodes/WorkloadNode.tsx';
import { ZoneNode } from './nodes/ZoneNode.tsx';
import { ObservedLegend } from './ObservedLegend.tsx';
import { type EditedPorts, PortEditor } from './PortEditor.tsx';
import { ReviewLines } from './ReviewLines.tsx';
import { renaming } from './rename.ts';
import type { Version } from './review-scene.ts';
import { useKeys } from './use-keys.ts';
import { useMoves } from './use-moves.ts';
import { type Picture, usePicture } from './use-picture.ts';
import { useReconnect } from './use-reconnect.ts';
import { useView } from './use-view.ts';

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
const proOptions = { hideAttribution: true };

function tellZoom(_: unknown, { zoom }: Viewport): void {
  if (canvasView.getState().zoom !== zoom) canvasView.setState({ zoom });
}

/** Things dragged from the palette carry their tool's name under this type. */
export const paletteType = 'application/zonewright-kind';

/** What two canvases have in common, so that both show the same part of the picture. */
export type SharedViewport = StoreApi<Viewport>;

export interface CanvasProps {
  /** In a review: the version to show. Nothing can be edited then. */
  readonly version?: Version;
  readonly shared?: SharedViewport;
  /** True for the second of two canvases: it follows the first, which fits and reveals. */
  readonly isFollower?: boolean;
  /** Right-click; the records are selected already, none for the bare canvas. In window coordinates. */
  readonly onContextMenu?: (refs: readonly Ref[], x: number, y: number) => void;
}

/** The picture of the open design: everything in it can be drawn, moved, connected, named and removed here. */
export function Canvas(props: CanvasProps) {
  return (
    // The first nodes are taken in before the settings below are: what is selected then would come to the front.
    <ReactFlowProvider zIndexMode="manual">
      <CanvasInside {...props} />
    </ReactFlowProvider>
  );
}

function CanvasInside({ version, shared, isFollower = false, onContextMenu }: CanvasProps) {
  const stores = useStores();
  const { documents, observed, ui } = stores;
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const flowStore = useStoreApi<CanvasNode, CanvasEdge>();
  const level = useStore((s) => levelOf(s.transform[2]));
  const tool = useUi((s) => s.tool);
  const [freshness, setFreshness] = useState(0);
  const [ports, setPorts] = useState<EditedPorts | undefined>(undefined);
  const section = useRef<HTMLElement>(null);
  const latest = useRef<Picture | undefined>(undefined);
  /** What was drawn last and is being named for the first time. */
  const justDrawn = useRef<{ readonly key: string; readonly revision: number } | undefined>(undefined);
  const pictureNow = useCallback((): Picture => {
    if (latest.current === undefined) throw new Error('asked for the picture before it was drawn');
    return latest.current;
  }, []);
  const { live, shifted, onNodesChange, onNodeDragStart, onNodeDragStop, cancel } = useMoves(pictureNow);
  const picture = usePicture(level, freshness, shifted, version);
  latest.current = picture;

  const nodes = useMemo(
    () => (live === undefined ? picture.nodes : picture.nodes.map((n) => moved(n, live.rects, picture))),
    [picture, live],
  );

  const view = useView(pictureNow, setFreshness, isFollower, version !== undefined);
  const viewport = useSharedViewport(shared);
  const onKeyDown = useKeys(pictureNow, view.show, cancel);

  const { pulled, pull } = useReconnect(pictureNow);
  const calls = useMemo<CanvasCalls>(
    () => ({
      rename: (of, name) => {
        ui.getState().set({ renaming: undefined });
        section.current?.focus({ preventScroll: true });
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
      select: (of, extend) => ui.getState().select([of], { extend }),
      startRename: (of) => ui.getState().set({ renaming: of }),
      pull,
    }),
    [documents, ui, pull],
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

  const { isReadOnly } = picture;
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
    (_, edge) => {
      const line = pictureNow().observed.find((l) => l.id === edge.id);
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
    [pictureNow],
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
  const onDragStart = useCallback<OnNodeDrag<CanvasNode>>(
    (_, node, dragged) => onNodeDragStart(dragged.length === 0 ? [node] : dragged),
    [onNodeDragStart],
  );
  const onSelectionDragStart = useCallback(
    (_: MouseEvent, dragged: CanvasNode[]) => onNodeDragStart(dragged),
    [onNodeDragStart],
  );

  const hops = useHops();
  const { nodes: shownNodes, edges } = useDimmed(nodes, picture.edges, hops);
  const target = live?.target;
  const guides = live?.guides;
  // Most edits change nothing that is drawn: then React Flow is not asked to look.
  const stage = useMemo(
    () => (
      <ReactFlow<CanvasNode, CanvasEdge>
        nodes={shownNodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDragStart={onDragStart}
        onNodeDragStop={onNodeDragStop}
        onSelectionDragStart={onSelectionDragStart}
        onSelectionDragStop={onNodeDragStop}
        onNodeClick={onNodeClick}
        onNodeDoubleClick={onNodeDoubleClick}
        onEdgeClick={onEdgeClick}
        onEdgeDoubleClick={onEdgeDoubleClick}
        onPaneClick={onPaneClick}
        onNodeContextMenu={onNodeContextMenu}
        onEdgeContextMenu={onEdgeContextMenu}
        onSelectionContextMenu={onSelectionContextMenu}
        onPaneContextMenu={onPaneContextMenu}
        onConnectEnd={onConnectEnd}
        onMove={tellZoom}
        {...viewport}
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
        nodesConnectable={!isReadOnly}
        edgesFocusable={false}
        nodesFocusable={false}
        proOptions={proOptions}
      >
        <ViewportPortal>
          {target !== undefined && <div className="drop-target" style={boxStyle(target)} />}
          {guides?.map((g) => (
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
    ),
    [
      shownNodes,
      edges,
      target,
      guides,
      tool,
      isReadOnly,
      viewport,
      onNodesChange,
      onEdgesChange,
      onDragStart,
      onNodeDragStop,
      onSelectionDragStart,
      onNodeClick,
      onNodeDoubleClick,
      onEdgeClick,
      onEdgeDoubleClick,
      onPaneClick,
      onNodeContextMenu,
      onEdgeContextMenu,
      onSelectionContextMenu,
      onPaneContextMenu,
      onConnectEnd,
    ],
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
          data-version={version}
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
          {stage}
          <ViewportPortal>
            {pulled !== undefined && (
              <>
                {pulled.target !== undefined && <div className="drop-target" style={boxStyle(pulled.target)} />}
                <svg className="pulled" aria-hidden="true">
                  <line x1={pulled.anchor.x} y1={pulled.anchor.y} x2={pulled.at.x} y2={pulled.at.y} />
                </svg>
              </>
            )}
            {version === undefined ? (
              <MarksLayer placement={picture.placement} level={level} hops={hops} />
            ) : (
              <ReviewLines
                placement={picture.placement}
                level={level}
                version={version}
                flows={picture.flows}
                marks={picture.marks}
              />
            )}
          </ViewportPortal>
          {hops !== undefined && <HopLegend hops={hops} />}
          {hops === undefined && version === undefined && <ObservedLegend />}
          <DrawLayer
            tool={tool}
            onDraw={draw}
            canStart={(at: Point) => {
              const hit = hitTest(pictureNow().placement, at).innermost;
              const start = hit === undefined ? undefined : recordOf(hit);
              if (start !== undefined && canEnd(start)) return true;
              ui.getState().show({
                tone: 'info',
                text: 'A flow begins at a workload, a namespace, a zone or an external. Click one of them.',
              });
              return false;
            }}
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
          {!isFollower && <CanvasControls bounds={picture.placement.bounds} />}
        </section>
      </CallsContext.Provider>
    </LevelContext.Provider>
  );
}

/** The viewport as the store has it, for React Flow to show and to change; nothing where each canvas has its own. */
function useSharedViewport(shared: SharedViewport | undefined) {
  const viewport = useSyncExternalStore(shared?.subscribe ?? never, () => shared?.getState());
  return useMemo(
    () =>
      shared === undefined || viewport === undefined
        ? {}
        : { viewport, onViewportChange: (next: Viewport) => shared.setState(next) },
    [shared, viewport],
  );
}

function never(): () => void {
  return () => undefined;
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
