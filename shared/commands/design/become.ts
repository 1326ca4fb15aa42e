import { isMap } from '../../lib/is-map.ts';
import type { Topology } from '../../model/index.ts';
import { defineCommand } from '../define.ts';

export interface BecomeDesign {
  readonly topology: Topology;
  /** What undo offers: `Merge with the file`. */
  readonly label: string;
}

/** Makes the design say the same as another one. Only what differs is written, so that undo takes back no more than that. */
export const becomeDesign = defineCommand<BecomeDesign>({
  id: 'design/become',
  label: ({ label }) => label,
  run(draft, { topology }) {
    become(draft as Fields, topology as Readonly<Fields>);
  },
});

type Fields = Record<string, unknown>;

function become(draft: Fields, wanted: Readonly<Fields>): void {
  for (const key of Object.keys(draft)) if (!Object.hasOwn(wanted, key)) delete draft[key];
  for (const [key, value] of Object.entries(wanted)) {
    const now = Object.hasOwn(draft, key) ? draft[key] : undefined;
    if (isMap(now) && isMap(value)) become(now, value);
    else if (!isSame(now, value)) draft[key] = value;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
