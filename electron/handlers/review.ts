/** The review of a design lies beside it: whoever may touch the design may touch that one file as well. */
import { basename, dirname, join } from 'node:path';
import { type Handlers, reviewNameOf, type SharedChannel } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { FileError } from '../files/file-error.ts';
import { readText } from '../files/read.ts';
import { saveText } from '../files/write-atomic.ts';
import type { HandlerContext } from './context.ts';

export function reviewHandlers({ access }: HandlerContext): Handlers<Extract<SharedChannel, `review:${string}`>> {
  const beside = async (design: string): Promise<string> => {
    const path = await permittedPath(access, design);
    return join(dirname(path), reviewNameOf(basename(path)));
  };
  return {
    'review:read': async ({ path }) => {
      const own = await beside(path);
      const file = await readText(own, access.permits).catch((error: unknown) => {
        if (error instanceof FileError && error.code === 'not-found') return undefined;
        throw error;
      });
      return file && { ...file, path: access.toWindow(own) };
    },
    'review:save': async ({ path, text, etag, overwrite }) => {
      const own = await beside(path);
      const saved = await saveText({ path: own, text, etag, overwrite }, { permits: access.permits });
      return { path: access.toWindow(own), name: basename(own), etag: saved.etag };
    },
  };
}
