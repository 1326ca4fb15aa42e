import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedParts, diffRows } from './diff-lines.ts';

describe('diffRows', () => {
  it('should number lines on both sides and fold what is far from a change', () => {
    const before = 'a\nb\nc\nd\ne\nf\n';
    expect(diffRows(before, before.replace('f', 'F'), 1)).toEqual([
      { kind: 'folded', count: 4 },
      { kind: 'same', text: 'e', before: 5, after: 5 },
      { kind: 'removed', text: 'f', before: 6, other: 'F' },
      { kind: 'added', text: 'F', after: 6, other: 'f' },
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

describe('changedParts', () => {
  const changed = (text: string, other?: string) =>
    changedParts(text, other).flatMap((part) => (part.isChanged ? [part.text] : []));

  it('should point at the words that the line of the other side does not have', () => {
    const [before, after] = ['to: {workload: db}, ports: [{port: http}]', 'to: {workload: db}, ports: all'];
    expect(changed(after, before)).toEqual(['all']);
    expect(changed(before, after).join('')).toBe('[{port: http}]');
  });

  it('should point at nothing in a line without another side, and in one that is altogether different', () => {
    expect(changed('replicas: 3')).toEqual([]);
    expect(changed('replicas: 3', 'labels: {app: oven}')).toEqual([]);
  });

  it('should always hold the whole line', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (text, other) => {
        expect(
          changedParts(text, other)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
