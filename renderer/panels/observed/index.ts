export { ObservedPanel } from './ObservedPanel.tsx';
