export { ProofPanel } from './ProofPanel.tsx';
