import { ReactFlowProvider, useStore, ViewportPortal } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './frames.css';
import './cards.css';
import './flows.css';
import './drawing.css';
import './review.css';
import './canvas.css';
import {
  type CSSProperties,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Ref } from '../../shared/model/index.ts';
import { useDocument, useStores, useUi } from '../store/stores.tsx';
import { CanvasControls } from './CanvasControls.tsx';
import { CallsContext, type CanvasCalls, DetailContext, ReadOnlyContext } from './canvas-context.ts';
import type { Detail } from './canvas-types.ts';
import { DrawLayer } from './DrawLayer.tsx';
import { PulledFlow } from './DropMarks.tsx';
import { FarNames } from './FarNames.tsx';
import { detailOf, mostNamed } from './level.ts';
import { HopLegend, MarksLayer, useDimmed, useHops } from './MarksLayer.tsx';
import { ObservedLegend } from './ObservedLegend.tsx';
import { PortEditor } from './PortEditor.tsx';
import { ReviewLines } from './ReviewLines.tsx';
import type { Version } from './review-scene.ts';
import { SaidSelection } from './SaidSelection.tsx';
import { Stage } from './Stage.tsx';
import { useDrawing } from './use-drawing.ts';
import { useKeys } from './use-keys.ts';
import { nodesWith, useMoves } from './use-moves.ts';
import { usePaletteDrop } from './use-palette-drop.ts';
import { type Picture, usePicture } from './use-picture.ts';
import { usePointing } from './use-pointing.ts';
import { type SharedViewport, usePushing, useSharedViewport } from './use-pushing.ts';
import { useReconnect } from './use-reconnect.ts';
import { useView } from './use-view.ts';

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
    // The first nodes are taken in before the settings of the stage are: what is selected then would come to the front.
    <ReactFlowProvider zIndexMode="manual">
      <CanvasInside {...props} />
    </ReactFlowProvider>
  );
}

function CanvasInside({ version, shared, isFollower = false, onContextMenu }: CanvasProps) {
  const { ui } = useStores();
  const detail = useStore((s) => detailOf(s.transform[2]));
  const tool = useUi((s) => s.tool);
  const [freshness, setFreshness] = useState(0);
  const section = useRef<HTMLElement>(null);
  const takeKeys = useCallback(() => section.current?.focus({ preventScroll: true }), []);
  const hasKeys = useCallback(() => document.activeElement === section.current, []);

  const latest = useRef<Picture | undefined>(undefined);
  const pictureNow = useCallback((): Picture => {
    if (latest.current === undefined) throw new Error('asked for the picture before it was drawn');
    return latest.current;
  }, []);
  const { live, shifted, moving, cancel } = useMoves(pictureNow);
  const picture = usePicture(detail, freshness, shifted, version);
  latest.current = picture;
  const { placement, isReadOnly } = picture;

  const view = useView(pictureNow, setFreshness, isFollower, version !== undefined);
  const viewport = useSharedViewport(shared);
  const pushing = usePushing(section);
  const onKeyDown = useKeys(pictureNow, view.show, cancel);
  const { pulled, pull } = useReconnect(pictureNow);
  const { draw, canStartAt, connectAt, onConnectEnd, rename, ports, setPorts } = useDrawing(pictureNow);
  const pointing = usePointing(pictureNow, setPorts, onContextMenu);
  const paletteDrop = usePaletteDrop(draw);
  const calls = useMemo<CanvasCalls>(
    () => ({
      rename,
      takeKeys,
      select: (of, extend) => ui.getState().select([of], { extend }),
      startRename: (of) => ui.getState().set({ renaming: of }),
      pull,
    }),
    [ui, pull, rename, takeKeys],
  );

  // A design that was just opened, and a view that was just gone to, take the keys that nothing else has.
  const documentId = useDocument((s) => s.documentId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each design that is opened asks anew
  useEffect(() => {
    if (!isFollower && document.activeElement === document.body) takeKeys();
  }, [documentId, isFollower, takeKeys]);

  const hops = useHops();
  const nodes = useMemo(() => nodesWith(picture.nodes, live, placement), [picture.nodes, live, placement]);
  const shown = useDimmed(nodes, picture.edges, hops);
  return (
    <CanvasContexts detail={detail} isReadOnly={isReadOnly} calls={calls}>
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
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without it no key would reach the canvas.
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event: PointerEvent) => {
          // React Flow keeps some presses from moving the focus; keys should reach the canvas after any of them.
          const isField = event.target instanceof Element && event.target.closest('input, button') !== null;
          if (!isField) takeKeys();
        }}
        {...paletteDrop}
      >
        <Stage
          nodes={shown.nodes}
          edges={shown.edges}
          tool={tool}
          isReadOnly={isReadOnly}
          live={live}
          pointing={pointing}
          moving={moving}
          pushing={pushing}
          viewport={viewport}
          onConnectEnd={onConnectEnd}
        />
        <ViewportPortal>
          <PulledFlow pulled={pulled} />
          <FarNames names={picture.names} />
          {version === undefined ? (
            <MarksLayer placement={placement} detail={detail} written={picture.written} hops={hops} />
          ) : (
            <ReviewLines
              placement={placement}
              detail={detail}
              version={version}
              flows={picture.flows}
              written={picture.written}
              marks={picture.marks}
            />
          )}
        </ViewportPortal>
        {hops !== undefined && <HopLegend hops={hops} />}
        {hops === undefined && version === undefined && <ObservedLegend />}
        <DrawLayer tool={tool} onDraw={draw} canStart={canStartAt} onConnect={connectAt} />
        {ports !== undefined && (
          <PortEditor
            key={ports.flow}
            edited={ports}
            onDone={() => {
              setPorts(undefined);
              takeKeys();
            }}
          />
        )}
        {picture.nodes.length === 0 && <NothingDrawn isReadOnly={isReadOnly} />}
        {!isFollower && <CanvasControls placement={placement} shifted={shifted} />}
        <SaidSelection hasKeys={hasKeys} />
      </section>
    </CanvasContexts>
  );
}

function CanvasContexts({
  detail,
  isReadOnly,
  calls,
  children,
}: {
  readonly detail: Detail;
  readonly isReadOnly: boolean;
  readonly calls: CanvasCalls;
  readonly children: ReactNode;
}) {
  return (
    <DetailContext.Provider value={detail}>
      <ReadOnlyContext.Provider value={isReadOnly}>
        <CallsContext.Provider value={calls}>{children}</CallsContext.Provider>
      </ReadOnlyContext.Provider>
    </DetailContext.Provider>
  );
}

function NothingDrawn({ isReadOnly }: { readonly isReadOnly: boolean }) {
  return (
    <div className="canvas-empty">
      <strong>Nothing drawn yet</strong>
      <span>
        {isReadOnly
          ? 'Draw something in the design to have something to compare.'
          : 'Press Z and drag to draw a zone, or drag things here from the palette.'}
      </span>
    </div>
  );
}
