import { describe, expect, it } from 'vitest';
import { simplify } from './spread.ts';

describe('simplify', () => {
  it('should drop corners that are none', () => {
    expect(
      simplify([
        { x: 0, y: 0 },
        { x: 0, y: 5 },
        { x: 0, y: 5 },
        { x: 0, y: 9 },
        { x: 4, y: 9 },
      ]),
    ).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 9 },
      { x: 4, y: 9 },
    ]);
  });
});
