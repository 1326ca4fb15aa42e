import { describe, expect, it } from 'vitest';
import { mergeTexts } from './merge-text.ts';

const base = '# head\na: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\n';

describe('mergeTexts', () => {
  it('should bring comments and order of theirs into ours', () => {
    const ours = base.replace('a: 1', 'a: 9 # ours');
    const theirs = base.replace('f: 6\ng: 7', '# theirs\ng: 7\nf: 6');
    expect(mergeTexts(base, ours, theirs)).toBe('# head\na: 9 # ours\nb: 2\nc: 3\nd: 4\ne: 5\n# theirs\ng: 7\nf: 6\n');
  });

  it('should leave out what has no place in ours, and keep the rest', () => {
    const ours = base.replace('a: 1', 'a: 9');
    const theirs = base.replace('a: 1', 'a: 8').replace('g: 7', 'g: 7 # last');
    expect(mergeTexts(base, ours, theirs)).toBe(ours.replace('g: 7', 'g: 7 # last'));
  });

  it('should keep the line breaks of ours, whichever theirs has', () => {
    const windows = base.replaceAll('\n', '\r\n');
    const theirs = base.replace('g: 7', 'g: 8');
    expect(mergeTexts(base, windows, theirs)).toBe(windows.replace('g: 7', 'g: 8'));
    expect(mergeTexts(base, base, `\uFEFF${theirs.replaceAll('\n', '\r\n')}`)).toBe(theirs);
    expect(mergeTexts(windows, windows, theirs)).toBe(windows.replace('g: 7', 'g: 8'));
  });
});
