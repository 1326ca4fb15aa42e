export { ChooserDialog } from './ChooserDialog.tsx';
export { askChooser } from './chooser-store.ts';
