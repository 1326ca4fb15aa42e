import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { collectManifests } from '../files/collect-manifests.ts';
import { planExport } from '../files/export-plan.ts';
import { writeExport } from '../files/export-write.ts';
import type { HandlerContext } from './context.ts';
import type { Readings } from './reading.ts';

export function exportHandlers(
  { access }: HandlerContext,
  readings: Readings,
): Handlers<Extract<SharedChannel, `export:${string}` | `manifests:${string}`>> {
  return {
    'export:plan': async ({ folder, files }) => ({
      ...(await planExport(await permittedPath(access, folder), files)),
      folder,
    }),
    'manifests:read': ({ folder, reading }) =>
      readings.run(reading, async (signal, tell) => {
        const { permits } = access;
        const onFile = (files: number) => tell(`Reading files: ${files.toLocaleString('en')} so far`);
        return collectManifests(await permittedPath(access, folder), { permits, signal, onFile });
      }),
    'export:write': async ({ plan, files, confirmed }) =>
      writeExport({ folder: await permittedPath(access, plan.folder), etag: plan.etag }, files, confirmed),
  };
}
