import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffRows } from './diff-lines.ts';

describe('diffRows', () => {
  it('should number lines on both sides and fold what is far from a change', () => {
    const before = 'a\nb\nc\nd\ne\nf\n';
    expect(diffRows(before, before.replace('f', 'F'), 1)).toEqual([
      { kind: 'folded', count: 4 },
      { kind: 'same', text: 'e', before: 5, after: 5 },
      { kind: 'removed', text: 'f', before: 6 },
      { kind: 'added', text: 'F', after: 6 },
    ]);
  });

  it('should hold every line of both texts when nothing is folded', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((l) => `${l.join('\n')}\n`);
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const rows = diffRows(before, after, Number.POSITIVE_INFINITY);
        const side = (skip: string) =>
          rows.flatMap((r) => (r.kind === 'folded' || r.kind === skip ? [] : [`${r.text}\n`])).join('');
        expect(side('added')).toBe(before);
        expect(side('removed')).toBe(after);
      }),
    );
  });
});
