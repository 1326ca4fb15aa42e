/** Asks a worker to read manifests and to draw what a proposal says. The files are sent once. */
import type { ImportCheck } from '../../shared/analysis/index.ts';
import type { Proposal } from '../../shared/importing/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import type { Topology } from '../../shared/model/index.ts';

export type ImportRequest =
  | {
      readonly ask: 'read';
      readonly serial: number;
      readonly name: string;
      readonly files: ReadonlyArray<{ readonly path: string; readonly text: string }>;
      /** Each folder is a cluster of its own. */
      readonly byFolder: boolean;
    }
  /** Without a proposal: an export's own design where there is one. */
  | { readonly ask: 'draw'; readonly serial: number; readonly proposal?: Proposal };

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

export interface ImportReply {
  readonly serial: number;
  /** How far it is, for people; the answer follows. */
  readonly progress?: string;
  readonly answer?: ReadAnswer | DrawAnswer;
  readonly failure?: string;
}

export interface ImportClient {
  read(
    request: Pick<Extract<ImportRequest, { ask: 'read' }>, 'name' | 'files' | 'byFolder'>,
    tell: (progress: string) => void,
  ): Promise<ReadAnswer>;
  draw(proposal?: Proposal): Promise<DrawAnswer>;
  /** Ends it at once; what is under way rejects, and nothing can be asked any more. */
  stop(): void;
}

/** A worker of its own, which ends with the dialog and takes the manifests with it. */
export function workerImportClient(): ImportClient {
  const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' });
  const pending = new Map<number, (reply: ImportReply) => void>();
  worker.onmessage = ({ data }: MessageEvent<ImportReply>) => {
    pending.get(data.serial)?.(data);
    if (data.progress === undefined) pending.delete(data.serial);
  };
  const fail = (failure: string) => {
    for (const [serial, settle] of pending) settle({ serial, failure });
    pending.clear();
  };
  worker.onerror = (event) => fail(event.message || 'The reading broke off.');
  let serial = 0;
  const ask = <T>(request: (serial: number) => ImportRequest, tell?: (progress: string) => void): Promise<T> => {
    serial += 1;
    const of = serial;
    return new Promise((resolve, reject) => {
      pending.set(of, ({ answer, failure, progress }) => {
        if (progress !== undefined) tell?.(progress);
        else if (failure === undefined) resolve(answer as T);
        else reject(new Error(failure));
      });
      worker.postMessage(request(of));
    });
  };
  return {
    read: (request, tell) => ask((of) => ({ ask: 'read', serial: of, ...request }), tell),
    draw: (proposal) => ask((of) => ({ ask: 'draw', serial: of, ...(proposal !== undefined && { proposal }) })),
    stop: () => {
      worker.terminate();
      fail('The reading was stopped.');
    },
  };
}
