import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDnsSubdomain, objectName } from './names.ts';

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

describe('objectName', () => {
  it('should append the ending', () => {
    expect(objectName('shop-in', '-out')).toBe('shop-in-out');
  });

  it('should cut a long id and keep it apart from others by its hash', () => {
    const id = 'a'.repeat(63);
    const other = `${'a'.repeat(62)}b`;
    expect(objectName(id, '-out')).toHaveLength(63);
    expect(objectName(id, '-out')).toMatch(/^a+\.[0-9a-f]{12}-out$/);
    expect(objectName(id, '-out')).not.toBe(objectName(other, '-out'));
  });

  it('should never give two ids one name', () => {
    fc.assert(
      fc.property(label, label, fc.constantFrom('-in', '-out'), (a, b, ending) => {
        fc.pre(a !== b);
        expect(objectName(a, ending)).not.toBe(objectName(b, ending));
      }),
    );
  });

  it('should always be a DNS-1123 subdomain of at most 63 characters', () => {
    fc.assert(
      fc.property(label, fc.constantFrom('', '-in', '-out', '.entry-in'), (id, ending) => {
        const name = objectName(id, ending);
        expect([isDnsSubdomain(name), name.length <= 63]).toEqual([true, true]);
      }),
    );
    expect(isDnsSubdomain(objectName(`${'a'.repeat(40)}${'-'.repeat(20)}abc`, '-out'))).toBe(true);
  });
});
