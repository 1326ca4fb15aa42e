/** Small state of the application's own (settings, recent files, window places). Damage never blocks a start. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJson } from '../../shared/lib/parse-json.ts';
import { writeAtomic } from './write-atomic.ts';

/** Undefined where the file is missing, unreadable or no JSON. The caller checks the shape. */
export async function readJson(path: string): Promise<unknown> {
  return readFile(path, 'utf8').then(parseJson, () => undefined);
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeAtomic(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
