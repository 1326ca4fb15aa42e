import type { Handlers } from '../../shared/host/index.ts';
import { FileError } from '../files/file-error.ts';

/** The one long reading of a window that can be under way: how far it is, and the way to end it. */
export interface Reading {
  /** Does the work in place of whatever is being read; `tell` says how far it is, for people. */
  run<T>(work: (signal: AbortSignal, tell: (progress: string) => void) => Promise<T>): Promise<T>;
  readonly handlers: Handlers<'reading:progress' | 'reading:stop'>;
}

export function createReading(): Reading {
  let progress = '';
  let underWay: AbortController | undefined;
  return {
    run: async (work) => {
      underWay?.abort(new FileError('failed', 'Another reading took its place.'));
      const own = new AbortController();
      underWay = own;
      progress = '';
      try {
        return await work(own.signal, (text) => {
          if (underWay === own) progress = text;
        });
      } finally {
        if (underWay === own) {
          underWay = undefined;
          progress = '';
        }
      }
    },
    handlers: {
      'reading:progress': async () => progress,
      'reading:stop': async () => {
        underWay?.abort(new FileError('failed', 'The reading was stopped.'));
      },
    },
  };
}
