import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { planExport } from '../files/export-plan.ts';
import { writeExport } from '../files/export-write.ts';
import type { HandlerContext } from './context.ts';

export function exportHandlers({ access }: HandlerContext): Handlers<Extract<SharedChannel, `export:${string}`>> {
  return {
    'export:plan': async ({ folder, files }) => ({
      ...(await planExport(await permittedPath(access, folder), files)),
      folder,
    }),
    'export:write': async ({ plan, files, confirmed }) =>
      writeExport({ folder: await permittedPath(access, plan.folder), etag: plan.etag }, files, confirmed),
  };
}
