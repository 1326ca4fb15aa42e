export { ManifestList } from './ManifestList.tsx';
export { ManifestsPanel } from './ManifestsPanel.tsx';
