import { addActions } from './add.ts';
import { alignments, arrangements } from './arrange.ts';
import * as clipboard from './clipboard.ts';
import type { Action, ActionContext } from './define.ts';
import * as file from './file.ts';
import * as go from './go.ts';
import * as history from './history.ts';
import { isolateActions } from './isolate.ts';
import { panels, themes } from './panels.ts';
import { copyPicture, savePicture } from './picture.ts';
import { platformActions } from './platform.ts';
import * as selection from './selection.ts';
import { tools } from './tools.ts';
import { views } from './view.ts';

/** Every action, in the order in which lists show them; a menu draws a line between two sections. */
export const sections: ReadonlyArray<readonly Action[]> = [
  [file.newDesign, file.newWindow, file.open, file.importManifests, file.start],
  [file.save, file.saveAs, file.reload],
  [file.exportManifests, ...savePicture],
  [file.closeWindow],
  [history.undo, history.redo],
  [selection.rename, selection.reverse],
  [clipboard.cut, clipboard.copy, clipboard.paste, copyPicture, clipboard.duplicate],
  [selection.selectAll, selection.deselect],
  [selection.remove],
  views,
  panels,
  themes,
  [go.design, go.matrix, go.manifests, go.review],
  [go.explain, go.blastRadius, go.observed],
  [go.search, go.commandPalette],
  tools,
  addActions,
  isolateActions,
  platformActions,
  arrangements,
  alignments,
  [go.shortcuts],
];

export const actions = sections.flat();

const byId = new Map(actions.map((a) => [a.id, a]));

export function findAction(id: string): Action | undefined {
  return byId.get(id);
}

export function canRun(action: Action, context: ActionContext): boolean {
  const { started, view } = context.stores.ui.getState();
  if (action.withoutDesign !== true && !started) return false;
  if (view === 'review' && editsSelection(action)) return false;
  return action.when?.(context) ?? true;
}

/** A review shows two versions, and what is selected in it may be of either: nothing of it is edited there. */
function editsSelection({ id, group }: Action): boolean {
  return group === 'Draw' || group === 'Arrange' || editingIds.has(id);
}

const editingIds: ReadonlySet<string> = new Set([
  'edit.delete',
  'edit.rename',
  'edit.cut',
  'edit.paste',
  'edit.duplicate',
  'flow.reverse',
]);

/** Runs an action where it can be done now; a failure is shown, never swallowed. */
export async function runAction(action: Action, context: ActionContext): Promise<void> {
  if (!canRun(action, context)) return;
  try {
    await action.run(context);
  } catch (reason) {
    const text = reason instanceof Error ? reason.message : String(reason);
    context.stores.ui
      .getState()
      .show({ tone: 'error', text: `${action.label} did not work: ${text.replace(/[.!?]?$/, '.')}` });
  }
}
