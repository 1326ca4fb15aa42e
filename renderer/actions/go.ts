import { Command, FileCode2, GitCompareArrows, Grid3x3, Keyboard, Map as MapIcon, Search } from 'lucide-react';
import type { View } from '../store/ui-store.ts';
import { defineAction } from './define.ts';

function goTo(view: View, label: string, icon: typeof MapIcon, key: string) {
  return defineAction({
    id: `go.${view}`,
    label,
    group: 'Go',
    icon,
    shortcuts: [`Mod+${key}`],
    whileTyping: true,
    run: ({ stores }) => stores.ui.getState().set({ view }),
  });
}

export const design = goTo('design', 'Design', MapIcon, '1');
export const matrix = goTo('matrix', 'Matrix', Grid3x3, '2');
export const manifests = goTo('manifests', 'Manifests', FileCode2, '3');
export const review = goTo('review', 'Review', GitCompareArrows, '4');

export const commandPalette = defineAction({
  id: 'go.command-palette',
  label: 'Command palette…',
  group: 'Go',
  icon: Command,
  shortcuts: ['Mod+K', 'Mod+Shift+P'],
  whileTyping: true,
  withoutDesign: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'command-palette' } }),
});

export const search = defineAction({
  id: 'go.search',
  label: 'Search the design…',
  group: 'Go',
  icon: Search,
  shortcuts: ['Mod+F'],
  whileTyping: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'search' } }),
});

export const shortcuts = defineAction({
  id: 'help.shortcuts',
  label: 'Keyboard shortcuts',
  group: 'Help',
  icon: Keyboard,
  shortcuts: ['?'],
  withoutDesign: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'shortcuts' } }),
});
