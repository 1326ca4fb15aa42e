import { describe, expect, it } from 'vitest';
import { rank } from './match.ts';

const best = (query: string, texts: string[]) =>
  texts
    .map((text) => ({ text, rank: rank(text, query) }))
    .filter((r) => r.rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map((r) => r.text);

describe('rank', () => {
  it('should want every word of the query', () => {
    expect(best('add zo', ['Add zone', 'Add cluster', 'Draw a zone'])).toEqual(['Add zone']);
  });

  it('should put starts of words before the middle of words', () => {
    expect(best('ate', ['gateway', 'Late export', 'ate'])).toEqual(['ate', 'gateway', 'Late export']);
  });

  it('should find letters in order and ignore case', () => {
    expect(best('GW', ['gateway', 'wagon'])).toEqual(['gateway']);
  });

  it('should find Chinese names and survive marks', () => {
    expect(best('数据', ['数据区', 'data'])).toEqual(['数据区']);
    expect(best('(', ['a (b)'])).toEqual(['a (b)']);
    expect(best('((', ['a (b)'])).toEqual([]);
  });
});
