import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectManifests } from './collect-manifests.ts';

let folder: string;

beforeEach(async () => {
  folder = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-manifests-')));
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

describe('collectManifests', () => {
  it('should read manifests at any depth, in order, and follow neither links nor hidden folders', async () => {
    await fs.mkdir(join(folder, 'b', 'deep'), { recursive: true });
    await fs.mkdir(join(folder, '.git'));
    await fs.writeFile(join(folder, 'b', 'deep', 'x.yml'), 'x');
    await fs.writeFile(join(folder, 'a.yaml'), 'a');
    await fs.writeFile(join(folder, 'index.json'), '{}');
    await fs.writeFile(join(folder, 'README.md'), 'no');
    await fs.writeFile(join(folder, '.git', 'c.yaml'), 'no');
    await fs.symlink(tmpdir(), join(folder, 'elsewhere'));
    expect(await collectManifests(folder)).toEqual({
      files: [
        { path: 'a.yaml', text: 'a' },
        { path: 'b/deep/x.yml', text: 'x' },
        { path: 'index.json', text: '{}' },
      ],
      unreadable: [],
    });
  });

  it('should say what could not be read, and give the rest', async () => {
    await fs.writeFile(join(folder, 'a.yaml'), 'a');
    await fs.writeFile(join(folder, 'b.yaml'), new Uint8Array([0, 1, 2]));
    const found = await collectManifests(folder);
    expect(found.files.map((f) => f.path)).toEqual(['a.yaml']);
    expect(found.unreadable).toEqual([expect.stringContaining('b.yaml')]);
  });

  it('should tell how far it is, and stop when it is called off', async () => {
    for (const name of ['a', 'b', 'c']) await fs.writeFile(join(folder, `${name}.yaml`), name);
    const stop = new AbortController();
    const told: number[] = [];
    const onFile = (files: number) => {
      told.push(files);
      if (files === 2) stop.abort(new Error('enough'));
    };
    await expect(collectManifests(folder, { signal: stop.signal, onFile })).rejects.toThrow('enough');
    expect(told).toEqual([1, 2]);
  });

  it('should refuse a folder that is not there', async () => {
    await expect(collectManifests(join(folder, 'gone'))).rejects.toMatchObject({ code: 'not-found' });
  });
});
