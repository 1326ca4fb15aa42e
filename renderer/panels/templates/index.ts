export { StartPanel } from './StartPanel.tsx';
