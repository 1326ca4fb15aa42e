import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looseCidr } from '../lib/ip.ts';
import { asCidrs, formatRange, joinRanges } from './address-space.ts';

describe('joinRanges', () => {
  it('should put ranges together where they touch or overlap, and keep the others apart', () => {
    const joined = joinRanges(['10.0.1.0/24', '10.0.0.0/24', '10.0.1.128/25', '10.0.3.0/24', 'no range', '::/128']);
    expect(joined.map(formatRange)).toEqual(['10.0.0.0/23', '10.0.3.0/24', '::/128']);
  });
});

describe('formatRange', () => {
  it('should write a range that is no CIDR by its ends', () => {
    expect(joinRanges(['10.0.1.0/24', '10.0.2.0/24']).map(formatRange)).toEqual(['10.0.1.0-10.0.2.255']);
  });
});

describe('asCidrs', () => {
  it('should give a whole family and a single address as they are', () => {
    for (const cidr of ['0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.1/32'])
      expect(asCidrs(joinRanges([cidr]))).toEqual([cidr]);
  });

  it('should give the fewest ranges that hold exactly the pieces', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.array(fc.tuple(octet, octet), { minLength: 1, maxLength: 4 }), (ends) => {
        const at = (n: number) => looseCidr(`10.0.0.${n}/32`)?.start ?? 0n;
        const pieces = ends.map(([a, b]) => ({
          family: 4 as const,
          start: at(Math.min(a, b)),
          end: at(Math.max(a, b)),
        }));
        const wanted = Array.from({ length: 256 }, (_, n) => pieces.some((p) => p.start <= at(n) && at(n) <= p.end));
        const given = asCidrs(pieces).flatMap((cidr) => looseCidr(cidr) ?? []);
        const times = Array.from({ length: 256 }, (_, n) => given.filter((r) => r.start <= at(n) && at(n) <= r.end));
        expect(times.map((t) => t.length)).toEqual(wanted.map(Number));
        // Two that are the halves of one would be one.
        for (const [i, range] of given.entries()) {
          const next = given[i + 1];
          const whole = looseCidr(`10.0.0.${Number(range.start & 255n)}/${range.prefix - 1}`);
          expect(whole?.start === range.start && whole?.end === next?.end).toBe(false);
        }
      }),
    );
  });
});
