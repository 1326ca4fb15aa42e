export { type Alignment, alignSelection, distributeSelection } from './align.ts';
export { Canvas, type CanvasProps, paletteType, type SharedViewport } from './Canvas.tsx';
export { type CanvasApi, type CanvasView, canvasView, viewportCentre } from './canvas-view.ts';
export { type Creation, connection, create, type Drawable, isDrawable } from './create.ts';
export { realId } from './ghost.ts';
export { arrange, type Placement } from './layout.ts';
export { type PictureFormat, pictureBytes } from './picture-export.ts';
export { renaming } from './rename.ts';
export type { Version } from './review-scene.ts';
