import { describe, expect, it } from 'vitest';
import { escapeHtml, escapeMarkdown } from './escape.ts';

describe('escapeHtml', () => {
  it.each([
    [`<b title="a">'&'`, '&lt;b title=&quot;a&quot;&gt;&#39;&amp;&#39;'],
    ['a\u0000b\u001bc\u0085d', 'a b c d'],
    ['a\tb\r\nc', 'a\tb\r\nc'],
  ])('should write %j as %j', (text, expected) => {
    expect(escapeHtml(text)).toBe(expected);
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['<img>|`x`', '&lt;img\\>\\|\\`x\\`'],
    ['# two\nlines, @team', '\\# two lines, &#64;team'],
  ])('should write %j as %j', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });
});
