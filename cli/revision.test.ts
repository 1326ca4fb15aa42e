import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from '../shared/testing/git.ts';
import { readRevision, splitRevision } from './revision.ts';

let base: string;
let source: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'zw-revision-')));
  source = join(base, 'source');
  await mkdir(join(source, 'live', 'deep'), { recursive: true });
  await writeFile(join(source, 'a.zones.yaml'), 'name: a\n');
  await writeFile(join(source, 'live', 'one.yaml'), 'kind: One\n');
  await writeFile(join(source, 'live', 'deep', 'two.yaml'), 'kind: Two\n');
  git(source, 'init', '-q');
  git(source, 'add', '.');
  git(source, 'commit', '-qm', 'First');
  git(source, 'config', 'uploadpack.allowFilter', 'true');
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe('readRevision', () => {
  it('should read a file from the root or the current folder, and a folder with what is below it', async () => {
    const live = join(source, 'live');
    const one = { kind: 'file', text: 'kind: One\n' };
    expect(await read('HEAD:a.zones.yaml', live)).toEqual({ kind: 'file', text: 'name: a\n' });
    expect(await read('HEAD:one.yaml', live)).toEqual(one);
    expect(await read('HEAD:./one.yaml', live)).toEqual(one);
    expect(await read('HEAD:./../a.zones.yaml', live)).toEqual({ kind: 'file', text: 'name: a\n' });
    const files = [
      { path: 'deep/two.yaml', text: 'kind: Two\n' },
      { path: 'one.yaml', text: 'kind: One\n' },
    ];
    expect(await read('HEAD:live/', source)).toEqual({ kind: 'folder', files });
    expect(await read('HEAD:./', live)).toEqual({ kind: 'folder', files });
    await expect(read('HEAD:../../etc/passwd', live)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('should start no program that the configuration of the repository names', async () => {
    const mark = join(base, 'ran');
    const clone = join(base, 'clone');
    git(base, 'clone', '-q', '--no-checkout', '--filter=blob:none', `file://${source}`, clone);
    git(clone, 'config', 'remote.origin.uploadpack', `touch ${mark}; git-upload-pack`);
    for (const key of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'diff.external', 'alias.cat-file'])
      git(clone, 'config', key, `touch ${mark}; cat`);
    for (const path of ['a.zones.yaml', 'live']) {
      await expect(read(`HEAD:${path}`, clone)).rejects.toMatchObject({
        code: 'failed',
        message: expect.stringContaining('partial clone'),
      });
    }
    await expect(read('HEAD:none.yaml', clone)).rejects.toMatchObject({ code: 'not-found' });
    await expect(stat(mark)).rejects.toThrow('ENOENT');
  });
});

async function read(argument: string, cwd: string) {
  const revision = splitRevision(argument);
  if (revision === undefined) throw new Error(`${argument} is no REVISION:path`);
  return readRevision(revision, cwd);
}
