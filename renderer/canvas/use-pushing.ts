/** What the window is told while somebody moves the view, and what two canvases tell each other. */
import type { Viewport } from '@xyflow/react';
import { type RefObject, useMemo, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { canvasView } from './canvas-view.ts';

/** What two canvases have in common, so that both show the same part of the picture. */
export type SharedViewport = StoreApi<Viewport>;

/** The viewport as the store has it, for React Flow to show and to change; nothing where each canvas has its own. */
export function useSharedViewport(shared: SharedViewport | undefined) {
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
export function usePushing(section: RefObject<HTMLElement | null>) {
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
