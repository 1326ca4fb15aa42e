import type { Detail, Level } from './canvas-types.ts';

/** How much is shown at a zoom (1 = 100 %). */
export function levelOf(zoom: number): Level {
  return zoom < 0.42 ? 'far' : zoom < 0.66 ? 'mid' : 'near';
}

export const nearDetail: Detail = { level: 'near', scale: 1 };
const midDetail: Detail = { level: 'mid', scale: 1 };

/** At a larger scale than this the name of a workload does not fit into its card. */
export const mostNamed = 2.9;

/** From afar sizes change in steps of a quarter of a doubling, so that not every turn of the wheel draws everything again. */
const stepsToDouble = 4;
/** How much larger than asked for something may be on the screen for that. */
export const mostEnlarged = 2 ** (1 / stepsToDouble);
/** Down to a zoom of 1.5 %, below what the canvas allows. */
const farDetails = Array.from(
  { length: 25 },
  (_, step): Detail => ({ level: 'far', scale: 2 ** (step / stepsToDouble) }),
);

/** How much is shown at a zoom, and how large; the same object for as long as both stay the same. */
export function detailOf(zoom: number): Detail {
  const level = levelOf(zoom);
  if (level !== 'far') return level === 'near' ? nearDetail : midDetail;
  const step = Math.ceil(-stepsToDouble * Math.log2(zoom));
  return farDetails[Math.min(step, farDetails.length - 1)] ?? nearDetail;
}
