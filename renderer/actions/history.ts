import { Redo2, Undo2 } from 'lucide-react';
import { defineAction } from './define.ts';

export const undo = defineAction({
  id: 'edit.undo',
  label: 'Undo',
  group: 'Edit',
  icon: Undo2,
  shortcuts: ['Mod+Z'],
  hint: ({ stores }) => hintOf('Undo', stores.documents.getState().undoLabel),
  when: ({ stores }) => stores.documents.getState().undoLabel !== undefined,
  run: ({ stores }) => stores.documents.getState().undo(),
});

export const redo = defineAction({
  id: 'edit.redo',
  label: 'Redo',
  group: 'Edit',
  icon: Redo2,
  shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
  hint: ({ stores }) => hintOf('Redo', stores.documents.getState().redoLabel),
  when: ({ stores }) => stores.documents.getState().redoLabel !== undefined,
  run: ({ stores }) => stores.documents.getState().redo(),
});

function hintOf(verb: string, step: string | undefined): string | undefined {
  return step === undefined ? undefined : `${verb} “${step}”`;
}
