/**
 * Writing that leaves either the old file or the new one, whatever dies in between: a temporary file in the same
 * folder, flushed to disk, renamed over the old one, and the folder flushed too.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileError, systemCode, toFileError } from './file-error.ts';
import { etagOf, isWritable, type Permits, readBytes, sizeLimit } from './read.ts';

/** The calls that can fail half-way; tests put failing ones in their place. */
export interface FileSystem {
  readonly open: typeof fs.open;
  readonly rename: typeof fs.rename;
  readonly unlink: typeof fs.unlink;
}

export interface WriteOptions {
  readonly permits?: Permits;
  readonly fileSystem?: FileSystem;
}

export interface SaveTextRequest {
  readonly path: string;
  readonly text: string;
  /** The etag of the file as it was read; absent to write a file that should not be there yet. */
  readonly etag?: string | undefined;
  readonly overwrite?: boolean | undefined;
}

/**
 * Writes a design. Rejects with `changed-on-disk` where somebody else wrote the file since it was read (or where a file
 * stands in the way of a new one), unless `overwrite` says that the user confirmed.
 */
export async function saveText(request: SaveTextRequest, options: WriteOptions = {}): Promise<{ etag: string }> {
  const { path, text } = request;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.byteLength > sizeLimit) {
    throw new FileError(
      'too-large',
      `${path} would have more than ${sizeLimit / 1024 / 1024} MB, and could not be opened again. Split the design.`,
    );
  }
  return oneAtATime(path, async () => {
    if (request.overwrite !== true) await refuseIfChanged(request, options);
    await writeAtomic(path, bytes, options);
    return { etag: etagOf(bytes) };
  });
}

/** Keeps the mode of the old file and follows symbolic links to it. Rejects with a FileError. */
export async function writeAtomic(
  path: string,
  content: Uint8Array | string,
  options: WriteOptions = {},
): Promise<void> {
  const io = options.fileSystem ?? fs;
  try {
    const target = await realTarget(path);
    if (options.permits !== undefined && !options.permits(target)) {
      throw new FileError('not-allowed', `${path} leads outside of what Zonewright may touch. Save to another place.`);
    }
    const old = await fs.stat(target).catch(() => undefined);
    if (old?.isDirectory() === true) throw new FileError('not-allowed', `${path} is a folder. Choose another name.`);
    if (old !== undefined && !(await isWritable(target))) {
      throw new FileError('read-only', `${path} is read-only. Save under another name, or make the file writable.`);
    }
    const temporary = join(dirname(target), `.${basename(target).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      await writeFlushed(io, temporary, content, old);
      // The folder may have been swapped for a link since it was resolved.
      if ((await realTarget(path)) !== target) {
        throw new FileError('not-allowed', `${path} changed while it was written. Try again.`);
      }
      await renameOver(io, temporary, target);
    } catch (error) {
      await io.unlink(temporary).catch(() => undefined);
      throw error;
    }
    await flushFolder(dirname(target), io);
  } catch (error) {
    throw toFileError(error, 'write', path);
  }
}

/** Asks the disk to keep what a folder lists. Not every system can; then there is nothing more to do. */
export async function flushFolder(folder: string, io: Pick<FileSystem, 'open'> = fs): Promise<void> {
  const handle = await io.open(folder, constants.O_RDONLY).catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

/** Writes a file that must not exist yet, and flushes it. `like` lends its mode and owner. */
export async function writeFlushed(
  io: Pick<FileSystem, 'open'>,
  path: string,
  content: Uint8Array | string,
  like?: { mode: number; uid: number; gid: number },
): Promise<void> {
  const handle = await io.open(path, 'wx', 0o666);
  try {
    await handle.writeFile(content);
    if (like !== undefined) {
      // Only root can give a file away; for everybody else the new owner is the writer, as with any editor.
      await handle.chown(like.uid, like.gid).catch(() => undefined);
      await handle.chmod(like.mode & 0o7777).catch(() => undefined);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function refuseIfChanged(request: SaveTextRequest, options: WriteOptions): Promise<void> {
  const { path, etag } = request;
  const current = await readBytes(path, options.permits).then(etagOf, (error: unknown) => {
    if (error instanceof FileError && error.code === 'not-found') return undefined;
    throw error;
  });
  if (current === etag) return;
  if (etag === undefined) {
    throw new FileError('changed-on-disk', `${path} is there already. Choose another name, or confirm to replace it.`);
  }
  throw new FileError(
    'changed-on-disk',
    current === undefined
      ? `${path} was deleted or moved since it was opened. Save under another name, or confirm to write it again.`
      : `${path} was changed by another program since it was opened. Compare the two, save under another name, or confirm to replace it.`,
  );
}

/** Where the bytes will land: the end of a chain of links, or the place in the real folder where no file is yet. */
async function realTarget(path: string): Promise<string> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const link = await fs.lstat(path).catch(() => undefined);
  if (link?.isSymbolicLink() === true) {
    throw new FileError('not-allowed', `${path} is a symbolic link that leads nowhere. Repair or remove the link.`);
  }
  return join(await fs.realpath(dirname(path)), basename(path));
}

/** Windows refuses to rename over a file that a virus scanner or an indexer holds for a moment. */
async function renameOver(io: FileSystem, from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await io.rename(from, to);
      return;
    } catch (error) {
      const busy = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '');
      if (!busy || attempt >= 8) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25 * (attempt + 1)));
    }
  }
}

const running = new Map<string, Promise<unknown>>();

/** Two saves of one file go one after the other, so that the second sees what the first wrote. */
async function oneAtATime<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = running.get(path) ?? Promise.resolve();
  const mine = before.then(work, work);
  running.set(path, mine);
  try {
    return await mine;
  } finally {
    if (running.get(path) === mine) running.delete(path);
  }
}
