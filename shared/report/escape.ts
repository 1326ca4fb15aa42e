/** Names in a design are free text: they must become neither markup nor formulas. */
import { oneLine } from '../lib/one-line.ts';

/** Neither markup nor a mention of a person, wherever Markdown is shown. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|#!&~@]/g, (c) =>
    c === '<' ? '&lt;' : c === '&' ? '&amp;' : c === '@' ? '&#64;' : `\\${c}`,
  );
}

/** For HTML and SVG alike: of the control characters XML knows only tab and line ends, and no reader opens a file with others. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
