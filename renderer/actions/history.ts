import { Redo2, Undo2 } from 'lucide-react';
import { defineAction } from './define.ts';

export const undo = defineAction({
  id: 'edit.undo',
  label: 'Undo',
  group: 'Edit',
  icon: Undo2,
  shortcuts: ['Mod+Z'],
  when: ({ stores }) => stores.documents.getState().undoLabel !== undefined,
  run: ({ stores }) => stores.documents.getState().undo(),
});

export const redo = defineAction({
  id: 'edit.redo',
  label: 'Redo',
  group: 'Edit',
  icon: Redo2,
  shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
  when: ({ stores }) => stores.documents.getState().redoLabel !== undefined,
  run: ({ stores }) => stores.documents.getState().redo(),
});
