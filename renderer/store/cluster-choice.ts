/** Whoever wants to read clusters asks here; one dialog lets the user choose contexts and reads them. */
import { createStore } from 'zustand/vanilla';
import type { ManifestFolder } from '../../shared/host/index.ts';

export interface ReadClusters {
  /** Names of contexts; each is a folder of what was read. */
  readonly contexts: readonly string[];
  /** `unreadable` says what the user may not read. */
  readonly folder: ManifestFolder;
}

interface ClusterChoice {
  /** What the clusters are read for, as the dialog says it; absent where nobody asks. */
  readonly purpose?: string | undefined;
  answer(read: ReadClusters | undefined): void;
}

export const clusterChoice = createStore<ClusterChoice>()(() => ({ answer: () => undefined }));

/** Undefined where the user chose none; a question that is still open is cancelled. */
export function askClusters(purpose: string): Promise<ReadClusters | undefined> {
  clusterChoice.getState().answer(undefined);
  return new Promise((resolve) => {
    clusterChoice.setState({
      purpose,
      answer: (read) => {
        clusterChoice.setState({ purpose: undefined, answer: () => undefined });
        resolve(read);
      },
    });
  });
}
