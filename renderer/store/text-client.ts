/** Asks a worker for the text of a design. */
import type { DesignDocument } from '../../shared/document/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import { workerLine } from './worker-questions.ts';

export interface TextQuestion {
  /** The loaded text that saving patches, and its file; absent for a design that never was a file. */
  readonly source?: { readonly text: string; readonly file?: string };
  readonly topology: Topology;
}

export function textWriter(): (document: DesignDocument | undefined, topology: Topology) => Promise<string> {
  const start = () => new Worker(new URL('./text-worker.ts', import.meta.url), { type: 'module' });
  const { ask } = workerLine<TextQuestion, string>(start, 'Writing the text of the design broke off.');
  return (document, topology) => {
    if (document === undefined) return ask({ topology });
    const { text, file } = document.source;
    return ask({ topology, source: { text, ...(file !== undefined && { file }) } });
  };
}
