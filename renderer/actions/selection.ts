import { ArrowLeftRight, BoxSelect, Pencil, SquareDashed, Trash2 } from 'lucide-react';
import { removeRecords, reverseFlows } from '../../shared/commands/index.ts';
import { allRefs, findRecord, kinds, type Ref } from '../../shared/model/index.ts';
import { type ActionContext, defineAction } from './define.ts';

export const remove = defineAction({
  id: 'edit.delete',
  label: 'Delete',
  group: 'Edit',
  icon: Trash2,
  shortcuts: ['Delete', 'Backspace'],
  inContextMenu: true,
  isDanger: true,
  when: (context) => selected(context).length > 0,
  run: (context) => {
    const refs = selected(context);
    const { documents, ui } = context.stores;
    const before = allRefs(documents.getState().topology).length;
    documents.getState().run(removeRecords, { refs });
    ui.getState().select([]);
    const others = before - allRefs(documents.getState().topology).length - refs.length;
    const [only] = refs;
    if (others <= 0 || only === undefined) return;
    // What went along cannot always be seen, so it is said; undo brings all of it back.
    const what = refs.length === 1 ? `${kinds[only.kind].label} ${only.id}` : `${refs.length} records`;
    ui.getState().show({
      tone: 'info',
      text: `Deleted ${what} and ${others} ${others === 1 ? 'record' : 'records'} that belonged to it.`,
      action: { label: 'Undo', id: 'edit.undo' },
    });
  },
});

export const selectAll = defineAction({
  id: 'edit.select-all',
  label: 'Select all',
  group: 'Edit',
  icon: BoxSelect,
  shortcuts: ['Mod+A'],
  run: ({ stores }) => {
    const shapes = allRefs(stores.documents.getState().topology).filter((r) => drawn.has(r.kind));
    stores.ui.getState().select(shapes);
  },
});

/** Puts a drawing tool away first, and deselects the next time. */
export const deselect = defineAction({
  id: 'edit.deselect',
  label: 'Deselect',
  group: 'Edit',
  icon: SquareDashed,
  shortcuts: ['Escape'],
  when: ({ stores }) => stores.ui.getState().tool !== 'select' || stores.ui.getState().selection.length > 0,
  run: ({ stores }) => {
    const { ui } = stores;
    if (ui.getState().tool !== 'select') ui.getState().set({ tool: 'select' });
    else ui.getState().select([]);
  },
});

export const rename = defineAction({
  id: 'edit.rename',
  label: 'Rename',
  group: 'Edit',
  icon: Pencil,
  shortcuts: ['F2'],
  inContextMenu: true,
  when: (context) => selected(context).length === 1 && selected(context).every((r) => named.has(r.kind)),
  run: (context) => {
    const [renaming] = selected(context);
    context.stores.ui.getState().set({ renaming });
  },
});

export const reverse = defineAction({
  id: 'flow.reverse',
  label: 'Reverse direction',
  group: 'Edit',
  icon: ArrowLeftRight,
  shortcuts: ['Shift+R'],
  inContextMenu: true,
  when: (context) => selected(context).length > 0 && selected(context).every((r) => r.kind === 'flow'),
  run: (context) => context.stores.documents.getState().run(reverseFlows, { ids: selected(context).map((r) => r.id) }),
});

const drawn: ReadonlySet<Ref['kind']> = new Set([
  'zone',
  'cluster',
  'namespace',
  'workload',
  'external',
  'flow',
  'endpoint',
]);

/** Kinds whose name stands on the canvas, to be typed over there. */
const named: ReadonlySet<Ref['kind']> = new Set(['zone', 'cluster', 'namespace', 'workload', 'external', 'endpoint']);

/** The selected records that are still there. */
function selected({ stores }: ActionContext): Ref[] {
  const { topology } = stores.documents.getState();
  return stores.ui.getState().selection.filter((r) => findRecord(topology, r) !== undefined);
}
