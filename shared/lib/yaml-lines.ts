/** Offsets in a text to lines and columns as editors count them, for LF, CRLF and lone CR, with or without a byte order mark. */
export interface Position {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. A byte order mark is no column. */
  readonly column: number;
}

export interface LineIndex {
  /** Offsets past either end of the text give the nearest position. */
  positionAt(offset: number): Position;
}

export function indexLines(text: string): LineIndex {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return {
    positionAt(offset: number): Position {
      const at = Math.min(Math.max(offset, 0), text.length);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: Math.max(at - (starts[low] ?? 0), 0) + 1 };
    },
  };
}
