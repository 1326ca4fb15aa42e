import type { Handlers } from '../../shared/host/index.ts';
import { FileError } from '../files/file-error.ts';

/** Long readings, one for each window at a time: how far each is, and the way to end it. A window names itself by an id. */
export interface Readings {
  /** Does the work in place of whatever the same window reads; `tell` says how far it is, for people. */
  run<T>(window: string, work: (signal: AbortSignal, tell: (progress: string) => void) => Promise<T>): Promise<T>;
  readonly handlers: Handlers<'reading:progress' | 'reading:stop'>;
}

export function createReadings(): Readings {
  const underWay = new Map<string, { readonly control: AbortController; progress: string }>();
  return {
    run: async (window, work) => {
      underWay.get(window)?.control.abort(new FileError('failed', 'Another reading took its place.'));
      const own = { control: new AbortController(), progress: '' };
      underWay.set(window, own);
      try {
        return await work(own.control.signal, (text) => {
          own.progress = text;
        });
      } finally {
        if (underWay.get(window) === own) underWay.delete(window);
      }
    },
    handlers: {
      'reading:progress': async ({ reading }) => underWay.get(reading)?.progress ?? '',
      'reading:stop': async ({ reading }) => {
        underWay.get(reading)?.control.abort(new FileError('failed', 'The reading was stopped.'));
      },
    },
  };
}
