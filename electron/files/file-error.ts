/** Failures of file handling, in words a person can act on. */

import type { FileErrorCode } from '../../shared/lib/file-error-code.ts';

export class FileError extends Error {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string) {
    super(message);
    this.name = 'FileError';
    this.code = code;
  }
}

/** The operating system's code (`ENOENT`) of anything thrown; undefined where it has none. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Says what failed and what to do. `doing` completes "Zonewright could not …": `read the file`, `write the file`. A
 * FileError passes through as it is.
 */
export function toFileError(error: unknown, doing: string, path: string): FileError {
  if (error instanceof FileError) return error;
  const start = `Zonewright could not ${doing} ${path}`;
  switch (systemCode(error)) {
    case 'ENOENT':
      return new FileError('not-found', `${start}: it is not there. Check whether it was moved, renamed or deleted.`);
    case 'EACCES':
    case 'EPERM':
      return new FileError(
        doing.startsWith('write') ? 'read-only' : 'not-allowed',
        `${start}: your user may not do that. Change the permissions, or choose another place.`,
      );
    case 'EROFS':
      return new FileError('read-only', `${start}: the disk can only be read. Choose another place.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return new FileError(
        'failed',
        `${start}: the disk is full. What stood there before is unchanged; free some space and try again.`,
      );
    case 'EISDIR':
      return new FileError('not-allowed', `${start}: it is a folder. Choose a file.`);
    case 'ENOTDIR':
      return new FileError(
        'not-found',
        `${start}: a part of the path is a file where a folder is needed. Choose another place.`,
      );
    case 'ELOOP':
      return new FileError(
        'not-allowed',
        `${start}: its symbolic links lead in a circle or changed meanwhile. Repair the link.`,
      );
    case 'ENAMETOOLONG':
      return new FileError('not-allowed', `${start}: the name is too long. Choose a shorter one.`);
    default:
      return new FileError('failed', `${start}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
