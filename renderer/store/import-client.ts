/** Asks a worker to read manifests and to draw what a proposal says. The files are sent once. */
import type { ImportCheck } from '../../shared/analysis/index.ts';
import type { Proposal } from '../../shared/importing/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import type { Topology } from '../../shared/model/index.ts';
import { type Tell, workerLine } from './worker-questions.ts';

export type ImportRequest =
  | {
      readonly ask: 'read';
      readonly name: string;
      readonly files: ReadonlyArray<{ readonly path: string; readonly text: string }>;
      /** Each folder is a cluster of its own. */
      readonly byFolder: boolean;
    }
  /** Without a proposal: an export's own design where there is one. */
  | { readonly ask: 'draw'; readonly proposal?: Proposal };

export interface ReadAnswer {
  readonly proposal: Proposal;
  /** True where the folder is what its own design exports. */
  readonly isExport: boolean;
  readonly problems: readonly Problem[];
}

export interface DrawAnswer {
  readonly topology: Topology;
  readonly check: ImportCheck;
  readonly problems: readonly Problem[];
}

export interface ImportClient {
  read(
    request: Pick<Extract<ImportRequest, { ask: 'read' }>, 'name' | 'files' | 'byFolder'>,
    tell: Tell,
  ): Promise<ReadAnswer>;
  draw(proposal?: Proposal): Promise<DrawAnswer>;
  /** Ends it at once and forgets the manifests; what is under way rejects. */
  stop(): void;
}

/** A worker of its own, which ends with the dialog and takes the manifests with it. */
export function workerImportClient(): ImportClient {
  const start = () => new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' });
  const { ask, stop } = workerLine<ImportRequest, ReadAnswer | DrawAnswer>(start, 'The reading broke off.');
  return {
    read: (request, tell) => ask({ ask: 'read', ...request }, tell) as Promise<ReadAnswer>,
    draw: (proposal) => ask({ ask: 'draw', ...(proposal !== undefined && { proposal }) }) as Promise<DrawAnswer>,
    stop: () => stop('The reading was stopped.'),
  };
}
