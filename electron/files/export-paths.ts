/** Which relative paths an export may have: those that stay in their folder and that every system can hold. */
import { FileError } from './file-error.ts';

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

/** Throws `not-allowed` for a path with a fault, and for two that are one file where case does not count. */
export function refuseBadPaths(files: ReadonlyArray<{ readonly path: string }>): void {
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

/** The entries of an index or a journal that an export could have; whatever else stands there is left out. */
export function hashedPaths(files: unknown): Array<{ readonly path: string; readonly sha256: string }> {
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: unknown) => {
    if (typeof file !== 'object' || file === null) return [];
    const { path, sha256 } = file as Record<string, unknown>;
    if (typeof path !== 'string' || typeof sha256 !== 'string' || faultOfPath(path) !== undefined) return [];
    return [{ ...file, path, sha256: sha256.toLowerCase() }];
  });
}
