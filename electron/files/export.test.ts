import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultOfPath } from './export-paths.ts';
import { exportIndexName, type PlannedFile, planExport } from './export-plan.ts';
import { writeExport } from './export-write.ts';

const deadProcess = spawnSync(process.execPath, ['--version']).pid;

let base: string;
let folder: string;

beforeEach(async () => {
  base = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-export-')));
  folder = join(base, 'out');
});
afterEach(() => fs.rm(base, { recursive: true, force: true }));

describe('planExport and writeExport', () => {
  it('should add every file to a folder that is not there yet, and then find all of them the same', async () => {
    const files = bundle({ 'prod/a.yaml': 'a\n', 'prod/deep/b.yaml': 'b\n' });
    expect(await changes(files)).toEqual({
      'prod/a.yaml': 'added',
      'prod/deep/b.yaml': 'added',
      [exportIndexName]: 'added',
    });
    expect(await write(files)).toEqual({ written: 3, removed: 0 });
    expect(await tree()).toEqual(Object.fromEntries(files.map((f) => [f.path, f.text])));
    expect(new Set(Object.values(await changes(files)))).toEqual(new Set(['same']));
    expect(await write(files)).toEqual({ written: 0, removed: 0 });
  });

  it('should change and remove what it wrote, with the folders that this leaves empty, and nothing else', async () => {
    await write(bundle({ 'prod/a.yaml': 'a\n', 'prod/old/b.yaml': 'b\n', 'test/c.yaml': 'c\n' }));
    await put('test/mine.txt', 'mine');
    const next = bundle({ 'prod/a.yaml': 'a2\n' });
    expect(await changes(next)).toEqual({
      'prod/a.yaml': 'changed',
      'prod/old/b.yaml': 'removed',
      'test/c.yaml': 'removed',
      [exportIndexName]: 'changed',
    });
    expect(await write(next)).toEqual({ written: 2, removed: 2 });
    expect(Object.keys(await tree())).toEqual(['prod/a.yaml', 'test/mine.txt', exportIndexName]);
    await expect(fs.stat(join(folder, 'prod/old'))).rejects.toThrow('ENOENT');
  });

  it('should leave edited and foreign files alone until each is confirmed', async () => {
    await write(bundle({ 'a.yaml': 'a\n', 'b.yaml': 'b\n', 'c.yaml': 'c\n' }));
    await put('a.yaml', 'a by hand\n');
    await put('b.yaml', 'b by hand\n');
    await put('c.yaml', 'c by hand\n');
    await put('d.yaml', 'd of somebody\n');
    const next = bundle({ 'a.yaml': 'a2\n', 'c.yaml': 'c\n', 'd.yaml': 'd\n' });
    const plan = await planExport(folder, next);
    expect(plan.entries.map(({ path, change, wanted, before }) => [path, change, wanted, before]).slice(0, 4)).toEqual([
      ['a.yaml', 'edited', 'changed', 'a by hand\n'],
      ['b.yaml', 'edited', 'removed', 'b by hand\n'],
      ['c.yaml', 'edited', 'same', 'c by hand\n'],
      ['d.yaml', 'foreign', 'changed', 'd of somebody\n'],
    ]);
    await writeExport(plan, next, []);
    expect(await tree()).toMatchObject({
      'a.yaml': 'a by hand\n',
      'b.yaml': 'b by hand\n',
      'c.yaml': 'c by hand\n',
      'd.yaml': 'd of somebody\n',
    });
    expect((await changes(next))['a.yaml']).toBe('edited');

    await write(next, ['a.yaml', 'c.yaml', 'd.yaml']);
    expect(await tree()).toMatchObject({ 'a.yaml': 'a2\n', 'b.yaml': 'b by hand\n', 'c.yaml': 'c\n', 'd.yaml': 'd\n' });
  });

  it('should list in the index only what it wrote, so that a foreign file stays one', async () => {
    await put('mine.yaml', 'of somebody\n');
    const files = bundle({ 'a.yaml': 'a\n', 'mine.yaml': 'b\n' });
    expect(await write(files)).toEqual({ written: 2, removed: 0 });
    expect(await listed()).toEqual(['a.yaml']);
    expect(await changes(files)).toEqual({ 'a.yaml': 'same', 'mine.yaml': 'foreign', [exportIndexName]: 'same' });
    expect(await write(files)).toEqual({ written: 0, removed: 0 });
    // Confirming it writes the index too, which the preview without it took for the same.
    expect(await write(files, ['mine.yaml'])).toEqual({ written: 2, removed: 0 });
    expect(await listed()).toEqual(['a.yaml', 'mine.yaml']);
    expect(new Set(Object.values(await changes(files)))).toEqual(new Set(['same']));
  });

  it('should keep of an edited file that was not confirmed what the index said before', async () => {
    await write(bundle({ 'a.yaml': 'a\n', 'b.yaml': 'b\n' }));
    await put('a.yaml', 'a by hand\n');
    await put('b.yaml', 'b by hand\n');
    const next = bundle({ 'a.yaml': 'a2\n', 'c.yaml': 'c\n' });
    await write(next);
    for (const files of [next, next]) {
      const plan = await planExport(folder, files);
      expect(plan.entries.map((e) => [e.path, e.change, e.wanted])).toEqual([
        ['a.yaml', 'edited', 'changed'],
        ['b.yaml', 'edited', 'removed'],
        ['c.yaml', 'same', undefined],
        [exportIndexName, 'same', undefined],
      ]);
    }
    // Whoever takes their edit back has Zonewright's own file again.
    await put('a.yaml', 'a\n');
    expect((await changes(next))['a.yaml']).toBe('changed');
  });

  it('should finish what an export began that was killed at any step, also with another design by then', async () => {
    const first = bundle({ 'a.yaml': 'a\n', 'b.yaml': 'b\n', 'gone/x.yaml': 'x\n' });
    const second = bundle({ 'a.yaml': 'a2\n', 'b.yaml': 'b2\n', 'new/c.yaml': 'c\n', 'new/d.yaml': 'd\n' });
    const third = bundle({ 'a.yaml': 'a3\n', 'new/d.yaml': 'd3\n', 'e.yaml': 'e\n' });
    for (const next of [second, third, first]) {
      for (let step = 0; step <= 6; step += 1) {
        await fs.rm(folder, { recursive: true, force: true });
        await write(first);
        await put('mine.txt', 'mine');
        await killedAt(step, second);
        const plan = await planExport(folder, next);
        expect(plan.entries.filter((e) => e.change === 'edited' || e.change === 'foreign')).toEqual([]);
        await writeExport(plan, next, []);
        const expected = Object.fromEntries(next.map((f) => [f.path, f.text]));
        expect(await tree()).toEqual({ ...expected, 'mine.txt': 'mine' });
        expect((await fs.readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
      }
    }
  });

  it('should leave what somebody edited after an export was killed, and what that one was to replace', async () => {
    await write(bundle({ 'a.yaml': 'a\n', 'b.yaml': 'b\n' }));
    await put('z.yaml', 'of somebody\n');
    const next = bundle({ 'a.yaml': 'a2\n', 'b.yaml': 'b2\n', 'z.yaml': 'z\n' });
    await killedAt(1, next, ['z.yaml']);
    expect(await changes(next)).toMatchObject({ 'a.yaml': 'same', 'b.yaml': 'changed', 'z.yaml': 'foreign' });
    await put('a.yaml', 'a by hand\n');
    expect(await changes(next)).toMatchObject({ 'a.yaml': 'edited', 'b.yaml': 'changed', 'z.yaml': 'foreign' });
  });

  it('should not write while another process does, and take no notice of it later', async () => {
    await write(bundle({ 'a.yaml': 'a\n' }));
    const next = bundle({ 'a.yaml': 'a2\n' });
    // The process that started this one is alive for as long as the test.
    const busy = join(folder, `.zonewright-staging-${process.ppid}-000000000000`);
    await fs.mkdir(busy);
    await expect(write(next)).rejects.toMatchObject({ code: 'changed-on-disk' });
    expect((await tree())['a.yaml']).toBe('a\n');
    expect(await fs.readdir(folder)).toHaveLength(3);
    const longAgo = new Date(Date.now() - 11 * 60 * 1000);
    await fs.utimes(busy, longAgo, longAgo);
    expect(await write(next)).toEqual({ written: 2, removed: 0 });
    expect(await fs.readdir(folder)).toHaveLength(2);
  });

  it('should look again before each file, and not follow a folder that became a link meanwhile', async () => {
    await write(bundle({ 'prod/a.yaml': 'a\n' }));
    const outside = join(base, 'outside');
    await fs.mkdir(outside);
    await fs.writeFile(join(outside, 'a.yaml'), 'precious');
    const next = bundle({ 'prod/a.yaml': 'a2\n', 'prod/b.yaml': 'b\n' });
    const plan = await planExport(folder, next);
    let isSwapped = false;
    const open: typeof fs.open = async (...args) => {
      if (!isSwapped) {
        isSwapped = true;
        await fs.rename(join(folder, 'prod'), join(folder, 'moved'));
        await fs.symlink(outside, join(folder, 'prod'));
      }
      return fs.open(...args);
    };
    await expect(writeExport(plan, next, [], { ...fs, open })).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await fs.readdir(outside)).toEqual(['a.yaml']);
    expect(await fs.readFile(join(outside, 'a.yaml'), 'utf8')).toBe('precious');
  });

  it('should keep the old files and say where, when they cannot be put back', async () => {
    await write(bundle({ 'a.yaml': 'a\n', 'b.yaml': 'b\n' }));
    const next = bundle({ 'a.yaml': 'a2\n', 'b.yaml': 'b2\n' });
    const rename: typeof fs.rename = async (from, to) => {
      if (!String(to).endsWith('b.yaml')) return fs.rename(from, to);
      // Something took the place of the first file, so that its old text has nowhere to go.
      await fs.rm(join(folder, 'a.yaml'));
      await fs.mkdir(join(folder, 'a.yaml', 'full'), { recursive: true });
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    const fault = await writeExport(await planExport(folder, next), next, [], { ...fs, rename }).catch((e) => e);
    const kept = /are in (\S+) until/.exec(fault.message)?.[1] ?? '';
    expect(await fs.readFile(join(kept, 'old-0'), 'utf8')).toBe('a\n');
  });

  it('should refuse to write where the folder or the files changed since the preview', async () => {
    await write(bundle({ 'a.yaml': 'a\n' }));
    const next = bundle({ 'a.yaml': 'a2\n' });
    const plan = await planExport(folder, next);
    await put('a.yaml', 'meanwhile\n');
    await expect(writeExport(plan, next, [])).rejects.toMatchObject({ code: 'changed-on-disk' });
    const again = await planExport(folder, next);
    await expect(writeExport(again, bundle({ 'a.yaml': 'other\n' }), [])).rejects.toMatchObject({
      code: 'changed-on-disk',
    });
    expect((await tree())['a.yaml']).toBe('meanwhile\n');
  });

  it('should take an index that is not ours for a foreign file, and need it confirmed', async () => {
    await put(exportIndexName, '{"kind":"Other"}');
    const files = bundle({ 'a.yaml': 'a\n' });
    const plan = await planExport(folder, files);
    await expect(writeExport(plan, files, [])).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await tree()).toEqual({ [exportIndexName]: '{"kind":"Other"}' });
    expect(await writeExport(plan, files, [exportIndexName])).toEqual({ written: 2, removed: 0 });
  });

  it('should never remove what an index names outside of the folder', async () => {
    await fs.writeFile(join(base, 'precious.txt'), 'precious');
    const sha256 = createHash('sha256').update('precious').digest('hex');
    const paths = ['../precious.txt', join(base, 'precious.txt'), 'x/../../precious.txt'];
    await put(exportIndexName, JSON.stringify({ kind: 'ExportIndex', files: paths.map((path) => ({ path, sha256 })) }));
    await write(bundle({ 'a.yaml': 'a\n' }));
    expect(await fs.readFile(join(base, 'precious.txt'), 'utf8')).toBe('precious');
  });

  it('should refuse a folder on the way that is a link leading out, also when it becomes one after the preview', async () => {
    await fs.mkdir(join(base, 'outside'));
    await fs.mkdir(folder);
    const files = bundle({ 'prod/a.yaml': 'a\n' });
    const plan = await planExport(folder, files);
    await fs.symlink(join(base, 'outside'), join(folder, 'prod'));
    await expect(planExport(folder, files)).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(writeExport(plan, files, [])).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await fs.readdir(join(base, 'outside'))).toEqual([]);
  });

  it('should replace a confirmed link by a file and leave what it led to', async () => {
    await fs.writeFile(join(base, 'target.txt'), 'target');
    await fs.mkdir(folder);
    await fs.symlink(join(base, 'target.txt'), join(folder, 'a.yaml'));
    const files = bundle({ 'a.yaml': 'a\n' });
    const plan = await planExport(folder, files);
    expect(plan.entries[0]).toEqual({ path: 'a.yaml', change: 'foreign', wanted: 'changed' });
    await writeExport(plan, files, ['a.yaml']);
    expect(await fs.readFile(join(base, 'target.txt'), 'utf8')).toBe('target');
    expect((await fs.lstat(join(folder, 'a.yaml'))).isFile()).toBe(true);
  });

  it('should put everything back where a step fails half-way', async () => {
    await write(bundle({ 'a.yaml': 'a\n', 'b.yaml': 'b\n', 'gone.yaml': 'g\n' }));
    const before = await tree();
    const next = bundle({ 'a.yaml': 'a2\n', 'b.yaml': 'b2\n', 'new/c.yaml': 'c\n' });
    const plan = await planExport(folder, next);
    for (let failing = 1; failing <= 5; failing += 1) {
      let count = 0;
      const rename: typeof fs.rename = async (from, to) => {
        count += 1;
        if (count === failing) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        return fs.rename(from, to);
      };
      await expect(writeExport(plan, next, [], { open: fs.open, rename, unlink: fs.unlink })).rejects.toThrow(
        'disk is full',
      );
      expect(await tree()).toEqual(before);
      await expect(fs.stat(join(folder, 'new'))).rejects.toThrow('ENOENT');
    }
    expect(await writeExport(plan, next, [])).toEqual({ written: 4, removed: 1 });
  });

  it('should refuse a folder that is a file, and a file where a folder stands', async () => {
    await fs.writeFile(folder, 'file');
    await expect(planExport(folder, bundle({}))).rejects.toMatchObject({ code: 'not-allowed' });
    await fs.rm(folder);
    await fs.mkdir(join(folder, 'a.yaml'), { recursive: true });
    await expect(planExport(folder, bundle({ 'a.yaml': 'a\n' }))).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('should refuse two paths that differ only in case', async () => {
    await expect(planExport(folder, bundle({ 'a/X.yaml': '1', 'a/x.yaml': '2' }))).rejects.toThrow(
      'case does not count',
    );
  });
});

describe('faultOfPath', () => {
  it('should refuse every path that leaves the folder or that some system cannot hold', () => {
    const bad = [
      '',
      '/a',
      '../a',
      'a/../b',
      './a',
      'a//b',
      'a/',
      'C:/a',
      'c:a',
      'a\\b',
      'nul',
      'a/CON.yaml',
      'LPT1',
      'a.',
      'a ',
      'a:b',
      'a?b',
      'a\0b',
      'a\nb',
      '.git/config',
      'x/.GIT/hooks/y',
    ];
    expect(bad.filter((path) => faultOfPath(path) === undefined)).toEqual([]);
  });

  it('should accept what an export writes', () => {
    const good = [
      exportIndexName,
      'prod/policies/web.yaml',
      'prod/nodes/containerd/config.toml',
      'console/nullable.yaml',
      '.gitignore',
      '区域/数据.yaml',
    ];
    expect(good.filter((path) => faultOfPath(path) !== undefined)).toEqual([]);
  });

  it('should never accept a path that resolves outside', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', '~', '\\', 'c:'), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = parts.join('/');
        if (faultOfPath(path) === undefined) expect(join('/srv/x', path).startsWith('/srv/x/')).toBe(true);
      }),
    );
  });
});

