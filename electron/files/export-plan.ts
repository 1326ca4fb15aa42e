/**
 * What writing an export would do to a folder, worked out from the index that the last export left there. Touches
 * nothing. A file counts as Zonewright's own only where the index lists it and its bytes still have the hash written
 * there; everything else is somebody's work and is left alone unless they say so.
 */
import { createHash } from 'node:crypto';
import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
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
  refuseBadPaths(files);
  try {
    const root = await realRoot(folder);
    const old = await readIndex(root);
    const wanted = new Map(files.map((file) => [file.path, file.text]));
    const paths = [...new Set([...wanted.keys(), ...old.hashes.keys()])].sort();
    const entries: FolderPlanEntry[] = [];
    const etag = createHash('sha256');
    for (const path of paths) {
      const disk = await look(root, path);
      const text = wanted.get(path);
      etag.update(JSON.stringify([path, disk.state, disk.hash ?? '', text === undefined ? '' : etagOf(text)]));
      const entry = compare(path, text, disk, old);
      if (entry !== undefined) entries.push(entry);
    }
    return { folder, entries, etag: etag.digest('hex') };
  } catch (error) {
    throw toFileError(error, 'read', folder);
  }
}

/** Says why a relative path is refused; undefined where it is fine on every system. */
export function faultOfPath(path: string): string | undefined {
  if (path === '' || path.length > 1000) return 'is empty or too long';
  if (path.includes('\\')) return 'holds a backslash';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'is absolute';
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') return 'leaves its folder';
    if (/[<>:"|?*]/.test(part) || [...part].some((c) => c < ' ')) return 'holds a character that Windows cannot store';
    if (/[. ]$/.test(part)) return 'ends in a dot or a space, which Windows drops';
    if (/^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i.test(part)) return 'is a name that Windows reserves';
    if (/^\.git$/i.test(part)) return 'leads into the folder of git';
    if (part.length > 255) return 'is too long';
  }
  return undefined;
}

/** The real place of the folder; a folder that is not there yet counts as empty. */
export async function realRoot(folder: string): Promise<string> {
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

function compare(path: string, text: string | undefined, disk: OnDisk, old: OldIndex): FolderPlanEntry | undefined {
  const before = disk.text === undefined ? {} : { before: disk.text };
  if (disk.state === 'absent') return text === undefined ? undefined : { path, change: 'added' };
  if (text !== undefined && disk.hash === etagOf(text)) return { path, change: 'same', ...before };
  if (path === exportIndexName && old.isOurs) return { path, change: 'changed', ...before };
  const written = old.hashes.get(path);
  const outcome = text === undefined ? 'removed' : 'changed';
  if (written === undefined) return { path, change: 'foreign', wanted: outcome, ...before };
  if (written === disk.hash) return { path, change: outcome, ...before };
  const wanted = text !== undefined && etagOf(text) === written ? 'same' : outcome;
  return { path, change: 'edited', wanted, ...before };
}

interface OldIndex {
  readonly isOurs: boolean;
  /** Path to SHA-256 as it was written. Paths that no export would have are left out. */
  readonly hashes: ReadonlyMap<string, string>;
}

async function readIndex(root: string): Promise<OldIndex> {
  const nothing: OldIndex = { isOurs: false, hashes: new Map() };
  const disk = await look(root, exportIndexName);
  if (disk.text === undefined) return nothing;
  let value: unknown;
  try {
    value = JSON.parse(disk.text);
  } catch {
    return nothing;
  }
  if (typeof value !== 'object' || value === null) return nothing;
  const { kind, files } = value as Record<string, unknown>;
  if (kind !== 'ExportIndex' || !Array.isArray(files)) return nothing;
  const hashes = new Map<string, string>();
  for (const file of files as unknown[]) {
    if (typeof file !== 'object' || file === null) continue;
    const { path, sha256 } = file as Record<string, unknown>;
    if (typeof path !== 'string' || typeof sha256 !== 'string') continue;
    if (faultOfPath(path) === undefined && path !== exportIndexName) hashes.set(path, sha256.toLowerCase());
  }
  return { isOurs: true, hashes };
}

function refuseBadPaths(files: readonly PlannedFile[]): void {
  const seen = new Map<string, string>();
  for (const { path } of files) {
    const fault = faultOfPath(path);
    if (fault !== undefined)
      throw new FileError('not-allowed', `The export was refused: the path ${JSON.stringify(path)} ${fault}.`);
    const folded = path.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) {
      throw new FileError(
        'not-allowed',
        `The export was refused: ${other} and ${path} are one file where case does not count. Rename one of the records.`,
      );
    }
    seen.set(folded, path);
  }
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
