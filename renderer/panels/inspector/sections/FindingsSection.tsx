import type { Ref } from '../../../../shared/model/index.ts';
import { FixButton } from '../../../actions/FixButton.tsx';
import { useProblemsOf } from '../../../session/use-problems.ts';

export interface FindingsSectionProps {
  readonly of: Ref;
  /** What is wrong stands above the fields, what is only worth knowing below them. */
  readonly show: 'problems' | 'notes';
}

export function FindingsSection({ of, show }: FindingsSectionProps) {
  const all = useProblemsOf(of);
  const problems = all.filter((p) => (p.severity === 'info') === (show === 'notes'));
  if (problems.length === 0) return null;
  return (
    <ul className="inspector__findings" aria-label="Findings">
      {problems.map((p) => (
        <li key={`${p.rule} ${p.message}`} className={`inspector__finding inspector__finding--${p.severity}`}>
          <span className="inspector__finding-mark" aria-hidden>
            {p.severity === 'error' ? '●' : p.severity === 'warning' ? '▲' : 'i'}
          </span>
          <div>
            <p>{p.message}</p>
            <FixButton problem={p} />
          </div>
        </li>
      ))}
    </ul>
  );
}
