/**
 * Traces of exports that were killed half-way. A writer keeps its work in a staging folder below the export, with a
 * journal of the bytes it is about to put in place; where it dies, that folder stays. The next plan reads the journal to
 * know those bytes as Zonewright's own, and the next write finishes what was begun and clears the folder away.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { isMap } from '../../shared/lib/is-map.ts';
import { parseJson } from '../../shared/lib/parse-json.ts';
import { hashedPaths } from './export-paths.ts';
import { systemCode } from './file-error.ts';
import { readBytes } from './read.ts';
import { type FileSystem, flushFolder, writeFlushed } from './write-atomic.ts';

export interface StagingFolder {
  readonly place: string;
  /** False while the process that made it may still be writing. */
  readonly isLeftOver: boolean;
  /** What it was to put in place: path to SHA-256. Empty where it died before it began to. */
  readonly written: ReadonlyMap<string, string>;
}

const prefix = '.zonewright-staging-';
const journalName = 'journal.json';

/** A process id may be another program's by now, or another machine's; no export takes this long, in milliseconds. */
const longestExport = 10 * 60 * 1000;

const ours = new Set<string>();

/** A new staging folder, inside the export because only there a rename is sure to stay on one disk. */
export async function makeStaging(root: string): Promise<string> {
  const place = join(root, `${prefix}${process.pid}-${randomBytes(6).toString('hex')}`);
  ours.add(place);
  await fs.mkdir(place);
  return place;
}

/** Has to be on disk before the first file is put in place. */
export async function writeJournal(
  io: FileSystem,
  staging: string,
  files: ReadonlyArray<{ readonly path: string; readonly sha256: string }>,
): Promise<void> {
  await writeFlushed(io, join(staging, journalName), `${JSON.stringify({ kind: 'ExportJournal', files })}\n`);
  await flushFolder(staging, io);
}

/** The writer is done with it; `keep` leaves it where it is, for what could not be put back. */
export async function dropStaging(staging: string, keep: boolean): Promise<void> {
  if (!keep) await fs.rm(staging, { recursive: true, force: true });
  ours.delete(staging);
}

/** Sorted by name. */
export async function stagingFolders(root: string): Promise<readonly StagingFolder[]> {
  const entries = await fs.readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const places = entries
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
    .map((entry) => join(root, entry.name))
    .sort();
  return Promise.all(
    places.map(async (place) => ({
      place,
      isLeftOver: await isLeftOver(place),
      written: await readJournal(join(place, journalName)),
    })),
  );
}

async function isLeftOver(place: string): Promise<boolean> {
  if (ours.has(place)) return false;
  const pid = Number(place.slice(place.lastIndexOf(prefix) + prefix.length).split('-')[0]);
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return true;
  }
  const info = await fs.stat(place).catch(() => undefined);
  return info === undefined || Date.now() - info.mtimeMs > longestExport;
}

async function readJournal(place: string): Promise<ReadonlyMap<string, string>> {
  // A journal that is not there, or was cut off, was not on disk yet when its writer died: no file had been put in place.
  const bytes = await readBytes(place).catch(() => undefined);
  const journal = bytes && parseJson(Buffer.from(bytes).toString('utf8'));
  return new Map(hashedPaths(isMap(journal) ? journal.files : []).map(({ path, sha256 }) => [path, sha256]));
}
