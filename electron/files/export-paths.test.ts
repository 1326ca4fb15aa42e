import { describe, expect, it } from 'vitest';
import { faultOfPath, hashedPaths, refuseBadPaths } from './export-paths.ts';

describe('faultOfPath', () => {
  it('should find nothing wrong with paths that stay in their folder', () => {
    for (const path of ['a.yaml', 'prod/namespaces/web.yaml', '.hidden', 'com10.yaml', 'a..b/c', `${'a'.repeat(255)}`])
      expect(faultOfPath(path), path).toBeUndefined();
  });

  it.each([
    ['', 'is empty or too long'],
    ['a/'.repeat(501), 'is empty or too long'],
    ['..\\a', 'holds a backslash'],
    ['/etc/passwd', 'is absolute'],
    ['c:/a', 'is absolute'],
    ['C:a', 'is absolute'],
    ['../a', 'leaves its folder'],
    ['a/../../b', 'leaves its folder'],
    ['a/./b', 'leaves its folder'],
    ['a//b', 'leaves its folder'],
    ['a/', 'leaves its folder'],
    ['a/b:c', 'holds a character that Windows cannot store'],
    ['a?', 'holds a character that Windows cannot store'],
    ['a\u0000b', 'holds a character that Windows cannot store'],
    ['a./b', 'ends in a dot or a space, which Windows drops'],
    ['a /b', 'ends in a dot or a space, which Windows drops'],
    ['con', 'is a name that Windows reserves'],
    ['a/LPT1.yaml', 'is a name that Windows reserves'],
    ['.git/config', 'leads into the folder of git'],
    ['a/.GIT/hooks', 'leads into the folder of git'],
    ['a'.repeat(256), 'is too long'],
  ])('should refuse %j', (path, fault) => {
    expect(faultOfPath(path)).toBe(fault);
  });
});

describe('refuseBadPaths', () => {
  it('should refuse a path with a fault, and two that are one file where case does not count', () => {
    expect(() => refuseBadPaths([{ path: 'a.yaml' }, { path: '../b.yaml' }])).toThrow('leaves its folder');
    expect(() => refuseBadPaths([{ path: 'a.yaml' }, { path: 'A.yaml' }])).toThrow('a.yaml and A.yaml are one file');
    expect(() => refuseBadPaths([{ path: '\u00e9' }, { path: 'e\u0301' }])).toThrow('are one file');
    refuseBadPaths([{ path: 'a.yaml' }, { path: 'b/a.yaml' }]);
  });
});

describe('hashedPaths', () => {
  it('should keep what an export could have, and nothing else', () => {
    const kept = { path: 'a.yaml', sha256: 'AB' };
    const others = [null, 'a', { path: 'b.yaml' }, { sha256: 'ab' }, { path: '../c.yaml', sha256: 'ab' }];
    expect(hashedPaths([kept, ...others])).toEqual([{ path: 'a.yaml', sha256: 'ab' }]);
    expect(hashedPaths({ 0: kept })).toEqual([]);
  });
});
