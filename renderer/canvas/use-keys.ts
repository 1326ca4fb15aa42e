/** The keyboard on the canvas: walking from card to card, nudging, renaming, removing. */
import { type KeyboardEvent, useCallback } from 'react';
import { commands } from '../../shared/commands/index.ts';
import { parseRefKey, type Ref, refKey } from '../../shared/model/index.ts';
import { useStores } from '../store/stores.tsx';
import { runCalls } from './edit.ts';
import { nudged } from './from-flow.ts';
import { centre, gridStep, type Point } from './geometry.ts';
import type { Placement } from './layout.ts';
import type { Picture } from './use-picture.ts';

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export function useKeys(picture: () => Picture, reveal: (refs: readonly Ref[]) => void, cancelDrag: () => void) {
  const { documents, ui } = useStores();
  return useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      if (
        event.target instanceof HTMLInputElement ||
        event.target instanceof HTMLTextAreaElement ||
        event.defaultPrevented
      )
        return;
      const { placement, isReadOnly } = picture();
      const { selection, tool } = ui.getState();
      const take = () => {
        event.preventDefault();
        event.stopPropagation();
      };
      const go = (next: Ref | undefined) => {
        if (next === undefined) return;
        take();
        ui.getState().select([next]);
        reveal([next]);
      };
      const arrow = arrows[event.key];
      if (arrow !== undefined) {
        const current = selection.at(-1);
        if (current === undefined) return go(readingOrder(placement)[0]);
        if (event.ctrlKey || event.metaKey || event.altKey) return go(neighbour(placement, current, arrow));
        if (isReadOnly) return;
        const by = event.shiftKey ? 8 * gridStep : 2 * gridStep;
        const { calls } = nudged(picture().topology, placement, selection, arrow.x * by, arrow.y * by);
        take();
        return runCalls(documents, 'Nudge', calls, `nudge ${selection.map(refKey).join(' ')}`);
      }
      if (event.key === 'Tab' && !event.ctrlKey && !event.metaKey && !event.altKey) {
        // With nothing selected Tab leaves the canvas, so that nobody is caught in it: Escape, then Tab.
        const current = selection.at(-1);
        if (current === undefined) return;
        const all = readingOrder(placement);
        const at = all.findIndex((r) => refKey(r) === refKey(current));
        return go(all[event.shiftKey ? at - 1 : at + 1]);
      }
      // With a tool in hand Enter belongs to what is being drawn, not to what was selected before.
      const renames = event.key === 'F2' || (event.key === 'Enter' && tool === 'select');
      if (renames && selection.length === 1 && !isReadOnly) {
        const [only] = selection;
        if (only === undefined || !placement.nodes.has(refKey(only))) return;
        take();
        ui.getState().set({ renaming: only });
      }
      if ((event.key === 'Delete' || event.key === 'Backspace') && selection.length > 0 && !isReadOnly) {
        take();
        documents.getState().run(commands['record/remove'], { refs: selection });
        ui.getState().select([]);
      }
      if (event.key === 'Escape') {
        cancelDrag();
        if (tool !== 'select') ui.getState().set({ tool: 'select' });
        else if (selection.length > 0) ui.getState().select([]);
        else return;
        take();
      }
    },
    [documents, ui, picture, reveal, cancelDrag],
  );
}

/** Cards from top to bottom and left to right, as one reads. */
function readingOrder(placement: Placement): Ref[] {
  return [...placement.nodes]
    .filter(
      ([id]) =>
        !id.startsWith('band:') &&
        !id.startsWith('segment:') &&
        !id.startsWith('namespace:') &&
        !id.startsWith('zone:'),
    )
    .sort(([, a], [, b]) => a.rect.y - b.rect.y || a.rect.x - b.rect.x)
    .flatMap(([id]) => parseRefKey(id) ?? []);
}

/** The nearest card in a direction; what is straight ahead counts as nearer. */
function neighbour(placement: Placement, from: Ref, way: Point): Ref | undefined {
  const start = placement.nodes.get(refKey(from))?.rect;
  if (start === undefined) return undefined;
  let best: Ref | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const r of readingOrder(placement)) {
    const rect = placement.nodes.get(refKey(r))?.rect;
    if (rect === undefined || refKey(r) === refKey(from)) continue;
    const d = { x: centre(rect).x - centre(start).x, y: centre(rect).y - centre(start).y };
    const ahead = d.x * way.x + d.y * way.y;
    const aside = Math.abs(d.x * way.y) + Math.abs(d.y * way.x);
    if (ahead <= 0 || aside > 3 * ahead) continue;
    const distance = ahead + 2 * aside;
    if (distance < bestDistance) {
      best = r;
      bestDistance = distance;
    }
  }
  return best;
}
