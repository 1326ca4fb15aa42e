import {
  FileInput,
  FilePlus2,
  FolderOpen,
  House,
  PackageOpen,
  RotateCcw,
  Save,
  SaveAll,
  SquarePlus,
  X,
} from 'lucide-react';
import { defineAction } from './define.ts';

export const newDesign = defineAction({
  id: 'file.new',
  label: 'New design',
  group: 'File',
  icon: FilePlus2,
  shortcuts: ['Mod+N', 'Mod+Alt+N'],
  whileTyping: true,
  withoutDesign: true,
  run: ({ session }) => session.newDesign(),
});

export const newWindow = defineAction({
  id: 'file.new-window',
  label: 'New window',
  group: 'File',
  icon: SquarePlus,
  shortcuts: ['Mod+Shift+N'],
  withoutDesign: true,
  run: ({ host }) => host.newWindow(),
});

export const open = defineAction({
  id: 'file.open',
  label: 'Open…',
  group: 'File',
  icon: FolderOpen,
  shortcuts: ['Mod+O'],
  whileTyping: true,
  withoutDesign: true,
  run: ({ session }) => session.chooseAndOpen(),
});

export const importManifests = defineAction({
  id: 'file.import',
  label: 'Import manifests…',
  group: 'File',
  icon: FileInput,
  withoutDesign: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'import' } }),
});

export const start = defineAction({
  id: 'file.start',
  label: 'Start screen',
  group: 'File',
  icon: House,
  run: ({ session }) => session.leave(),
});

export const save = defineAction({
  id: 'file.save',
  label: 'Save',
  group: 'File',
  icon: Save,
  shortcuts: ['Mod+S'],
  whileTyping: true,
  run: async ({ session }) => {
    await session.save();
  },
});

export const saveAs = defineAction({
  id: 'file.save-as',
  label: 'Save as…',
  group: 'File',
  icon: SaveAll,
  shortcuts: ['Mod+Shift+S'],
  whileTyping: true,
  run: async ({ session }) => {
    await session.saveAs();
  },
});

export const reload = defineAction({
  id: 'file.reload',
  label: 'Reload from disk',
  group: 'File',
  icon: RotateCcw,
  when: ({ stores }) => stores.documents.getState().origin.path !== undefined,
  run: async ({ stores, session }) => {
    const { path } = stores.documents.getState().origin;
    if (path !== undefined) await session.openPath(path);
  },
});

export const exportManifests = defineAction({
  id: 'file.export',
  label: 'Export manifests…',
  group: 'File',
  icon: PackageOpen,
  shortcuts: ['Mod+E'],
  whileTyping: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'export' } }),
});

export const closeWindow = defineAction({
  id: 'file.close',
  label: 'Close window',
  group: 'File',
  icon: X,
  withoutDesign: true,
  run: ({ session }) => session.close(),
});
