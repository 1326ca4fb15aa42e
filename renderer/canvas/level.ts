import type { Level } from './canvas-types.ts';

/** How much is shown at a zoom (1 = 100 %). */
export function levelOf(zoom: number): Level {
  return zoom < 0.42 ? 'far' : zoom < 0.66 ? 'mid' : 'near';
}
