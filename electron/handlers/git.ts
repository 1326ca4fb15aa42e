import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { gitHistory, gitShow } from '../files/git.ts';
import type { HandlerContext } from './context.ts';

export function gitHandlers({ access }: HandlerContext): Handlers<Extract<SharedChannel, `git:${string}`>> {
  return {
    'git:history': async ({ path }) => gitHistory(await permittedPath(access, path)),
    'git:show': async ({ path, revision }) => gitShow(await permittedPath(access, path), revision),
  };
}
