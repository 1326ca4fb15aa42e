/**
 * The review of a design lies beside it: whoever may touch the design may touch that one file as well. Nobody chose it by
 * name, so a link of that name leads nowhere else.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Handlers, reviewNameOf, type SharedChannel } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { FileError } from '../files/file-error.ts';
import { type Permits, readText } from '../files/read.ts';
import { saveText } from '../files/write-atomic.ts';
import type { HandlerContext } from './context.ts';

export function reviewHandlers({ access }: HandlerContext): Handlers<Extract<SharedChannel, `review:${string}`>> {
  const beside = async (design: string): Promise<{ readonly own: string; readonly permits: Permits }> => {
    const path = await permittedPath(access, design);
    const folder = await realpath(dirname(path));
    return {
      own: join(dirname(path), reviewNameOf(basename(path))),
      // On the desktop nobody chose the folder around the design; the web host serves that folder, unless it is a link.
      permits: (real) => dirname(real) === folder && (access.root === undefined || access.permits(real)),
    };
  };
  return {
    'review:read': async ({ path }) => {
      const { own, permits } = await beside(path);
      const file = await readText(own, permits).catch((error: unknown) => {
        if (error instanceof FileError && error.code === 'not-found') return undefined;
        throw error;
      });
      return file && { ...file, path: access.toWindow(own) };
    },
    'review:save': async ({ path, text, etag, overwrite }) => {
      const { own, permits } = await beside(path);
      const saved = await saveText({ path: own, text, etag, overwrite }, { permits });
      return { path: access.toWindow(own), name: basename(own), etag: saved.etag };
    },
  };
}
