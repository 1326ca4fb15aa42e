import { bindCommand, type CommandCall } from '../../shared/commands/index.ts';
import type { Fix } from '../../shared/rules/index.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { ActionContext } from './define.ts';

/** Runs the commands of a fix as one step. */
export function applyFix({ stores }: Pick<ActionContext, 'stores'>, fix: Fix): void {
  const { ui } = stores;
  try {
    runCalls(stores, fix.label, fix.commands);
    ui.getState().show({ tone: 'success', text: `Done: ${fix.label}.`, action: { label: 'Undo', id: 'edit.undo' } });
  } catch {
    // The finding was about an older state of the design; nothing of a half-done fix stays.
    ui.getState().show({ tone: 'info', text: 'The design has changed meanwhile, so this fix does not fit any more.' });
  }
}

/** Several commands as one undoable step with this label; where one throws, none of them stays. */
export function runCalls(
  { documents }: { readonly documents: DocumentStore },
  label: string,
  calls: readonly CommandCall[],
): void {
  if (calls.length === 0) return;
  const bound = calls.map(bindCommand);
  const all = {
    id: 'calls',
    label: () => label,
    run: (draft: Parameters<(typeof bound)[number]['run']>[0]) => {
      for (const call of bound) call.run(draft);
    },
  };
  documents.getState().run(all, undefined);
}
