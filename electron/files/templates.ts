/** The starter designs that come with the application. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ending = '.zones.yaml';

/** `id` is the file name without `.zones.yaml`; sorted by it. */
export async function readTemplates(folder: string): Promise<ReadonlyArray<{ id: string; text: string }>> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    names.map(async (name) => ({
      id: name.slice(0, -ending.length),
      text: await readFile(join(folder, name), 'utf8'),
    })),
  );
}
