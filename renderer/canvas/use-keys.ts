/**
 * The keyboard on the canvas: walking from card to card, nudging, renaming, removing. The canvas is one stop of Tab, as
 * every list is, and arrow keys walk inside it: however large the design is, the next Tab leaves it.
 */
import { type KeyboardEvent, useCallback } from 'react';
import { commands } from '../../shared/commands/index.ts';
import { type Ref, refKey } from '../../shared/model/index.ts';
import { useStores } from '../store/stores.tsx';
import { viewportCentre } from './canvas-view.ts';
import { runCalls } from './edit.ts';
import { nudged } from './from-flow.ts';
import { gridStep, type Point } from './geometry.ts';
import type { Picture } from './use-picture.ts';
import { cardAt, neighbour, outermost } from './walk.ts';

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
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
      if (arrow !== undefined && hasModifier) {
        if (isReadOnly || selection.length === 0) return;
        const by = event.shiftKey ? 8 * gridStep : 2 * gridStep;
        const { calls } = nudged(picture().topology, placement, selection, arrow.x * by, arrow.y * by);
        take();
        return runCalls(documents, 'Nudge', calls, `nudge ${selection.map(refKey).join(' ')}`);
      }
      if (arrow !== undefined) {
        const current = selection.findLast((r) => placement.nodes.has(refKey(r)));
        // Who has selected nothing on the picture begins with what they look at.
        return go(
          current === undefined
            ? cardAt(placement, viewportCentre() ?? { x: 0, y: 0 })
            : neighbour(placement, current, arrow),
        );
      }
      if ((event.key === 'Home' || event.key === 'End') && !hasModifier) {
        const ends = outermost(placement);
        return go(event.key === 'Home' ? ends?.first : ends?.last);
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
