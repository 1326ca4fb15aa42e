import { describe, expect, it } from 'vitest';
import { diffHunks } from './line-diff.ts';

const lines = (count: number, change: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: count }, (_, i) => `${change[i + 1] ?? `line ${i + 1}`}\n`).join('');

describe('diffHunks', () => {
  const told = (before: string, after: string, most = 100) => {
    const { hunks, left } = diffHunks(before, after, { around: 1, most });
    return { hunks: hunks.map((hunk) => hunk.map((l) => `${l.change} ${l.text}`)), left };
  };

  it('should give what differs with the lines around it, in runs without a gap', () => {
    expect(told(lines(9), lines(9, { 2: 'a', 4: 'b', 9: 'c' }))).toEqual({
      hunks: [
        ['same line 1', 'removed line 2', 'added a', 'same line 3', 'removed line 4', 'added b', 'same line 5'],
        ['same line 8', 'removed line 9', 'added c'],
      ],
      left: 0,
    });
  });

  it('should give no more lines than asked for, and say how many are left', () => {
    expect(told('', lines(5), 2)).toEqual({ hunks: [['added line 1', 'added line 2']], left: 3 });
    expect(told(lines(3), lines(3))).toEqual({ hunks: [], left: 0 });
  });
});
