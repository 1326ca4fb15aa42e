import { strToU8, zipSync } from 'fflate';
import { sortBy } from './sort.ts';

/**
 * A zip of text files: sorted by path, with the earliest date a zip can hold, so that the same files give the same
 * bytes on every machine and in every time zone.
 */
export function zipTextFiles(
  files: ReadonlyArray<{ readonly path: string; readonly text: string }>,
): Uint8Array<ArrayBuffer> {
  const entries = sortBy(files, (file) => file.path).map((file) => [file.path, strToU8(file.text)] as const);
  // Without a zone the date is read as local time, and a zip holds local time.
  return zipSync(Object.fromEntries(entries), { level: 6, mtime: '1980-01-01T00:00:00' });
}
