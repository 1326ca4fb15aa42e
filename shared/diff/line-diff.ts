/** Two texts compared line by line, for reading. */
import { diffArrays } from 'diff';

export interface DiffLine {
  readonly change: 'same' | 'added' | 'removed';
  /** Counted from 1, in the older and the newer text; absent where the line is not there. */
  readonly before?: number;
  readonly after?: number;
  /** Without its line end. */
  readonly text: string;
}

/** Where two texts need more edits than this, all lines are shown as replaced instead of searching on. */
const mostEdits = 5_000;

/** Every line of both texts, in reading order. A missing line end at the end of a text does not count. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [older, newer] = [linesOf(before), linesOf(after)];
  const parts = diffArrays(older, newer, { maxEditLength: mostEdits }) ?? [
    { value: older, added: false, removed: true },
    { value: newer, added: true, removed: false },
  ];
  const lines: DiffLine[] = [];
  let a = 0;
  let b = 0;
  for (const part of parts) {
    for (const text of part.value) {
      if (part.added) lines.push({ change: 'added', after: ++b, text });
      else if (part.removed) lines.push({ change: 'removed', before: ++a, text });
      else lines.push({ change: 'same', before: ++a, after: ++b, text });
    }
  }
  return lines;
}

/** Changed lines with some unchanged ones around them. */
export interface Hunk {
  /** How many unchanged lines are left out before this hunk. */
  readonly hidden: number;
  readonly lines: readonly DiffLine[];
}

export function hunksOf(lines: readonly DiffLine[], context = 3): Hunk[] {
  const isNear = lines.map(() => false);
  lines.forEach((line, i) => {
    if (line.change === 'same') return;
    for (let k = Math.max(0, i - context); k <= Math.min(lines.length - 1, i + context); k += 1) isNear[k] = true;
  });
  const hunks: Array<{ hidden: number; lines: DiffLine[] }> = [];
  let hidden = 0;
  lines.forEach((line, i) => {
    if (!isNear[i]) {
      hidden += 1;
      return;
    }
    if (hidden > 0 || hunks.length === 0) hunks.push({ hidden, lines: [] });
    hidden = 0;
    hunks.at(-1)?.lines.push(line);
  });
  return hunks;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
