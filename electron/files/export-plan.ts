/**
 * What writing an export would do to a folder, worked out from the index that the last export left there. Touches
 * nothing. A file counts as Zonewright's own only where the index lists it and its bytes still have the hash written
 * there, or where an export that was killed had just put those bytes; everything else is somebody's work and is left
 * alone unless they say so.
 */
import { createHash } from 'node:crypto';
import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isMap } from '../../shared/lib/is-map.ts';
import { parseJson } from '../../shared/lib/parse-json.ts';
import { compareText } from '../../shared/lib/sort.ts';
import { type StagingFolder, stagingFolders } from './export-journal.ts';
import { hashedPaths, refuseBadPaths } from './export-paths.ts';
import { FileError, systemCode, toFileError } from './file-error.ts';
import { etagOf, sizeLimit } from './read.ts';

export interface PlannedFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface FolderPlanEntry {
  readonly path: string;
  /** `edited`: Zonewright wrote it and somebody changed it since. `foreign`: Zonewright never wrote it. */
  readonly change: 'added' | 'changed' | 'removed' | 'same' | 'edited' | 'foreign';
  /** What an `edited` or `foreign` file would become; `same` where the design wants what was written last time. */
  readonly wanted?: 'changed' | 'removed' | 'same';
  /** The text on disk now; absent where there is none, or it is not text, or it is a symbolic link. */
  readonly before?: string;
}

export interface FolderPlan {
  readonly folder: string;
  /** Sorted by path. */
  readonly entries: readonly FolderPlanEntry[];
  /** Changes with the wanted files and with what stands on disk where they go. */
  readonly etag: string;
}

/** The index at the root of every export. */
export const exportIndexName = 'zonewright.json';

/** Rejects with `not-allowed` for a path that could leave the folder or that some system cannot hold. */
export async function planExport(folder: string, files: readonly PlannedFile[]): Promise<FolderPlan> {
  return (await examine(folder, files)).plan;
}

export interface Examined {
  readonly plan: FolderPlan;
  /** What exports that were killed left behind, and what may be writing right now. */
  readonly staging: readonly StagingFolder[];
  /**
   * The index to write where these edited and foreign paths were confirmed: of the others it keeps what it said before,
   * or nothing. Undefined where the files have no index.
   */
  indexFor(confirmed: ReadonlySet<string>): string | undefined;
}

export async function examine(folder: string, files: readonly PlannedFile[]): Promise<Examined> {
  refuseBadPaths(files);
  try {
    const root = await realRoot(folder);
    const staging = await stagingFolders(root);
    const old = await readIndex(root);
    const known = { ...old, begun: staging.map(({ written }) => written) };
    const wanted = new Map(files.map((file) => [file.path, file.text]));
    const begunPaths = known.begun.flatMap((written) => [...written.keys()]);
    const paths = [...new Set([...wanted.keys(), ...old.files.keys(), ...begunPaths])]
      .filter((path) => path !== exportIndexName)
      .sort();
    const etag = createHash('sha256');
    const find = async (path: string, text: string | undefined) => {
      const disk = await look(root, path);
      etag.update(JSON.stringify([path, disk.state, disk.hash ?? '', text === undefined ? '' : etagOf(text)]));
      return compare(path, text, disk, known);
    };
    const entries: FolderPlanEntry[] = [];
    for (const path of paths) entries.push(...(await find(path, wanted.get(path))));
    const indexFor = (confirmed: ReadonlySet<string>) =>
      indexOf(
        wanted.get(exportIndexName),
        entries.filter((e) => !confirmed.has(e.path)),
        old,
      );
    entries.push(...(await find(exportIndexName, indexFor(new Set()))));
    for (const { written } of staging) etag.update(JSON.stringify([...written]));
    entries.sort((a, b) => compareText(a.path, b.path));
    return { plan: { folder, entries, etag: etag.digest('hex') }, staging, indexFor };
  } catch (error) {
    throw toFileError(error, 'read', folder);
  }
}

/** The real place of the folder; a folder that is not there yet counts as empty. */
async function realRoot(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if (!(await lstat(real)).isDirectory()) {
      throw new FileError('not-allowed', `${folder} is a file. Choose a folder for the export.`);
    }
    return real;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return folder;
    throw error;
  }
}

interface OnDisk {
  readonly state: 'absent' | 'file' | 'link';
  /** SHA-256 of the bytes; absent for a link. */
  readonly hash?: string;
  readonly text?: string;
}

