/** Who may talk to whom, zone by zone: rows are senders, columns receivers. */
import { Grid3x3 } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { setField } from '../../../shared/commands/index.ts';
import { zoneColors } from '../../../shared/lib/zone-colors.ts';
import { useProblems } from '../../session/use-problems.ts';
import { useDocument, useStores } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { SplitView } from '../../ui/SplitView.tsx';
import { useTheme } from '../../ui/use-theme.ts';
import { CellEditor } from './CellEditor.tsx';
import { cellKey, type MatrixAxis, type MatrixCellView, matrixAxes, matrixCells } from './matrix-cells.ts';
import './matrix.css';

/** A table that is walked with the arrow keys is a grid. */
const gridRole = 'grid';

export function MatrixPanel() {
  const topology = useDocument((s) => s.topology);
  const { documents } = useStores();
  const axes = useMemo(() => matrixAxes(topology), [topology]);
  const cells = useMemo(() => matrixCells(topology), [topology]);
  const blocked = useBlocked();
  const [at, setAt] = useState({ row: 0, column: 1 });
  const [width, setWidth] = useState(320);
  const grid = useRef<HTMLTableElement>(null);

  if (axes.length < 2) {
    return (
      <EmptyState icon={<Grid3x3 size={24} aria-hidden />} title="There is no zone yet">
        Draw zones in the design; the matrix says what flows between them may do.
      </EmptyState>
    );
  }
  const row = Math.min(at.row, axes.length - 1);
  const column = Math.min(at.column, axes.length - 1);
  const current = cells.get(cellKey(axes[row]?.id ?? '', axes[column]?.id ?? ''));
  const go = (nextRow: number, nextColumn: number) => {
    const r = Math.max(0, Math.min(nextRow, axes.length - 1));
    const c = Math.max(0, Math.min(nextColumn, axes.length - 1));
    setAt({ row: r, column: c });
    grid.current?.querySelector<HTMLElement>(`[data-cell="${r} ${c}"]`)?.focus();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    if (step !== undefined) {
      e.preventDefault();
      go(row + (step[0] ?? 0), column + (step[1] ?? 0));
    } else if (e.key === 'Home') go(row, 0);
    else if (e.key === 'End') go(row, axes.length - 1);
  };
  return (
    <SplitView
      side="right"
      label="Resize cell editor"
      isOpen
      size={width}
      min={260}
      max={520}
      onResize={setWidth}
      pane={
        current && (
          <CellEditor
            key={cellKey(current.from, current.to)}
            cell={current}
            titleOf={(id) => axes.find((a) => a.id === id)?.title ?? id}
            blocked={blocked}
            onIntraZone={(value) =>
              documents.getState().run(setField, { path: ['zones', current.from, 'intraZone'], value })
            }
          />
        )
      }
    >
      <div className="matrix" data-testid="matrix">
        <header className="matrix__head">
          <h1>Matrix</h1>
          <p>What drawn flows may do between zones. Rows send, columns receive.</p>
          <Legend />
        </header>
        <div className="matrix__scroll">
          <table
            className="matrix__grid"
            role={gridRole}
            ref={grid}
            style={{ maxWidth: 150 + axes.length * 220, minWidth: 132 + axes.length * 132 }}
            aria-label="Zone matrix"
            onKeyDown={onKeyDown}
          >
            <thead>
              <tr>
                <th className="matrix__corner" scope="col">
                  <span>from ↓ to →</span>
                </th>
                {axes.map((axis, i) => (
                  <AxisHead key={axis.id} axis={axis} rank={i - 1} count={axes.length - 1} scope="col" />
                ))}
              </tr>
            </thead>
            <tbody>
              {axes.map((from, r) => (
                <tr key={from.id}>
                  <AxisHead axis={from} rank={r - 1} count={axes.length - 1} scope="row" />
                  {axes.map((to, c) => {
                    const cell = cells.get(cellKey(from.id, to.id));
                    return (
                      cell && (
                        <Cell
                          key={to.id}
                          cell={cell}
                          names={`${from.title} to ${to.title}`}
                          violations={cell.flows.filter((f) => blocked.has(f.id)).length}
                          isInward={c > r}
                          isCurrent={r === row && c === column}
                          position={`${r} ${c}`}
                          onSelect={() => setAt({ row: r, column: c })}
                        />
                      )
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </SplitView>
  );
}

function AxisHead({
  axis,
  rank,
  count,
  scope,
}: {
  readonly axis: MatrixAxis;
  readonly rank: number;
  readonly count: number;
  readonly scope: 'row' | 'col';
}) {
  const theme = useTheme();
  const colors = rank < 0 ? undefined : zoneColors(rank, count, theme);
  return (
    <th
      scope={scope}
      className="matrix__axis"
      title={axis.title}
      style={colors && { background: colors.fill, color: colors.text }}
    >
      <span className="matrix__axis-name">{axis.title}</span>
      {axis.trust !== undefined && <span className="matrix__axis-trust">{`trust ${axis.trust}`}</span>}
    </th>
  );
}

interface CellProps {
  readonly cell: MatrixCellView;
  readonly names: string;
  readonly violations: number;
  readonly isInward: boolean;
  readonly isCurrent: boolean;
  readonly position: string;
  readonly onSelect: () => void;
}

function Cell({ cell, names, violations, isCurrent, position, onSelect }: CellProps) {
  const { decision } = cell;
  const access =
    decision?.access ??
    (cell.intraZone === undefined ? undefined : cell.intraZone === 'allow' ? 'allow-all' : 'drawn-only');
  const words = accessWords(cell);
  const flows = cell.flows.length;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <td
      tabIndex={isCurrent ? 0 : -1}
      aria-current={isCurrent}
      aria-label={`${names}: ${words}${decision?.written === false ? ' by trust' : ''}, ${flows} flows${violations > 0 ? `, ${violations} blocked` : ''}`}
      data-cell={position}
      data-testid={`matrix-${cell.from}-${cell.to}`}
      className={`matrix__cell matrix__cell--${access ?? 'none'}${decision?.written === false ? ' is-by-trust' : ''}${decision === undefined ? ' is-diagonal' : ''}${isCurrent ? ' is-current' : ''}`}
      onClick={onSelect}
      onFocus={onSelect}
    >
      <span className="matrix__access">
        <span aria-hidden className="matrix__sign">
          {access === 'allow-all'
            ? '✓'
            : access === 'allow-only'
              ? '◐'
              : access === 'block-all'
                ? '✕'
                : access === 'drawn-only'
                  ? '–'
                  : ''}
        </span>
        {words}
      </span>
      {decision?.access === 'allow-only' && (
        <span className="matrix__services" title={decision.services.join(', ')}>
          {decision.services.length === 0 ? 'no service' : decision.services.join(', ')}
        </span>
      )}
      <span className="matrix__foot">
        {flows > 0 && <span>{`${flows} flow${flows === 1 ? '' : 's'}`}</span>}
        {violations > 0 && <span className="is-error">{`● ${violations} blocked`}</span>}
      </span>
    </td>
  );
}

function accessWords({ decision, intraZone, from }: MatrixCellView): string {
  if (decision === undefined)
    return intraZone === undefined
      ? from === 'outside'
        ? '—'
        : ''
      : intraZone === 'allow'
        ? 'Open inside'
        : 'Only drawn flows';
  return { 'allow-all': 'Allow all', 'allow-only': 'Allow only', 'block-all': 'Block all' }[decision.access];
}

function Legend() {
  return (
    <ul className="matrix__legend" aria-label="Legend">
      <li>
        <span className="matrix__swatch matrix__cell--allow-all" />
        allow all
      </li>
      <li>
        <span className="matrix__swatch matrix__cell--allow-only" />
        allow only
      </li>
      <li>
        <span className="matrix__swatch matrix__cell--block-all" />
        block all
      </li>
      <li>
        <span className="matrix__swatch matrix__cell--allow-all is-by-trust" />
        not written, by trust
      </li>
      <li>
        <span className="matrix__swatch matrix__cell--none is-diagonal" />
        inside a zone
      </li>
    </ul>
  );
}

/** Flows that the matrix blocks, by the rules' own judgement. */
function useBlocked(): ReadonlySet<string> {
  const problems = useProblems();
  return useMemo(
    () =>
      new Set(
        problems.flatMap((p) =>
          p.rule === 'flow/against-the-matrix' && p.subject?.kind === 'flow' ? [p.subject.id] : [],
        ),
      ),
    [problems],
  );
}
