import { useMemo } from 'react';
import { changedParts, diffRows } from './diff-lines.ts';
import { countLines, textMeter } from './text-lines.ts';
import { VirtualRows } from './VirtualRows.tsx';

export interface DiffViewProps {
  readonly before: string;
  readonly after: string;
  readonly label: string;
  /** Equal lines kept around each change. */
  readonly context?: number;
  /** The number of the first line of either text, where they are parts of larger ones. */
  readonly firstBefore?: number;
  readonly firstAfter?: number;
  readonly testId?: string;
}

const lineHeight = 19;
/** Of a row, in pixels: number, mark, and what is kept free behind the text. The styles say the same. */
const beside = 36 + 16 + 8;
/** Deeper lines are not indented on where they wrap: they would have no room. In pixels. */
const leastRoom = 80;

/**
 * Two texts as one list of lines: removed, added, equal. A mark as well as a colour tells them apart. Lines wrap, so that
 * what changed at the end of one is seen; each has its number in its own text, the newer one where it is in both.
 */
export function DiffView({
  before,
  after,
  label,
  context = 3,
  firstBefore = 1,
  firstAfter = 1,
  testId,
}: DiffViewProps) {
  const rows = useMemo(() => diffRows(before, after, context), [before, after, context]);
  const { heightOf, indentOf } = useMemo(() => {
    const meter = textMeter(`12px ${getComputedStyle(document.body).getPropertyValue('--mono')}`);
    const deep = (text: string) => meter(' ') * leading(text);
    return {
      indentOf: (text: string, width: number) => (width - beside - deep(text) < leastRoom ? 0 : leading(text)),
      heightOf: (index: number, width: number) => {
        const row = rows[index];
        if (row === undefined || row.kind === 'folded' || width <= 0) return lineHeight;
        const room = Math.max(leastRoom, width - beside - deep(row.text));
        return lineHeight * countLines(row.text.trimStart(), room, meter);
      },
    };
  }, [rows]);
  if (rows.length === 0 || rows.every((r) => r.kind === 'folded' || r.kind === 'same')) {
    return <p className="ui-diff__none">No line differs.</p>;
  }
  return (
    <VirtualRows
      className="ui-code ui-diff"
      role="region"
      label={label}
      testId={testId}
      tabIndex={0}
      count={rows.length}
      rowHeight={heightOf}
      row={(index, height, width) => {
        const row = rows[index];
        if (row === undefined) return null;
        if (row.kind === 'folded') {
          return (
            <div key={index} className="ui-code__line ui-diff__folded" style={{ height }}>
              {`${row.count} equal lines`}
            </div>
          );
        }
        const number = row.after === undefined ? (row.before ?? 0) + firstBefore - 1 : row.after + firstAfter - 1;
        const indent = indentOf(row.text, width);
        return (
          <div key={index} className={`ui-code__line ui-diff__line ui-diff__line--${row.kind}`} style={{ height }}>
            <span className="ui-code__number ui-diff__number">{number}</span>
            <span className="ui-diff__mark">{row.kind === 'added' ? '+' : row.kind === 'removed' ? '−' : ' '}</span>
            <span
              className="ui-code__text ui-diff__text"
              style={{ paddingLeft: `${indent}ch`, textIndent: `${-indent}ch` }}
            >
              {changedParts(row.text, row.other).map(({ text, isChanged }, i) =>
                // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
                isChanged ? <mark key={i}>{text}</mark> : text,
              )}
            </span>
          </div>
        );
      }}
    />
  );
}

/** How many spaces a line begins with. */
function leading(text: string): number {
  return text.length - text.trimStart().length;
}
