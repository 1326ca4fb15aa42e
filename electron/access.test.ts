import { describe, expect, it } from 'vitest';
import { grantedAccess, isAtOrBelow } from './access.ts';

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
