import { Redo2, Undo2 } from 'lucide-react';
import { allRefs, findRecord, type Ref, refKey, type Topology } from '../../shared/model/index.ts';
import { type ActionContext, defineAction } from './define.ts';

export const undo = defineAction({
  id: 'edit.undo',
  label: 'Undo',
  group: 'Edit',
  icon: Undo2,
  shortcuts: ['Mod+Z'],
  hint: ({ stores }) => hintOf('Undo', stores.documents.getState().undoLabel),
  when: ({ stores }) => stores.documents.getState().undoLabel !== undefined,
  run: (context) => keepingSelection(context, () => context.stores.documents.getState().undo()),
});

export const redo = defineAction({
  id: 'edit.redo',
  label: 'Redo',
  group: 'Edit',
  icon: Redo2,
  shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
  hint: ({ stores }) => hintOf('Redo', stores.documents.getState().redoLabel),
  when: ({ stores }) => stores.documents.getState().redoLabel !== undefined,
  run: (context) => keepingSelection(context, () => context.stores.documents.getState().redo()),
});

function hintOf(verb: string, step: string | undefined): string | undefined {
  return step === undefined ? undefined : `${verb} “${step}”`;
}

/** What was selected stays so, under the id it has then; what is gone is not. */
function keepingSelection({ stores }: ActionContext, step: () => void): void {
  const { documents, ui } = stores;
  const before = documents.getState().topology;
  const { selection } = ui.getState();
  step();
  const after = documents.getState().topology;
  ui.getState().select(
    selection.flatMap((r) => (findRecord(after, r) !== undefined ? [r] : renamed(before, after, r))),
  );
}

/** One record of a kind that came where one went is the same under another id. */
function renamed(before: Topology, after: Topology, gone: Ref): Ref[] {
  const had = new Set(allRefs(before).map(refKey));
  const has = new Set(allRefs(after).map(refKey));
  const isKind = (r: Ref) => r.kind === gone.kind;
  const came = allRefs(after).filter((r) => isKind(r) && !had.has(refKey(r)));
  const went = allRefs(before).filter((r) => isKind(r) && !has.has(refKey(r)));
  return came.length === 1 && went.length === 1 ? came : [];
}
