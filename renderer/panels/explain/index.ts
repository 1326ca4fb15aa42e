export { BlastPanel } from './BlastPanel.tsx';
export { ExplainPanel } from './ExplainPanel.tsx';
