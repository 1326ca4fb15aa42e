/**
 * Which files a window may touch. Even a window that was taken over reaches only what its user chose: on the desktop
 * the files picked in a dialog, opened before or named at start; over HTTP what lies below the folder that is served.
 */
import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { FileError } from './files/file-error.ts';
import type { Permits } from './files/read.ts';

export interface Access {
  /** The absolute path for what the window named. Throws `not-allowed`. */
  resolve(path: string): string;
  /** Checked again on the real path, with every symbolic link followed, right before it is touched. */
  readonly permits: Permits;
  /** How the window knows an absolute path. */
  toWindow(path: string): string;
  /** What a chooser shows first, and never goes above; undefined where the shell has dialogs of its own. */
  readonly root?: string;
  /** The user chose this file or folder; with a folder comes what is below it. */
  grant(path: string): void;
}

/**
 * The desktop: what was granted, and what is below a granted folder. Whoever names a link names what it leads to; a link
 * below a chosen folder, which may have come with a repository, leads nowhere else.
 */
export function grantedAccess(): Access {
  const granted = new Set<string>();
  return {
    resolve(path) {
      const absolute = resolve(path);
      if (isAbsolute(path) && [...granted].some((g) => isAtOrBelow(g, absolute))) return absolute;
      throw new FileError('not-allowed', `${path} was not chosen in this application. Open it with File, Open.`);
    },
    permits: (real) => [...granted].some((g) => isAtOrBelow(realPlace(g), real)),
    toWindow: (path) => path,
    grant: (path) => void granted.add(resolve(path)),
  };
}

/** The web host: below one folder, links included. Paths are relative to it, with `/`. */
export function folderAccess(folder: string): Access {
  const root = realpathSync(folder);
  return {
    root,
    resolve(path) {
      const fault =
        path.includes('\0') ||
        path.includes('\\') ||
        posix.isAbsolute(path) ||
        isAbsolute(path) ||
        /^[a-z]:/i.test(path);
      const absolute = resolve(root, path);
      if (!fault && !path.split('/').includes('..') && isAtOrBelow(root, absolute)) return absolute;
      throw new FileError(
        'not-allowed',
        `${path} is outside of the folder that Zonewright was started for. Start it for the other folder.`,
      );
    },
    permits: (real) => isAtOrBelow(root, real),
    toWindow: (path) => relative(root, path).split(sep).join('/') || '.',
    grant: () => undefined,
  };
}

/** Where a path leads; where no file is yet, its place in the real folder. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
  }
}

/**
 * The absolute path for what the window named, with the links on the way looked at: where the nearest folder that is
 * there puts it has to be permitted, so that not even the presence of a file outside can be found out.
 */
export async function permittedPath(access: Access, path: string): Promise<string> {
  const absolute = access.resolve(path);
  for (let place = absolute; ; place = dirname(place)) {
    const real = await realpath(place).catch(() => undefined);
    if (real === undefined && dirname(place) !== place) continue;
    if (real !== undefined && access.permits(join(real, relative(place, absolute)))) return absolute;
    throw new FileError(
      'not-allowed',
      `${path} leads outside of what was opened. Open what it leads to by its own name.`,
    );
  }
}

/** Whether `path` is `folder` or below it; both absolute and normalised. */
export function isAtOrBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : join(folder, sep));
}
