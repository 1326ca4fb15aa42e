export { InspectorPanel } from './InspectorPanel.tsx';
