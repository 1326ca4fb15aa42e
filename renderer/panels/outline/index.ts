export { OutlinePanel } from './OutlinePanel.tsx';
