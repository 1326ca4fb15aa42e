import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEqual } from './is-equal.ts';

describe('isEqual', () => {
  it('should agree with JSON text of plain data whose keys are in one order', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        const sorted = (value: unknown): string => JSON.stringify(value, (_, v) => (isRecord(v) ? entries(v) : v));
        expect(isEqual(a, structuredClone(a))).toBe(true);
        expect(isEqual(a, b)).toBe(sorted(a) === sorted(b));
      }),
    );
  });

  it('should tell an absent value from one that is undefined, and a list from a record', () => {
    expect(isEqual({ a: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(isEqual({ a: undefined }, { b: undefined })).toBe(false);
    expect(isEqual([1], { 0: 1 })).toBe(false);
  });
});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entries(value: Record<string, unknown>): unknown {
  return {
    record: Object.keys(value)
      .sort()
      .map((key) => [key, value[key]]),
  };
}
