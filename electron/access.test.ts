import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grantedAccess, isAtOrBelow, permittedPath } from './access.ts';

describe('grantedAccess', () => {
  it('should let a window touch what its user chose, and what is below a chosen folder, and nothing else', () => {
    const access = grantedAccess();
    access.grant('/home/ann/shop.zones.yaml');
    access.grant('/home/ann/out');
    expect(access.resolve('/home/ann/shop.zones.yaml')).toBe('/home/ann/shop.zones.yaml');
    expect(access.resolve('/home/ann/out/prod/a.yaml')).toBe('/home/ann/out/prod/a.yaml');
    for (const path of [
      '/home/ann/other.yaml',
      '/home/ann/out/../.ssh/id',
      '/home/ann/out2',
      'shop.zones.yaml',
      '/etc/passwd',
    ]) {
      expect(() => access.resolve(path)).toThrow('was not chosen');
    }
  });
});

describe('links', () => {
  it('should lead a window where its user chose them by name, and nowhere else', async () => {
    const home = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-access-')));
    await fs.mkdir(join(home, 'repository'));
    await fs.mkdir(join(home, 'private'));
    await fs.writeFile(join(home, 'private', 'key'), 'mine');
    await fs.symlink(join(home, 'private'), join(home, 'repository', 'folder'));
    await fs.symlink(join(home, 'private', 'key'), join(home, 'repository', 'design.yaml'));
    await fs.writeFile(join(home, 'elsewhere.yaml'), 'ours');
    await fs.symlink(join(home, 'elsewhere.yaml'), join(home, 'chosen.yaml'));
    const access = grantedAccess();
    access.grant(join(home, 'repository'));
    access.grant(join(home, 'chosen.yaml'));
    access.grant(join(home, 'not-yet.yaml'));
    for (const path of ['design.yaml', 'folder', 'folder/key', 'folder/not-yet'])
      await expect(permittedPath(access, join(home, 'repository', path)), path).rejects.toMatchObject({
        code: 'not-allowed',
      });
    for (const path of ['chosen.yaml', 'not-yet.yaml', 'repository/not/yet.yaml'])
      expect(await permittedPath(access, join(home, path))).toBe(join(home, path));
    await fs.rm(home, { recursive: true });
  });
});

describe('isAtOrBelow', () => {
  it('should not take a longer name for a path below, and know the root', () => {
    expect([
      isAtOrBelow('/a', '/a'),
      isAtOrBelow('/a', '/a/b'),
      isAtOrBelow('/a', '/ab'),
      isAtOrBelow('/', '/b'),
    ]).toEqual([true, true, false, true]);
  });
});
