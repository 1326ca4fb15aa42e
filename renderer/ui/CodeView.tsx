import { useEffect, useMemo, useRef } from 'react';
import { VirtualRows, type VirtualRowsHandle } from './VirtualRows.tsx';
import { yamlTokens } from './yaml-tokens.ts';

export interface LineRange {
  /** From 1, inclusive. */
  readonly start: number;
  readonly end: number;
}

export interface CodeViewProps {
  readonly text: string;
  /** YAML is coloured; anything else is shown as it is. */
  readonly language: 'yaml' | 'text';
  readonly label: string;
  /** Lines to stand out. */
  readonly highlighted?: readonly LineRange[];
  /** Brought into view when it changes. */
  readonly revealLine?: number;
  /** Makes lines clickable. */
  readonly onLine?: (line: number) => void;
  /** Words at the end of single lines, dim. */
  readonly notes?: ReadonlyMap<number, string>;
  readonly testId?: string;
}

const rowHeight = 19;

/** Text with line numbers; only the lines in view are drawn. */
export function CodeView({
  text,
  language,
  label,
  highlighted = [],
  revealLine,
  onLine,
  notes,
  testId,
}: CodeViewProps) {
  const lines = useMemo(() => text.replace(/\r?\n$/, '').split(/\r?\n/), [text]);
  const widest = useMemo(() => lines.reduce((n, l) => Math.max(n, l.length), 0), [lines]);
  const rows = useRef<VirtualRowsHandle>(null);
  useEffect(() => {
    if (revealLine !== undefined && text !== '') rows.current?.reveal(revealLine - 1);
  }, [revealLine, text]);
  const digits = String(lines.length).length;
  return (
    <VirtualRows
      handle={rows}
      className="ui-code"
      role="region"
      label={label}
      testId={testId}
      tabIndex={0}
      count={lines.length}
      rowHeight={rowHeight}
      contentWidth={`${widest + digits + 8}ch`}
      row={(index) => {
        const line = lines[index] ?? '';
        const number = index + 1;
        const isOn = highlighted.some((r) => number >= r.start && number <= r.end);
        const note = notes?.get(number);
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: a click on a line is a shortcut for the list of objects beside it
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list beside it takes the keys
          <div
            key={number}
            className={`ui-code__line${isOn ? ' is-on' : ''}${onLine ? ' is-clickable' : ''}`}
            style={{ height: rowHeight }}
            data-line={number}
            onClick={onLine && (() => window.getSelection()?.isCollapsed !== false && onLine(number))}
          >
            <span className="ui-code__number" style={{ width: `${digits + 4}ch` }}>
              {number}
            </span>
            <span className="ui-code__text">
              {language === 'yaml'
                ? // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity but their place
                  yamlTokens(line).map((t, i) => <Token key={i} kind={t.kind} text={t.text} />)
                : line}
            </span>
            {note !== undefined && <span className="ui-code__note">{note}</span>}
          </div>
        );
      }}
    />
  );
}

function Token({ kind, text }: { readonly kind: string; readonly text: string }) {
  return kind === 'plain' ? text : <span className={`ui-token--${kind}`}>{text}</span>;
}
