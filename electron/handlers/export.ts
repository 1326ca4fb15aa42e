import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { collectManifests } from '../files/collect-manifests.ts';
import { planExport } from '../files/export-plan.ts';
import { writeExport } from '../files/export-write.ts';
import type { HandlerContext } from './context.ts';

export function exportHandlers({
  access,
}: HandlerContext): Handlers<Extract<SharedChannel, `export:${string}` | `manifests:${string}`>> {
  return {
    'export:plan': async ({ folder, files }) => ({
      ...(await planExport(await permittedPath(access, folder), files)),
      folder,
    }),
    'manifests:read': async ({ folder }) => collectManifests(await permittedPath(access, folder), access.permits),
    'export:write': async ({ plan, files, confirmed }) =>
      writeExport({ folder: await permittedPath(access, plan.folder), etag: plan.etag }, files, confirmed),
  };
}
