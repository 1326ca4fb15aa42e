/** Where the application's own files are. The bundles lie in dist/desktop, two folders below the package. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

export interface Places {
  readonly renderer: string;
  readonly templates: string;
  readonly preload: string;
}

export function placesBelow(packageFolder: string): Places {
  return {
    renderer: join(packageFolder, 'dist', 'renderer'),
    templates: join(packageFolder, 'templates'),
    preload: join(packageFolder, 'dist', 'desktop', 'preload.cjs'),
  };
}

/** State that belongs to one served folder: its paths mean nothing elsewhere. */
export function stateOfFolder(state: string, folder: string): string {
  return join(state, 'web', createHash('sha256').update(folder).digest('hex').slice(0, 24));
}

export function versionOf(packageFolder: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The name by which the system knows who works here; it knows none in some containers. */
export function userName(): { user?: string } {
  try {
    const { username } = userInfo();
    return username === '' ? {} : { user: username };
  } catch {
    return {};
  }
}
