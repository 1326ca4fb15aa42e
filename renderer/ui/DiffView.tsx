import { useMemo } from 'react';
import { diffRows } from './diff-lines.ts';
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

const rowHeight = 19;

/** Two texts as one list of lines: removed, added, equal. A mark as well as a colour tells them apart. */
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
  const widest = useMemo(() => rows.reduce((n, r) => Math.max(n, r.kind === 'folded' ? 0 : r.text.length), 0), [rows]);
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
      rowHeight={rowHeight}
      contentWidth={`${widest + 14}ch`}
      row={(index) => {
        const row = rows[index];
        if (row === undefined) return null;
        if (row.kind === 'folded') {
          return (
            <div key={index} className="ui-code__line ui-diff__folded" style={{ height: rowHeight }}>
              {`${row.count} equal lines`}
            </div>
          );
        }
        return (
          <div key={index} className={`ui-code__line ui-diff__line--${row.kind}`} style={{ height: rowHeight }}>
            <span className="ui-code__number ui-diff__number">
              {row.before === undefined ? '' : row.before + firstBefore - 1}
            </span>
            <span className="ui-code__number ui-diff__number">
              {row.after === undefined ? '' : row.after + firstAfter - 1}
            </span>
            <span className="ui-diff__mark">{row.kind === 'added' ? '+' : row.kind === 'removed' ? '−' : ' '}</span>
            <span className="ui-code__text">{row.text}</span>
          </div>
        );
      }}
    />
  );
}
