/** Reading text files, whatever stands in them, without ever taking half of one for the whole. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodingOf } from '../../shared/lib/encoding.ts';
import { FileError, toFileError } from './file-error.ts';

/** The largest file that is read or written as a design, in bytes. */
export const sizeLimit = 20 * 1024 * 1024;

/** Says of a real path (no symbolic links left in it) whether it may be touched. */
export type Permits = (realPath: string) => boolean;

export interface ReadText {
  readonly path: string;
  readonly name: string;
  /** Byte order mark and line ends included. */
  readonly text: string;
  /** SHA-256 of the bytes. */
  readonly etag: string;
  readonly writable: boolean;
}

/** Rejects with a FileError: `not-found`, `not-allowed`, `too-large`, `not-text`. */
export async function readText(path: string, permits: Permits = () => true): Promise<ReadText> {
  const bytes = await readBytes(path, permits);
  return {
    path,
    name: basename(path),
    text: decodeText(bytes, path),
    etag: etagOf(bytes),
    writable: await isWritable(path),
  };
}

/** The bytes of a regular file of at most `sizeLimit` bytes. */
export async function readBytes(path: string, permits: Permits = () => true): Promise<Uint8Array> {
  try {
    const real = await realpath(path);
    refuseUnless(permits(real), path);
    // Not following links at the last step and not waiting for the other end of a pipe.
    const handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      // A folder on the way may have been swapped for a link between the check and the opening.
      refuseUnless((await realpath(path)) === real && (await sameFile(real, await handle.stat())), path);
      const info = await handle.stat();
      if (!info.isFile()) throw new FileError('not-allowed', `${path} is not a regular file. Choose a file.`);
      if (info.size > sizeLimit) throw tooLarge(path, info.size);
      const bytes = await handle.readFile();
      if (bytes.byteLength > sizeLimit) throw tooLarge(path, bytes.byteLength);
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toFileError(error, 'read', path);
  }
}

/** What comes through a pipe, at most `sizeLimit` bytes. */
export async function readPieces(pieces: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > sizeLimit)
      throw new FileError(
        'too-large',
        `${name} has more than ${sizeLimit / 1024 / 1024} MB, and no more is read, so that a wrong pipe cannot take all memory. Split it.`,
      );
    read.push(piece);
  }
  return Buffer.concat(read);
}

/**
 * The text of a file that is read and never saved again: what `decodeText` takes, and UTF-16 with a byte order mark, as
 * PowerShell writes what `kubectl get -o yaml > file` prints.
 */
export function decodeAnyText(bytes: Uint8Array, path: string): string {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8') return decodeText(bytes, path);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new FileError('not-text', `${path} is UTF-16 text that breaks off or is damaged. Write it again, as UTF-8.`);
  }
}

/** Strict UTF-8, byte order mark kept. Rejects what is no text with the reason. */
export function decodeText(bytes: Uint8Array, path: string): string {
  if (encodingOf(bytes) !== 'utf-8') {
    throw new FileError('not-text', `${path} is UTF-16 text. Save it as UTF-8 and open it again.`);
  }
  if (bytes.includes(0)) {
    throw new FileError('not-text', `${path} holds binary data, not text. Choose a YAML file.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FileError('not-text', `${path} is not valid UTF-8 text. Save it as UTF-8 and open it again.`);
  }
}

export function etagOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** False where saving over the file will fail. The mode counts for root too, as the owner asked not to write there. */
export async function isWritable(path: string): Promise<boolean> {
  try {
    const info = await stat(path);
    if ((info.mode & 0o222) === 0) return false;
    await access(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function refuseUnless(permitted: boolean, path: string): void {
  if (!permitted) {
    throw new FileError(
      'not-allowed',
      `${path} leads outside of what Zonewright may touch. Open it from the folder that was shared.`,
    );
  }
}

async function sameFile(real: string, opened: { dev: number; ino: number }): Promise<boolean> {
  const now = await stat(real);
  return now.dev === opened.dev && now.ino === opened.ino;
}

function tooLarge(path: string, size: number): FileError {
  const megabytes = (bytes: number) => Math.ceil(bytes / (1024 * 1024));
  return new FileError(
    'too-large',
    `${path} has ${megabytes(size)} MB. Zonewright reads files of at most ${megabytes(sizeLimit)} MB, so that a wrong file cannot freeze the window. Choose another file.`,
  );
}
