import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from '../../shared/testing/git.ts';
import { gitHistory, gitShow, isRevision } from './git.ts';

let folder: string;

beforeEach(async () => {
  folder = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-git-')));
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

describe('gitHistory and gitShow', () => {
  it('should follow a file in a sub folder through a rename, with names that need care', async () => {
    git(folder, 'init', '-q');
    const [old, now] = [join(folder, 'net', 'alt.zones.yaml'), join(folder, 'net', '-区 "neu".zones.yaml')];
    await fs.mkdir(join(folder, 'net'));
    await fs.writeFile(old, 'name: one\nzones: {}\nflows: {}\n');
    commit('Add it');
    git(folder, 'tag', 'v1');
    await fs.writeFile(join(folder, 'other'), 'x');
    commit('Touch something else');
    await fs.rename(old, now);
    commit('Rename it');
    await fs.writeFile(now, 'name: two\nzones: {}\nflows: {}\n');
    commit('Change it');

    const history = await gitHistory(now);
    expect(history.map((r) => r.title)).toEqual(['Change it', 'Rename it', 'Add it', 'main', 'v1']);
    expect(history.map((r) => r.kind)).toEqual(['commit', 'commit', 'commit', 'branch', 'tag']);
    expect(history[0]).toMatchObject({
      revision: expect.stringMatching(/^[0-9a-f]{40}$/),
      author: 'Ann',
      date: expect.stringMatching(/^\d{4}-/),
    });
    expect(await gitShow(now, 'main')).toContain('two');
    expect(await gitShow(now, 'v1')).toContain('one');
    expect(await gitShow(now, history[2]?.revision ?? '')).toContain('one');
    expect(await gitShow(now, 'HEAD~1')).toContain('one');
    await expect(gitShow(join(folder, 'other'), 'v1')).rejects.toMatchObject({ code: 'not-found' });
    await expect(gitShow(now, 'v9')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('should say where there is no repository, and have no history before the first commit', async () => {
    const file = join(folder, 'a.zones.yaml');
    await fs.writeFile(file, 'x');
    await expect(gitHistory(file)).rejects.toMatchObject({ code: 'no-git' });
    await expect(gitShow(file, 'HEAD')).rejects.toMatchObject({ code: 'no-git' });
    git(folder, 'init', '-q');
    expect(await gitHistory(file)).toEqual([]);
  });

  it('should start no program that the repository names', async () => {
    git(folder, 'init', '-q');
    const file = join(folder, 'a.zones.yaml');
    await fs.writeFile(file, 'x');
    commit('Add it');
    const mark = join(folder, 'ran');
    for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'core.sshCommand'])
      git(folder, 'config', key, `touch ${mark}; cat`);
    git(folder, 'config', 'diff.evil.textconv', `touch ${mark}; cat`);
    await fs.writeFile(join(folder, '.gitattributes'), '* diff=evil filter=evil\n');
    git(folder, 'config', 'filter.evil.smudge', `touch ${mark}; cat`);
    await gitHistory(file);
    expect(await gitShow(file, 'HEAD')).toBe('x');
    await expect(fs.stat(mark)).rejects.toThrow('ENOENT');
  });

  it('should tell what a partial clone never fetched from what was not there, and fetch nothing', async () => {
    const [source, mark] = [join(folder, 'source'), join(folder, 'ran')];
    await fs.mkdir(source);
    git(folder, 'init', '-q', source);
    const inSource = (...args: string[]) => git(source, ...args);
    await fs.writeFile(join(source, 'a.zones.yaml'), 'name: one\n');
    inSource('add', '.');
    inSource('commit', '-qm', 'Add it');
    inSource('tag', 'v1');
    inSource('mv', 'a.zones.yaml', 'b.zones.yaml');
    inSource('commit', '-qm', 'Rename it');
    await fs.writeFile(join(source, 'b.zones.yaml'), 'name: two\n');
    inSource('commit', '-qam', 'Change it');
    inSource('config', 'uploadpack.allowFilter', 'true');
    for (const filter of ['blob:none', 'tree:0']) {
      const clone = join(folder, filter.replace(':', '-'));
      git(folder, 'clone', '-q', '--no-checkout', `--filter=${filter}`, `file://${source}`, clone);
      git(clone, 'config', 'remote.origin.uploadpack', `touch ${mark}; git-upload-pack`);
      const file = join(clone, 'b.zones.yaml');
      for (const revision of ['HEAD', 'HEAD~1']) {
        await expect(gitShow(file, revision)).rejects.toMatchObject({
          code: 'failed',
          message: expect.stringContaining('partial clone'),
        });
      }
    }
    const file = join(folder, 'blob-none', 'b.zones.yaml');
    // The rename left the file as it was, so its hash tells it; its text at v1 is not there either.
    await expect(gitShow(file, 'v1')).rejects.toMatchObject({ code: 'failed' });
    expect((await gitHistory(file)).map((r) => r.title).slice(0, 2)).toEqual(['Change it', 'Rename it']);
    await expect(gitShow(join(folder, 'blob-none', 'none.zones.yaml'), 'HEAD')).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(fs.stat(mark)).rejects.toThrow('ENOENT');
    git(join(folder, 'blob-none'), 'fetch', '-q', '--refetch', '--no-filter', `--upload-pack=git-upload-pack`);
    expect(await gitShow(file, 'v1')).toBe('name: one\n');
    expect((await gitHistory(file)).map((r) => r.title).slice(0, 3)).toEqual(['Change it', 'Rename it', 'Add it']);
  });
});

describe('isRevision', () => {
  it('should refuse options, ranges, paths and whatever else is no name', () => {
    const bad = [
      '',
      '-p',
      '--output=/tmp/x',
      'a..b',
      'HEAD:secret',
      ':/text',
      'a b',
      'a\nb',
      '^main',
      '@{-1}',
      'main@{u}',
      'a;b',
      '$(x)',
      'a*',
    ];
    expect(bad.filter(isRevision)).toEqual([]);
    const good = ['main', 'v1.2.3', 'feature/zone-db', 'a'.repeat(40), 'HEAD~2', 'HEAD^', 'größe', 'release@prod'];
    expect(good.filter((name) => !isRevision(name))).toEqual([]);
  });
});

function commit(message: string): void {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', message);
}
