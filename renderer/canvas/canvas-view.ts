/**
 * What the rest of the window may ask of the canvas, without knowing how it is drawn: a small store, so that a status
 * line can show the zoom. `api` is there while a canvas is mounted.
 */
import { createStore } from 'zustand/vanilla';
import type { Ref } from '../../shared/model/index.ts';
import type { Point } from './geometry.ts';
import type { Placement } from './layout.ts';
import type { SvgPicture } from './picture-svg.ts';

export interface CanvasApi {
  fitAll(): void;
  /** What is selected; everything where nothing is. */
  fitSelection(): void;
  reveal(refs: readonly Ref[]): void;
  zoomBy(factor: number): void;
  zoomTo(zoom: number): void;
  /** In canvas units. */
  viewportCentre(): Point;
  /** What is drawn now and where. */
  placement(): Placement;
  /** The whole picture as it is drawn, whatever part of it is seen. */
  drawing(): SvgPicture;
  /** Forgets the order kept from before, so that the flows decide again where things stand beside each other. */
  rearrange(): void;
}

export interface CanvasView {
  readonly api?: CanvasApi;
  /** 1 = 100 %. */
  readonly zoom: number;
}

export const canvasView = createStore<CanvasView>()(() => ({ zoom: 1 }));

/** The middle of what is seen, in canvas units; undefined while no canvas is mounted. */
export function viewportCentre(): Point | undefined {
  return canvasView.getState().api?.viewportCentre();
}
