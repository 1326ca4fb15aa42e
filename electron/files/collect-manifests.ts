/** A folder of manifests as a whole, for the window to compare. */
import { stat } from 'node:fs/promises';
import { FileError, toFileError } from './file-error.ts';
import { manifestsBelow } from './manifest-folder.ts';
import type { Permits } from './read.ts';

export interface CollectedManifests {
  readonly files: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  /** Why files or folders below it could not be read, one sentence each. */
  readonly unreadable: readonly string[];
}

/** So that a wrong folder, such as a home, is noticed before it fills the memory. */
const mostFiles = 20_000;
const mostText = 150_000_000;

export interface CollectOptions {
  readonly permits?: Permits;
  readonly signal?: AbortSignal;
  /** Called with the number of files read so far. */
  readonly onFile?: (files: number) => void;
}

/**
 * Rejects where the folder itself cannot be read, or holds more than a set of manifests has, and with the signal's reason
 * where it is called off.
 */
export async function collectManifests(folder: string, options: CollectOptions = {}): Promise<CollectedManifests> {
  const info = await stat(folder).catch((error: unknown) => {
    throw toFileError(error, 'read', folder);
  });
  if (!info.isDirectory()) throw new FileError('not-allowed', `${folder} is a file. Choose the folder around it.`);
  const files: Array<{ path: string; text: string }> = [];
  const unreadable: string[] = [];
  let length = 0;
  for await (const entry of manifestsBelow(folder, options)) {
    if ('fault' in entry) {
      unreadable.push(entry.fault);
      continue;
    }
    files.push(entry);
    options.onFile?.(files.length);
    length += entry.text.length;
    if (files.length > mostFiles || length > mostText) {
      throw new FileError(
        'too-large',
        `${folder} holds more than a set of manifests has (${mostFiles} files, ${mostText / 1_000_000} MB). Choose the folder of one set.`,
      );
    }
  }
  return { files, unreadable };
}
