import { describe, expect, it } from 'vitest';
import { countLines } from './text-lines.ts';

const widthOf = (part: string) => part.length * 10;

describe('countLines', () => {
  it('should break at spaces where a word no longer fits', () => {
    expect(countLines('one two', 70, widthOf)).toBe(1);
    expect(countLines('one two', 69, widthOf)).toBe(2);
    expect(countLines('one two three four', 80, widthOf)).toBe(3);
  });

  it('should break inside words that are wider than a line, and go on behind them', () => {
    expect(countLines('shop/frontend[Deployment]', 100, widthOf)).toBe(3);
    expect(countLines('a shop/frontend[Deployment] b', 100, widthOf)).toBe(4);
    expect(countLines('甲乙丙丁戊己庚辛', 40, widthOf)).toBe(2);
  });

  it('should count one line for no text and for no room', () => {
    expect(countLines('', 100, widthOf)).toBe(1);
    expect(countLines('one two', 0, widthOf)).toBe(1);
  });
});
