/** The lines of two texts side by side in one list, with long stretches of equal lines folded away. */
import { diffLines } from 'diff';

export type DiffRow =
  | {
      readonly kind: 'same' | 'added' | 'removed';
      readonly text: string;
      /** From 1; absent on the side where the line is not. */
      readonly before?: number;
      readonly after?: number;
    }
  | { readonly kind: 'folded'; readonly count: number };

/** Keeps `context` equal lines around each change; Infinity keeps all. */
export function diffRows(before: string, after: string, context = 3): DiffRow[] {
  const rows: DiffRow[] = [];
  let a = 0;
  let b = 0;
  const changes = diffLines(before, after);
  changes.forEach((change, i) => {
    const lines = change.value.replace(/\n$/, '').split('\n');
    if (change.added) {
      for (const text of lines) {
        b += 1;
        rows.push({ kind: 'added', text, after: b });
      }
    } else if (change.removed) {
      for (const text of lines) {
        a += 1;
        rows.push({ kind: 'removed', text, before: a });
      }
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
