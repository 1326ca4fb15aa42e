import { CircleCheck, Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Problem, Severity } from '../../../shared/lib/problem.ts';
import { findRecord, isKind, type Ref } from '../../../shared/model/index.ts';
import { type Finding, rules } from '../../../shared/rules/index.ts';
import { FixButton } from '../../actions/FixButton.tsx';
import { countBySeverity, useProblems } from '../../session/use-problems.ts';
import { useAnalysis, useDocument, useStores, useUi } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import './problems.css';

const severities: ReadonlyArray<{ readonly id: Severity; readonly one: string; readonly many: string }> = [
  { id: 'error', one: 'error', many: 'errors' },
  { id: 'warning', one: 'warning', many: 'warnings' },
  { id: 'info', one: 'note', many: 'notes' },
];

const titles = new Map(rules.map((r) => [r.id, r.title]));

export function ProblemsPanel() {
  const problems = useProblems();
  const isKnown = useAnalysis((s) => s.analysis !== undefined);
  const [hidden, setHidden] = useState<ReadonlySet<Severity>>(new Set());
  const [filter, setFilter] = useState('');
  const counts = countBySeverity(problems);
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return problems.filter(
      (p) =>
        !hidden.has(p.severity) &&
        (wanted === '' || `${p.rule} ${p.message} ${p.subject?.id ?? ''}`.toLowerCase().includes(wanted)),
    );
  }, [problems, hidden, filter]);

  if (problems.length === 0) {
    if (!isKnown) return <EmptyState title="Looking for problems…" />;
    return (
      <EmptyState icon={<CircleCheck size={22} className="is-fine" aria-hidden />} title="No problems">
        Every rule agrees with what is drawn.
      </EmptyState>
    );
  }
  return (
    <div className="problems" data-testid="problems">
      <div className="problems__bar">
        {severities.map((s) =>
          counts[s.id] === 0 ? null : (
            <button
              key={s.id}
              type="button"
              aria-pressed={!hidden.has(s.id)}
              data-testid={`problems-${s.id}`}
              className={`problems__filter problems__filter--${s.id}`}
              onClick={() => {
                const next = new Set(hidden);
                if (!next.delete(s.id)) next.add(s.id);
                setHidden(next);
              }}
            >
              {`${counts[s.id]} ${counts[s.id] === 1 ? s.one : s.many}`}
            </button>
          ),
        )}
        <label className="problems__search">
          <Search size={13} aria-hidden />
          <input
            type="text"
            aria-label="Filter problems"
            placeholder="Filter"
            spellCheck={false}
            value={filter}
            onChange={(e) => setFilter(e.target.value)}
          />
        </label>
      </div>
      <ul className="problems__list">
        {shown.slice(0, 500).map((p) => (
          <Row key={`${p.rule} ${p.subject?.kind} ${p.subject?.id} ${p.line} ${p.column} ${p.message}`} problem={p} />
        ))}
        {shown.length === 0 && <li className="problems__none">Nothing matches the filter.</li>}
        {shown.length > 500 && <li className="problems__none">{`${shown.length - 500} more; filter to see them.`}</li>}
      </ul>
    </div>
  );
}

function Row({ problem }: { readonly problem: Problem }) {
  const { ui } = useStores();
  const [isOpen, setOpen] = useState(false);
  const subject = subjectOf(problem);
  const isThere = useDocument((s) => subject !== undefined && findRecord(s.topology, subject) !== undefined);
  const ref = isThere ? subject : undefined;
  const isSelected = useUi(
    (s) => s.selection.length === 1 && s.selection[0]?.kind === ref?.kind && s.selection[0]?.id === ref?.id,
  );
  const heading = titles.get(problem.rule) ?? inWords(problem.rule);
  const place =
    problem.line === undefined
      ? undefined
      : [problem.file, problem.line, problem.column].filter((x) => x !== undefined).join(':');
  const go = () => {
    setOpen(!isOpen);
    if (ref !== undefined) ui.getState().revealRefs([ref, ...((problem as Finding).also ?? [])].slice(0, 1));
    else if (problem.rule.startsWith('matrix')) ui.getState().set({ view: 'matrix' });
  };
  return (
    <li className={`problem${isSelected ? ' is-selected' : ''}${isOpen ? ' is-open' : ''}`}>
      <button
        type="button"
        className="problem__main"
        data-testid={`problem-${problem.rule}`}
        aria-expanded={isOpen}
        title={problem.message}
        onClick={go}
      >
        <span className={`severity-mark severity-mark--${problem.severity}`} role="img" aria-label={problem.severity}>
          {problem.severity === 'error' ? '●' : problem.severity === 'warning' ? '▲' : '○'}
        </span>
        <span className="problem__title" title={heading}>
          {heading}
        </span>
        <span className="problem__text">
          {problem.message}
          {place !== undefined && <code className="problem__place">{place}</code>}
        </span>
      </button>
      <FixButton problem={problem} />
    </li>
  );
}

/** `compile/flow-without-entry` as a heading, for what no rule found. */
function inWords(id: string): string {
  const words = (id.split('/').at(-1) ?? id).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function subjectOf(problem: Problem): Ref | undefined {
  const { subject } = problem;
  return subject !== undefined && isKind(subject.kind) ? { kind: subject.kind, id: subject.id } : undefined;
}
