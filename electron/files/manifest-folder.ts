/** The manifests of a folder one after the other, so that a huge folder never has to be in memory as a whole. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../../shared/lib/sort.ts';
import { FileError, toFileError } from './file-error.ts';
import { decodeAnyText, type Permits, readBytes } from './read.ts';

export type FolderEntry =
  /** `path` is relative to the folder, with `/`. */
  { readonly path: string; readonly text: string } | { readonly path: string; readonly fault: string };

/**
 * Files that end in yaml, yml or json, sorted by path within each folder; an export's index comes first, because it says
 * how the others are to be read. Hidden folders, node_modules and symbolic links
 * are passed over. What cannot be read is told and hides nothing else.
 */
export async function* manifestsBelow(
  folder: string,
  options: { readonly permits?: Permits; readonly signal?: AbortSignal } = {},
  prefix = '',
): AsyncGenerator<FolderEntry> {
  const shown = (path: string, error: unknown): FolderEntry => ({
    path,
    fault: (error instanceof FileError ? error : toFileError(error, 'read', join(folder, path))).message,
  });
  let entries: Dirent[] = [];
  try {
    entries = await readdir(join(folder, prefix), { withFileTypes: true });
  } catch (error) {
    yield shown(prefix, error);
  }
  const rank = (entry: Dirent) => (entry.name === 'zonewright.json' ? '' : entry.name);
  for (const entry of entries.sort((a, b) => compareText(rank(a), rank(b)))) {
    options.signal?.throwIfAborted();
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) {
      yield* manifestsBelow(folder, options, path);
    } else if (entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name)) {
      try {
        const file = join(folder, path);
        yield { path, text: decodeAnyText(await readBytes(file, options.permits), file) };
      } catch (error) {
        yield shown(path, error);
      }
    }
  }
}
