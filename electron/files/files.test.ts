import { renameSync, symlinkSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeAnyText, readText, sizeLimit } from './read.ts';
import { recentFilesAt } from './recent-files.ts';
import { recoveryAt } from './recovery.ts';
import { saveText, writeAtomic } from './write-atomic.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-files-')));
  file = join(folder, 'shop.zones.yaml');
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

describe('readText', () => {
  it('should keep the byte order mark, Windows line ends and Chinese names', async () => {
    const text = '\uFEFFname: 数据库\r\n';
    await fs.writeFile(file, text);
    expect(await readText(file)).toMatchObject({ text, name: 'shop.zones.yaml', writable: true });
  });

  it('should say of binary data, UTF-16 and Latin-1 that they are no text, and how to help', async () => {
    const check = async (bytes: Uint8Array, message: string) => {
      await fs.writeFile(file, bytes);
      await expect(readText(file)).rejects.toMatchObject({
        code: 'not-text',
        message: expect.stringContaining(message),
      });
    };
    await check(Buffer.from([0x50, 0x4b, 0, 3]), 'binary data');
    await check(Buffer.from('\uFEFFname', 'utf16le'), 'UTF-16');
    await check(Buffer.from('name: Gesch\xe4ft', 'latin1'), 'UTF-8');
  });

  it('should read UTF-16 where the text is not saved again, and say where it breaks off', () => {
    const text = 'name: Geschäft 数据库\r\n';
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
    expect(decodeAnyText(little, 'f')).toBe(text);
    expect(decodeAnyText(Buffer.from(little).swap16(), 'f')).toBe(text);
    expect(decodeAnyText(Buffer.from(`\uFEFF${text}`), 'f')).toBe(`\uFEFF${text}`);
    expect(() => decodeAnyText(little.subarray(0, 7), 'f')).toThrow('f is UTF-16 text that breaks off');
  });

  it('should refuse a file of more than 20 MB without reading it', async () => {
    const handle = await fs.open(file, 'w');
    await handle.truncate(sizeLimit + 1);
    await handle.close();
    await expect(readText(file)).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('20 MB'),
    });
  });

  it('should refuse folders and missing files with their own reasons', async () => {
    await expect(readText(folder)).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(readText(file)).rejects.toMatchObject({ code: 'not-found' });
    await fs.writeFile(file, '');
    await expect(readText(join(file, 'x'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('should ask about the real path, also where a link leads elsewhere', async () => {
    await fs.writeFile(join(folder, 'secret'), 'x');
    await fs.symlink(join(folder, 'secret'), file);
    const asked: string[] = [];
    const permits = (path: string) => {
      asked.push(path);
      return false;
    };
    await expect(readText(file, permits)).rejects.toMatchObject({ code: 'not-allowed' });
    expect(asked).toEqual([join(folder, 'secret')]);
  });

  it('should refuse a folder that is swapped for a link between the check and the opening', async () => {
    const [inside, outside] = [join(folder, 'inside'), join(folder, 'outside')];
    await fs.mkdir(inside);
    await fs.mkdir(outside);
    await fs.writeFile(join(inside, 'x.yaml'), 'public');
    await fs.writeFile(join(outside, 'x.yaml'), 'secret');
    const permits = () => {
      renameSync(inside, join(folder, 'moved'));
      symlinkSync(outside, inside);
      return true;
    };
    await expect(readText(join(inside, 'x.yaml'), permits)).rejects.toMatchObject({ code: 'not-allowed' });
  });
});

describe('saveText', () => {
  it('should refuse to overwrite what somebody else wrote, until it is confirmed', async () => {
    await fs.writeFile(file, 'one');
    const { etag } = await readText(file);
    await fs.writeFile(file, 'two');
    await expect(saveText({ path: file, text: 'three', etag })).rejects.toMatchObject({ code: 'changed-on-disk' });
    expect(await fs.readFile(file, 'utf8')).toBe('two');
    const saved = await saveText({ path: file, text: 'three', etag, overwrite: true });
    expect(saved.etag).toBe((await readText(file)).etag);
  });

  it('should refuse a new file where one stands, and an old one that is gone', async () => {
    await fs.writeFile(file, 'one');
    await expect(saveText({ path: file, text: 'new' })).rejects.toMatchObject({ code: 'changed-on-disk' });
    const { etag } = await readText(file);
    await fs.rm(file);
    await expect(saveText({ path: file, text: 'new', etag })).rejects.toMatchObject({ code: 'changed-on-disk' });
  });

  it('should let one of two saves that began from the same text win, and refuse the other', async () => {
    await fs.writeFile(file, 'one');
    const { etag } = await readText(file);
    const results = await Promise.allSettled(['left', 'right'].map((text) => saveText({ path: file, text, etag })));
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('should keep the mode and follow a link to the file', async () => {
    await fs.writeFile(file, 'one', { mode: 0o640 });
    await fs.chmod(file, 0o640);
    const link = join(folder, 'link.yaml');
    await fs.symlink(file, link);
    await saveText({ path: link, text: 'two', overwrite: true });
    expect((await fs.lstat(link)).isSymbolicLink()).toBe(true);
    expect(await fs.readFile(file, 'utf8')).toBe('two');
    expect((await fs.stat(file)).mode & 0o777).toBe(0o640);
  });

  it('should refuse a read-only file and say what to do', async () => {
    await fs.writeFile(file, 'one', { mode: 0o444 });
    expect((await readText(file)).writable).toBe(false);
    await expect(saveText({ path: file, text: 'two', overwrite: true })).rejects.toMatchObject({ code: 'read-only' });
    expect(await fs.readFile(file, 'utf8')).toBe('one');
  });
});

describe('writeAtomic', () => {
  it('should leave the old file and no rest of the new one where any step fails', async () => {
    await fs.writeFile(file, 'old');
    const failWith = (code: string) => async () => {
      throw Object.assign(new Error(code), { code });
    };
    const failures = [
      { open: fs.open, rename: failWith('EIO'), unlink: fs.unlink },
      { open: failWith('ENOSPC'), rename: fs.rename, unlink: fs.unlink },
      { open: fullDisk, rename: fs.rename, unlink: fs.unlink },
      { open: failWith('EROFS'), rename: fs.rename, unlink: fs.unlink },
    ];
    for (const fileSystem of failures) {
      await expect(writeAtomic(file, 'new', { fileSystem })).rejects.toMatchObject({ name: 'FileError' });
      expect(await fs.readFile(file, 'utf8')).toBe('old');
      expect(await fs.readdir(folder)).toEqual(['shop.zones.yaml']);
    }
  });

  it('should leave the old file whole where the process dies before the rename', async () => {
    await fs.writeFile(file, 'old');
    // Neither the rename nor the clean-up of the failure is reached, as in a crash.
    const never = () => new Promise<never>(() => {});
    const reached = new Promise<void>((done) => {
      const rename = () => {
        done();
        return never();
      };
      void writeAtomic(file, 'new', { fileSystem: { open: fs.open, rename, unlink: fs.unlink } });
    });
    await reached;
    expect(await fs.readFile(file, 'utf8')).toBe('old');
    const rest = (await fs.readdir(folder)).filter((name) => name !== 'shop.zones.yaml');
    expect(rest).toHaveLength(1);
    expect(await fs.readFile(join(folder, rest[0] ?? ''), 'utf8')).toBe('new');
  });

  it('should flush the new text before it takes the name, and the folder after', async () => {
    await fs.writeFile(file, 'old');
    const calls: string[] = [];
    const open: typeof fs.open = async (path, ...more) => {
      const handle = await fs.open(path, ...more);
      const what = path === folder ? 'folder' : 'file';
      const { writeFile, sync } = handle;
      handle.writeFile = (...args) => {
        calls.push(`write ${what}`);
        return writeFile.apply(handle, args);
      };
      handle.sync = () => {
        calls.push(`sync ${what}`);
        return sync.apply(handle);
      };
      calls.push(`open ${what}`);
      return handle;
    };
    const rename: typeof fs.rename = (from, to) => {
      calls.push('rename');
      return fs.rename(from, to);
    };
    await writeAtomic(file, 'new', { fileSystem: { open, rename, unlink: fs.unlink } });
    expect(calls).toEqual(['open file', 'write file', 'sync file', 'rename', 'open folder', 'sync folder']);
  });

  it('should put nothing into a folder that was swapped for a link while it wrote', async () => {
    const [inside, outside] = [join(folder, 'inside'), join(folder, 'outside')];
    await fs.mkdir(inside);
    await fs.mkdir(outside);
    const open: typeof fs.open = async (path, ...more) => {
      const handle = await fs.open(path, ...more);
      await fs.rename(inside, join(folder, 'moved'));
      await fs.symlink(outside, inside);
      // A name that is there too would let the rename succeed over there.
      await fs.writeFile(join(outside, basename(String(path))), 'planted');
      return handle;
    };
    const fileSystem = { open, rename: fs.rename, unlink: fs.unlink };
    await expect(writeAtomic(join(inside, 'x.yaml'), 'new', { fileSystem })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await expect(fs.stat(join(outside, 'x.yaml'))).rejects.toThrow('ENOENT');
  });

  it('should name the fault of a place that cannot be written', async () => {
    await fs.writeFile(file, 'a file');
    await expect(writeAtomic(join(file, 'x.yaml'), 'new')).rejects.toMatchObject({ code: 'not-found' });
    await expect(writeAtomic(join(folder, 'none', 'x.yaml'), 'new')).rejects.toMatchObject({ code: 'not-found' });
    await expect(writeAtomic(folder, 'new')).rejects.toMatchObject({ code: 'not-allowed' });
    await fs.symlink(join(folder, 'nowhere'), join(folder, 'dangling'));
    await expect(writeAtomic(join(folder, 'dangling'), 'new')).rejects.toMatchObject({ code: 'not-allowed' });
  });
});

describe('the state of the application', () => {
  it('should survive damaged files', async () => {
    const store = join(folder, 'recent.json');
    for (const damage of ['', '{', '{"a":1}', '[1, null, {"path":3}]']) {
      await fs.writeFile(store, damage);
      expect(await recentFilesAt(store).list()).toEqual([]);
    }
    const recoveries = recoveryAt(join(folder, 'recovery'));
    const entry = { id: '../../x', name: 'shop', text: 'a: 1', savedAt: '2026-01-01T00:00:00Z' };
    await recoveries.keep(entry);
    await fs.writeFile(join(folder, 'recovery', 'broken.json'), '{');
    expect(await recoveries.list()).toEqual([entry]);
    expect(await fs.readdir(folder)).toEqual(['recent.json', 'recovery']);
    await recoveries.drop('../../x');
    expect(await recoveries.list()).toEqual([]);
  });

  it('should keep the newest files first, each once, and at most twelve', async () => {
    const recent = recentFilesAt(join(folder, 'state', 'recent.json'));
    const add = (n: number) => recent.add({ path: `/d/${n}`, name: `${n}`, openedAt: '2026-01-01T00:00:00Z' });
    await Promise.all(Array.from({ length: 14 }, (_, i) => add(i)));
    await add(13);
    await recent.forget('/d/12');
    expect((await recent.list()).map((e) => e.name)).toEqual([
      '13',
      '11',
      '10',
      '9',
      '8',
      '7',
      '6',
      '5',
      '4',
      '3',
      '2',
    ]);
  });
});

/** A file that can be made and not filled: a full disk. */
const fullDisk: typeof fs.open = async (...args) => {
  const handle = await fs.open(...args);
  handle.writeFile = async () => {
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  return handle;
};
