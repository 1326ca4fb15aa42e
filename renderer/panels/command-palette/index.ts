export { CommandPalette } from './CommandPalette.tsx';
export { ShortcutsDialog } from './ShortcutsDialog.tsx';
