/** Unsaved edits, one file per document, where a crash of the window cannot reach them. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJson } from './json-store.ts';
import { etagOf } from './read.ts';

export interface RecoveryEntry {
  readonly id: string;
  readonly path?: string | undefined;
  readonly etag?: string | undefined;
  readonly name: string;
  readonly text: string;
  /** ISO 8601. */
  readonly savedAt: string;
}

export interface RecoveryStore {
  keep(entry: RecoveryEntry): Promise<void>;
  /** Newest first. A damaged file is passed over: the others still count. */
  list(): Promise<readonly RecoveryEntry[]>;
  drop(id: string): Promise<void>;
}

export function recoveryAt(folder: string): RecoveryStore {
  // The id comes from the window; hashed, it cannot be a path.
  const fileOf = (id: string) => join(folder, `${etagOf(id).slice(0, 32)}.json`);
  return {
    keep: (entry) => writeJson(fileOf(entry.id), entry),
    async list() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
      const values = await Promise.all(names.map((name) => readJson(join(folder, name))));
      return values.filter(isEntry).sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
    },
    drop: (id) => rm(fileOf(id), { force: true }),
  };
}

function isEntry(value: unknown): value is RecoveryEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, path, etag, name, text, savedAt } = value as Record<string, unknown>;
  return (
    [id, name, text, savedAt].every((v) => typeof v === 'string') &&
    [path, etag].every((v) => v === undefined || typeof v === 'string')
  );
}
