import type { Point, Rect } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { type LayoutTarget, targetPath } from '../layout-target.ts';
import { setAt } from '../path.ts';

export interface LayoutEntry {
  readonly target: LayoutTarget;
  /** In canvas units, relative to the parent: a rectangle for zones, segments and namespaces, a point for the others. */
  readonly place: Rect | Point;
}

/** Puts things somewhere on the canvas, all in one step. Throws where a box gets a point or a point gets a box. */
export const setLayout = defineCommand<{ readonly entries: readonly LayoutEntry[] }>({
  id: 'layout/set',
  label: ({ entries }) => (entries.length === 1 ? 'Move' : `Move ${entries.length} things`),
  run(draft, { entries }) {
    for (const { target, place } of entries) {
      const box = target.kind === 'zone' || target.kind === 'segment' || target.kind === 'namespace';
      if (box !== 'w' in place) throw new Error(`a ${target.kind} takes a ${box ? 'rectangle' : 'point'}`);
      setAt(draft, targetPath(target), place);
    }
  },
});
