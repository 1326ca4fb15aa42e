import { realpath } from 'node:fs/promises';
import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { FileError } from '../files/file-error.ts';
import { gitHistory, gitShow } from '../files/git.ts';
import type { HandlerContext } from './context.ts';

export function gitHandlers({ access }: HandlerContext): Handlers<Extract<SharedChannel, `git:${string}`>> {
  async function place(path: string): Promise<string> {
    const absolute = access.resolve(path);
    const real = await realpath(absolute).catch(() => absolute);
    if (!access.permits(real)) {
      throw new FileError('not-allowed', `${path} leads outside of what Zonewright may touch.`);
    }
    return absolute;
  }
  return {
    'git:history': async ({ path }) => gitHistory(await place(path)),
    'git:show': async ({ path, revision }) => gitShow(await place(path), revision),
  };
}
