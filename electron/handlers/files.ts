import { basename, dirname } from 'node:path';
import type { Handlers, OpenedFile, SharedChannel } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { listDesigns } from '../files/folder.ts';
import { readText } from '../files/read.ts';
import { saveText } from '../files/write-atomic.ts';
import type { HandlerContext } from './context.ts';

type FileChannel = Extract<SharedChannel, `file:${string}` | `folder:${string}` | `recent:${string}`>;

export function fileHandlers(context: HandlerContext): Handlers<FileChannel> {
  const { access, recentFiles } = context;
  return {
    'file:open': async ({ path }) => openDesign(context, await permittedPath(access, path)),
    'file:save': async ({ path, text, etag, overwrite }) => {
      const absolute = await permittedPath(access, path);
      const saved = await saveText({ path: absolute, text, etag, overwrite }, { permits: access.permits });
      await remember(context, absolute);
      return { path: access.toWindow(absolute), name: basename(absolute), etag: saved.etag };
    },
    'folder:list': async ({ path }) => {
      const folder =
        path === undefined && access.root !== undefined ? access.root : await permittedPath(access, path ?? '');
      const entries = (await listDesigns(folder)).map((entry) => ({ ...entry, path: access.toWindow(entry.path) }));
      const parent = folder === access.root ? {} : { parent: access.toWindow(dirname(folder)) };
      return { path: access.toWindow(folder), ...parent, entries };
    },
    'recent:list': async () => {
      const entries = await recentFiles.list();
      for (const entry of entries) access.grant(entry.path);
      return entries.map((entry) => ({ ...entry, path: access.toWindow(entry.path) }));
    },
    'recent:forget': async ({ path }) => recentFiles.forget(access.resolve(path)),
  };
}

/** Reads a design for the window and remembers it among the recent files. */
export async function openDesign(context: HandlerContext, absolute: string): Promise<OpenedFile> {
  const file = await readText(absolute, context.access.permits);
  await remember(context, absolute);
  return { ...file, path: context.access.toWindow(absolute) };
}

async function remember(context: HandlerContext, absolute: string): Promise<void> {
  const entry = { path: absolute, name: basename(absolute), openedAt: new Date().toISOString() };
  // The list is a convenience; a disk that cannot take it must not fail an open or a save.
  await context.recentFiles.add(entry).catch(() => undefined);
}
