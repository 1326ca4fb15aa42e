import { describe, expect, it } from 'vitest';
import { roundedPath } from './path.ts';

describe('roundedPath', () => {
  it('should round each corner by no more than half of its shorter step', () => {
    expect(
      roundedPath([
        { x: 0, y: 0 },
        { x: 0, y: 4 },
        { x: 40, y: 4 },
      ]),
    ).toBe('M0 0L0 2Q0 4 2 4L40 4');
  });

  it('should leave a line out behind words, whichever way it runs', () => {
    const down = [
      { x: 0, y: 0 },
      { x: 0, y: 100 },
    ];
    const first = { x: -8, y: 20, w: 30, h: 15 };
    const second = { x: -8, y: 60, w: 30, h: 15 };
    const beside = { x: 4, y: 40, w: 30, h: 15 };
    expect(roundedPath(down, 6, [second, beside, first])).toBe('M0 0L0 19M0 36L0 59M0 76L0 100');
    expect(roundedPath([...down].reverse(), 6, [first])).toBe('M0 100L0 36M0 19L0 0');
    expect(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 100, y: 0 },
        ],
        6,
        [{ x: 40, y: -5, w: 20, h: 15 }],
      ),
    ).toBe('M0 0L37 0M63 0L100 0');
  });

  it('should leave out an end that lies behind words', () => {
    const down = [
      { x: 0, y: 0 },
      { x: 0, y: 30 },
    ];
    expect(roundedPath(down, 6, [{ x: -8, y: 20, w: 30, h: 15 }])).toBe('M0 0L0 19M0 30');
    expect(roundedPath(down, 6, [{ x: -8, y: -5, w: 30, h: 15 }])).toBe('M0 0M0 11L0 30');
  });
});
