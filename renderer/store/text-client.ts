/** Asks a worker for the text of a design. */
import type { DesignDocument } from '../../shared/document/index.ts';
import type { Topology } from '../../shared/model/index.ts';

export interface TextQuestion {
  readonly serial: number;
  /** The loaded text that saving patches, and its file; absent for a design that never was a file. */
  readonly source?: { readonly text: string; readonly file?: string };
  readonly topology: Topology;
}

export interface TextAnswer {
  readonly serial: number;
  readonly text: string;
}

export function textWriter(): (document: DesignDocument | undefined, topology: Topology) => Promise<string> {
  type Waiting = { readonly resolve: (text: string) => void; readonly reject: (error: Error) => void };
  const pending = new Map<number, Waiting>();
  const worker = new Worker(new URL('./text-worker.ts', import.meta.url), { type: 'module' });
  let serial = 0;
  worker.onmessage = ({ data }: MessageEvent<TextAnswer>) => {
    pending.get(data.serial)?.resolve(data.text);
    pending.delete(data.serial);
  };
  worker.onerror = (event) => {
    for (const { reject } of pending.values()) reject(new Error(event.message));
    pending.clear();
  };
  return (document, topology) =>
    new Promise((resolve, reject) => {
      serial += 1;
      pending.set(serial, { resolve, reject });
      const question: TextQuestion = {
        serial,
        topology,
        ...(document !== undefined && {
          source: {
            text: document.source.text,
            ...(document.source.file !== undefined && { file: document.source.file }),
          },
        }),
      };
      worker.postMessage(question);
    });
}
