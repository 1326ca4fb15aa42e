/** Letting a flow pass against the matrix: who says so, why and until when is asked in the inspector. */
import { setField } from '../../shared/commands/index.ts';
import { type Flow, findRecord, recordPath, ref } from '../../shared/model/index.ts';
import type { ActionContext } from './define.ts';

/** What an exception starts from: the flow's own words where it has them, else words that ask to be replaced. */
export function newException(flow: Partial<Flow>): NonNullable<Flow['exception']> {
  return {
    reason: flow.reason ?? 'why the matrix may be passed over',
    owner: flow.owner ?? 'owner',
    until: flow.until ?? '2030-12-31',
  };
}

/** Gives the flow an exception and asks for its reason right away; undo takes it back. */
export function exceptFlow({ stores }: Pick<ActionContext, 'stores'>, id: string): void {
  const { documents, ui } = stores;
  const of = ref('flow', id);
  const flow = findRecord(documents.getState().topology, of) as Flow | undefined;
  if (flow === undefined) return;
  documents.getState().run(setField, { path: [...recordPath(of), 'exception'], value: newException(flow) });
  ui.getState().revealRefs([of]);
  ui.getState().set({ rightOpen: true, explain: undefined, blast: undefined, focusField: 'exception.reason' });
  ui.getState().show({
    tone: 'warning',
    text: `Flow “${id}” may pass now. Write down why, who says so and until when.`,
    action: { label: 'Undo', id: 'edit.undo' },
  });
}
