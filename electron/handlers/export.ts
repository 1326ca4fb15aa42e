import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { planExport } from '../files/export-plan.ts';
import { writeExport } from '../files/export-write.ts';
import { FileError } from '../files/file-error.ts';
import type { HandlerContext } from './context.ts';

export function exportHandlers({ access }: HandlerContext): Handlers<Extract<SharedChannel, `export:${string}`>> {
  async function folderOf(path: string): Promise<string> {
    const folder = access.resolve(path);
    if (access.permits(await realPlace(folder))) return folder;
    throw new FileError('not-allowed', `${path} leads outside of what Zonewright may touch. Choose another folder.`);
  }
  return {
    'export:plan': async ({ folder, files }) => ({ ...(await planExport(await folderOf(folder), files)), folder }),
    'export:write': async ({ plan, files, confirmed }) =>
      writeExport({ folder: await folderOf(plan.folder), etag: plan.etag }, files, confirmed),
  };
}

/** The real path of the nearest folder that is there: a new folder lands below it. */
async function realPlace(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    const real = await realpath(place).catch(() => undefined);
    if (real !== undefined || dirname(place) === place) return real ?? place;
  }
}