/** What stands at a relative path. Refuses where a folder on the way leads out of the root. */
export async function look(root: string, path: string): Promise<OnDisk> {
  const parts = path.split('/');
  let folder = root;
  for (const part of parts.slice(0, -1)) {
    folder = join(folder, part);
    const info = await lstatOrNothing(folder);
    if (info === undefined) return { state: 'absent' };
    if (info.isSymbolicLink() && !inside(root, await realpath(folder))) {
      throw new FileError(
        'not-allowed',
        `${path} would be written outside of the folder: ${part} is a symbolic link that leads out of it. Remove the link, or choose another folder.`,
      );
    }
  }
  const place = join(folder, parts.at(-1) ?? '');
  const info = await lstatOrNothing(place);
  if (info === undefined) return { state: 'absent' };
  if (info.isSymbolicLink()) return { state: 'link' };
  if (!info.isFile()) {
    throw new FileError(
      'not-allowed',
      `${path} is to be a file, but a folder of that name stands there. Rename it, or choose another folder.`,
    );
  }
  if (info.size > sizeLimit) return { state: 'file', hash: `size ${info.size} time ${info.mtimeMs}` };
  const bytes = await readFile(place);
  return { state: 'file', hash: etagOf(bytes), ...textOf(bytes) };
}

function compare(path: string, text: string | undefined, disk: OnDisk, known: Known): FolderPlanEntry[] {
  const before = disk.text === undefined ? {} : { before: disk.text };
  if (disk.state === 'absent') return text === undefined ? [] : [{ path, change: 'added' }];
  if (text !== undefined && disk.hash === etagOf(text)) return [{ path, change: 'same', ...before }];
  if (path === exportIndexName && known.isOurs)
    return text === undefined ? [] : [{ path, change: 'changed', ...before }];
  const written = known.files.get(path)?.sha256;
  const outcome = text === undefined ? 'removed' : 'changed';
  const isOwn =
    disk.hash !== undefined && (written === disk.hash || known.begun.some((b) => b.get(path) === disk.hash));
  if (isOwn) return [{ path, change: outcome, ...before }];
  // What a killed export wanted to put here and did not is still nobody's but the owner's.
  if (written === undefined) return text === undefined ? [] : [{ path, change: 'foreign', wanted: outcome, ...before }];
  const wanted = text !== undefined && etagOf(text) === written ? 'same' : outcome;
  return [{ path, change: 'edited', wanted, ...before }];
}

interface OldIndex {
  readonly isOurs: boolean;
  /** Entries by path, with the SHA-256 as it was written. Paths that no export would have are left out. */
  readonly files: ReadonlyMap<string, { readonly path: string; readonly sha256: string }>;
}

interface Known extends OldIndex {
  /** Path to SHA-256, of exports that did not come to their end. */
  readonly begun: ReadonlyArray<ReadonlyMap<string, string>>;
}

async function readIndex(root: string): Promise<OldIndex> {
  const { text } = await look(root, exportIndexName);
  const index = text === undefined ? undefined : parseIndex(text);
  if (index === undefined) return { isOurs: false, files: new Map() };
  const files = hashedPaths(index.files).filter((file) => file.path !== exportIndexName);
  return { isOurs: true, files: new Map(files.map((file) => [file.path, file])) };
}

function parseIndex(text: string): { readonly files: readonly unknown[] } | undefined {
  const value = parseJson(text);
  return isMap(value) && value.kind === 'ExportIndex' && Array.isArray(value.files)
    ? { ...value, files: value.files }
    : undefined;
}

/**
 * The index may only list what Zonewright wrote: a file that is left as it is keeps the entry it had, or gets none, so
 * that the next plan does not take somebody's own file for one of Zonewright's that was edited.
 */
function indexOf(text: string | undefined, left: readonly FolderPlanEntry[], old: OldIndex): string | undefined {
  const unwritten = left.filter((e) => e.change === 'edited' || e.change === 'foreign').map((e) => e.path);
  const index = text === undefined ? undefined : parseIndex(text);
  if (index === undefined || unwritten.length === 0) return text;
  const kept = unwritten.flatMap((path) => old.files.get(path) ?? []);
  const files = [...hashedPaths(index.files).filter((file) => !unwritten.includes(file.path)), ...kept];
  files.sort((a, b) => compareText(a.path, b.path));
  return `${JSON.stringify({ ...index, files }, null, 2)}\n`;
}

function textOf(bytes: Uint8Array): { text: string } | Record<string, never> {
  if (bytes.includes(0)) return {};
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return {};
  }
}

async function lstatOrNothing(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function inside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
