/** Edits of lines as far as they are nobody's values: comments, order and spelling of somebody else's text. */
import { applyPatch, structuredPatch } from 'diff';

/** Unchanged lines around an edit, which tell where it belongs. */
const context = 2;

/**
 * Our text with those edits of lines that lead from `base` to `theirs` and find their place in it; others are left out.
 * Nothing promises that it still holds a design: it is a text to save a merged design into.
 */
export function mergeTexts(base: string, ours: string, theirs: string): string {
  const { hunks, ...patch } = structuredPatch('', '', plain(base), plain(theirs), undefined, undefined, { context });
  return hunks.reduce((text, hunk) => applyPatch(text, { ...patch, hunks: [hunk] }) || text, ours);
}

/** Without a mark of the byte order and with line breaks of one kind; the patch takes over those of our text. */
function plain(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}
