/** The lines of two texts side by side in one list, with long stretches of equal lines folded away. */
import { type Change, diffLines, diffWordsWithSpace } from 'diff';

export type DiffRow =
  | {
      readonly kind: 'same' | 'added' | 'removed';
      readonly text: string;
      /** From 1; absent on the side where the line is not. */
      readonly before?: number;
      readonly after?: number;
      /** Of a changed line, how it reads on the other side. */
      readonly other?: string;
    }
  | { readonly kind: 'folded'; readonly count: number };

export interface LinePart {
  readonly text: string;
  /** Not in the line of the other side. */
  readonly isChanged: boolean;
}

/** Keeps `context` equal lines around each change; Infinity keeps all. */
export function diffRows(before: string, after: string, context = 3): DiffRow[] {
  const rows: DiffRow[] = [];
  let a = 0;
  let b = 0;
  const changes = diffLines(before, after);
  // As many lines for as many others are the same lines, changed.
  const others = (lines: readonly string[], neighbour: Change | undefined): readonly string[] => {
    if (neighbour === undefined || (!neighbour.added && !neighbour.removed)) return [];
    const found = linesOf(neighbour);
    return found.length === lines.length ? found : [];
  };
  changes.forEach((change, i) => {
    const lines = linesOf(change);
    if (change.added) {
      const olds = others(lines, changes[i - 1]);
      lines.forEach((text, n) => {
        b += 1;
        rows.push({ kind: 'added', text, after: b, ...(olds[n] !== undefined && { other: olds[n] }) });
      });
    } else if (change.removed) {
      const news = others(lines, changes[i + 1]);
      lines.forEach((text, n) => {
        a += 1;
        rows.push({ kind: 'removed', text, before: a, ...(news[n] !== undefined && { other: news[n] }) });
      });
    } else {
      const head = i === 0 ? 0 : context;
      const tail = i === changes.length - 1 ? 0 : context;
      const hidden = Number.isFinite(context) ? lines.length - head - tail : 0;
      lines.forEach((text, n) => {
        a += 1;
        b += 1;
        if (hidden > 1 && n === head) rows.push({ kind: 'folded', count: hidden });
        if (hidden <= 1 || n < head || n >= lines.length - tail) rows.push({ kind: 'same', text, before: a, after: b });
      });
    }
  });
  return rows;
}

/** The words of a changed line, told apart by whether the line of the other side has them too. */
export function changedParts(text: string, other: string | undefined): readonly LinePart[] {
  const whole = [{ text, isChanged: false }];
  if (other === undefined || text.length + other.length > longest) return whole;
  const parts = diffWordsWithSpace(other, text)
    .filter((part) => !part.removed)
    .map((part) => ({ text: part.value, isChanged: part.added }));
  const kept = parts.reduce((n, part) => (part.isChanged ? n : n + part.text.trim().length), 0);
  // Of two lines that share little, everything would stand out; what is said of one holds for both.
  return kept * 3 < Math.min(text.trim().length, other.trim().length) ? whole : parts;
}

/** Of two lines together, in characters; comparing words takes long beyond. */
const longest = 4000;

function linesOf(change: Change): string[] {
  return change.value.replace(/\n$/, '').split('\n');
}
