import {
  ConnectionMode,
  type OnNodeDrag,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
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
import {
  type CSSProperties,
  type DragEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { StoreApi } from 'zustand/vanilla';
import type { Ref } from '../../shared/model/index.ts';
import { useDocument, useStores, useUi } from '../store/stores.tsx';
import { CanvasControls } from './CanvasControls.tsx';
import { CallsContext, type CanvasCalls, DetailContext, ReadOnlyContext } from './canvas-context.ts';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { canvasView } from './canvas-view.ts';
import { canEnd, isDrawable } from './create.ts';
import { DrawLayer } from './DrawLayer.tsx';
import { ClaimEdge } from './edges/ClaimEdge.tsx';
import { FlowEdge } from './edges/FlowEdge.tsx';
import { FarNames } from './FarNames.tsx';
import { recordOf } from './from-flow.ts';
import { gridStep, type Point, type Rect } from './geometry.ts';
import { hitTest } from './hit.ts';
import { detailOf, mostNamed } from './level.ts';
import { HopLegend, MarksLayer, useDimmed, useHops } from './MarksLayer.tsx';
import { ColumnNode, TieNode } from './nodes/Column.tsx';
import { EndpointNode } from './nodes/EndpointNode.tsx';
import { ExternalNode } from './nodes/ExternalNode.tsx';
import { NamespaceNode } from './nodes/NamespaceNode.tsx';
import { SegmentNode } from './nodes/SegmentNode.tsx';
import { WorkloadNode } from './nodes/WorkloadNode.tsx';
import { ZoneNode } from './nodes/ZoneNode.tsx';
import { ObservedLegend } from './ObservedLegend.tsx';
import { PortEditor } from './PortEditor.tsx';
import { ReviewLines } from './ReviewLines.tsx';
import type { Version } from './review-scene.ts';
import { useDrawing } from './use-drawing.ts';
import { useKeys } from './use-keys.ts';
import { useMoves } from './use-moves.ts';
import { type Picture, usePicture } from './use-picture.ts';
import { usePointing } from './use-pointing.ts';
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
  const { ui } = useStores();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const detail = useStore((s) => detailOf(s.transform[2]));
  const tool = useUi((s) => s.tool);
  const [freshness, setFreshness] = useState(0);
  const section = useRef<HTMLElement>(null);
  const latest = useRef<Picture | undefined>(undefined);
  const pictureNow = useCallback((): Picture => {
    if (latest.current === undefined) throw new Error('asked for the picture before it was drawn');
    return latest.current;
  }, []);
  const { live, shifted, onNodesChange, onNodeDragStart, onNodeDragStop, cancel } = useMoves(pictureNow);
  const picture = usePicture(detail, freshness, shifted, version);
  latest.current = picture;

  const nodes = useMemo(
    () => (live === undefined ? picture.nodes : picture.nodes.map((n) => moved(n, live.rects, picture))),
    [picture, live],
  );

  const view = useView(pictureNow, setFreshness, isFollower, version !== undefined);
  const viewport = useSharedViewport(shared);
  const { onMove, onMoveEnd } = usePushing(section);
  const onKeyDown = useKeys(pictureNow, view.show, cancel);

  const { pulled, pull } = useReconnect(pictureNow);
  const { draw, connect, onConnectEnd, rename, ports, setPorts } = useDrawing(pictureNow);
  const pointing = usePointing(pictureNow, setPorts, onContextMenu);
  const calls = useMemo<CanvasCalls>(
    () => ({
      rename,
      takeKeys: () => section.current?.focus({ preventScroll: true }),
      select: (of, extend) => ui.getState().select([of], { extend }),
      startRename: (of) => ui.getState().set({ renaming: of }),
      pull,
    }),
    [ui, pull, rename],
  );

  const onDragStart = useCallback<OnNodeDrag<CanvasNode>>(
    (_, node, dragged) => onNodeDragStart(dragged.length === 0 ? [node] : dragged),
    [onNodeDragStart],
  );
  const onSelectionDragStart = useCallback(
    (_: MouseEvent, dragged: CanvasNode[]) => onNodeDragStart(dragged),
    [onNodeDragStart],
  );

  // A design that was just opened, and a view that was just gone to, take the keys that nothing else has.
  const documentId = useDocument((s) => s.documentId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each design that is opened asks anew
  useEffect(() => {
    if (!isFollower && document.activeElement === document.body) section.current?.focus({ preventScroll: true });
  }, [documentId, isFollower]);

  const { isReadOnly } = picture;
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
        {...pointing}
        onNodesChange={onNodesChange}
        onNodeDragStart={onDragStart}
        onNodeDragStop={onNodeDragStop}
        onSelectionDragStart={onSelectionDragStart}
        onSelectionDragStop={onNodeDragStop}
        onConnectEnd={onConnectEnd}
        onMove={onMove}
        onMoveEnd={onMoveEnd}
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
      onMove,
      onMoveEnd,
      pointing,
      onNodesChange,
      onDragStart,
      onNodeDragStop,
      onSelectionDragStart,
      onConnectEnd,
    ],
  );
  const isEmpty = picture.nodes.length === 0;
  return (
    <DetailContext.Provider value={detail}>
      <ReadOnlyContext.Provider value={isReadOnly}>
        <CallsContext.Provider value={calls}>
          <section
            ref={section}
            className="canvas"
            aria-label="Canvas"
            data-testid="canvas"
            data-level={detail.level}
            data-cards={detail.scale > mostNamed ? 'marks' : 'named'}
            style={{ '--scale': detail.scale } as CSSProperties}
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
              <FarNames names={picture.names} />
              {version === undefined ? (
                <MarksLayer placement={picture.placement} detail={detail} hops={hops} />
              ) : (
                <ReviewLines
                  placement={picture.placement}
                  detail={detail}
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
                <span>
                  {isReadOnly
                    ? 'Draw something in the design to have something to compare.'
                    : 'Press Z and drag to draw a zone, or drag things here from the palette.'}
                </span>
              </div>
            )}
            {!isFollower && <CanvasControls placement={picture.placement} />}
          </section>
        </CallsContext.Provider>
      </ReadOnlyContext.Provider>
    </DetailContext.Provider>
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

/**
 * Tells the window the zoom, and the style sheets whether the view is pushed about at one zoom. That is written past React:
 * nothing in the picture changes with it.
 */
function usePushing(section: RefObject<HTMLElement | null>) {
  return useMemo(() => {
    let rest: number | undefined;
    const setPushed = (isPushed: boolean) => section.current?.toggleAttribute('data-pushed', isPushed);
    return {
      onMove: (event: unknown, { zoom }: Viewport) => {
        window.clearTimeout(rest);
        const isZoomed = canvasView.getState().zoom !== zoom;
        if (isZoomed) canvasView.setState({ zoom });
        // Nobody pushes where the window itself goes somewhere.
        setPushed(event !== null && !isZoomed);
      },
      onMoveEnd: () => {
        // The layer costs a frame when it comes and when it goes; one push after the other keeps it.
        window.clearTimeout(rest);
        rest = window.setTimeout(() => setPushed(false), pushRest);
      },
    };
  }, [section]);
}

/** Milliseconds after a push until the next one is another. */
const pushRest = 400;

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
