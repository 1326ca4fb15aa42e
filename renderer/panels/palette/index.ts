export { PalettePanel } from './PalettePanel.tsx';
