/** What a chooser made by the window shows: folders and YAML files. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toFileError } from './file-error.ts';

export interface ListedEntry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

/** Folders first, then `*.yaml` and `*.yml`, each sorted; hidden ones and what cannot be read are left out. */
export async function listDesigns(folder: string): Promise<readonly ListedEntry[]> {
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.') && name !== 'node_modules').sort();
    const entries: ListedEntry[] = [];
    for (const name of names) {
      const path = join(folder, name);
      const info = await stat(path).catch(() => undefined);
      if (info?.isDirectory() === true) entries.push({ name, path, isFolder: true });
      else if (info?.isFile() === true && /\.ya?ml$/i.test(name)) entries.push({ name, path, isFolder: false });
    }
    return [...entries.filter((e) => e.isFolder), ...entries.filter((e) => !e.isFolder)];
  } catch (error) {
    throw toFileError(error, 'list', folder);
  }
}
