/** The designs opened or saved last, newest first. */
import { readJson, writeJson } from './json-store.ts';

export interface RecentFileEntry {
  readonly path: string;
  readonly name: string;
  /** ISO 8601. */
  readonly openedAt: string;
}

const countLimit = 12;

export interface RecentFiles {
  list(): Promise<readonly RecentFileEntry[]>;
  add(entry: RecentFileEntry): Promise<void>;
  forget(path: string): Promise<void>;
}

/** Kept in one JSON file; changes go one after the other, as several windows share it. */
export function recentFilesAt(file: string): RecentFiles {
  let queue: Promise<unknown> = Promise.resolve();
  function change(edit: (entries: readonly RecentFileEntry[]) => readonly RecentFileEntry[]): Promise<void> {
    const next = queue.then(async () => {
      await writeJson(file, edit(await read(file)).slice(0, countLimit));
    });
    queue = next.catch(() => undefined);
    return next;
  }
  return {
    async list() {
      await queue;
      return read(file);
    },
    add: (entry) => change((entries) => [entry, ...entries.filter((e) => e.path !== entry.path)]),
    forget: (path) => change((entries) => entries.filter((e) => e.path !== path)),
  };
}

async function read(file: string): Promise<readonly RecentFileEntry[]> {
  const value = await readJson(file);
  return Array.isArray(value) ? value.filter(isEntry) : [];
}

function isEntry(value: unknown): value is RecentFileEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { path, name, openedAt } = value as Record<string, unknown>;
  return typeof path === 'string' && typeof name === 'string' && typeof openedAt === 'string';
}
