import type { Ref } from '../../../../shared/model/index.ts';
import { FixButton } from '../../../actions/FixButton.tsx';
import { useProblemsOf } from '../../../session/use-problems.ts';

export function FindingsSection({ of }: { readonly of: Ref }) {
  const problems = useProblemsOf(of);
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
