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

/** The lines that differ with up to `around` lines above and below, in runs without a gap; at most `most` lines in all. */
export function diffHunks(
  before: string,
  after: string,
  { around, most }: { readonly around: number; readonly most: number },
): { readonly hunks: ReadonlyArray<readonly DiffLine[]>; readonly left: number } {
  const lines = diffLines(before, after);
  const near = new Set<number>();
  lines.forEach(({ change }, i) => {
    if (change !== 'same') for (let at = i - around; at <= i + around; at += 1) near.add(at);
  });
  const shown = [...lines.keys()].filter((i) => near.has(i));
  const hunks: DiffLine[][] = [];
  for (const [n, i] of shown.slice(0, most).entries()) {
    const line = lines[i];
    if (line === undefined) continue;
    if (n === 0 || shown[n - 1] !== i - 1) hunks.push([]);
    hunks.at(-1)?.push(line);
  }
  return { hunks, left: Math.max(0, shown.length - most) };
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