function bundle(files: Record<string, string>): PlannedFile[] {
  const list = Object.entries(files).map(([path, text]) => ({ path, text }));
  const hashes = list.map(({ path, text }) => ({ path, sha256: createHash('sha256').update(text).digest('hex') }));
  return [...list, { path: exportIndexName, text: `${JSON.stringify({ kind: 'ExportIndex', files: hashes })}\n` }];
}

async function changes(files: readonly PlannedFile[]): Promise<Record<string, string>> {
  return Object.fromEntries((await planExport(folder, files)).entries.map((e) => [e.path, e.change]));
}

async function write(files: readonly PlannedFile[], confirmed: readonly string[] = []) {
  return writeExport(await planExport(folder, files), files, confirmed);
}

async function listed(): Promise<string[]> {
  const index = JSON.parse(await fs.readFile(join(folder, exportIndexName), 'utf8'));
  return index.files.map((f: { path: string }) => f.path);
}

/** An export that stops for good after so many renames, as one whose process was killed. */
async function killedAt(step: number, files: readonly PlannedFile[], confirmed: readonly string[] = []): Promise<void> {
  const plan = await planExport(folder, files);
  let count = 0;
  const reached = new Promise<void>((done) => {
    const rename: typeof fs.rename = (from, to) => {
      if (count === step) {
        done();
        return new Promise<never>(() => {});
      }
      count += 1;
      return fs.rename(from, to);
    };
    void writeExport(plan, files, confirmed, { ...fs, rename }).then(() => done());
  });
  await reached;
  // The staging folder names its process; this one lives on, so it gets the name of one that is gone.
  for (const name of (await fs.readdir(folder)).filter((n) => n.startsWith('.zonewright-staging-')))
    await fs.rename(join(folder, name), join(folder, name.replace(`-${process.pid}-`, `-${deadProcess}-`)));
}

async function put(path: string, text: string): Promise<void> {
  await fs.mkdir(dirname(join(folder, path)), { recursive: true });
  await fs.writeFile(join(folder, path), text);
}

async function tree(): Promise<Record<string, string>> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  const texts = await Promise.all(
    files.sort().map(async (f) => [f.slice(folder.length + 1), await fs.readFile(f, 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}
