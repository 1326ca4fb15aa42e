import type { Problem } from '../../shared/lib/problem.ts';
import type { Finding } from '../../shared/rules/index.ts';
import { Button } from '../ui/Button.tsx';
import { applyFix } from './apply-fix.ts';
import { exceptFlow } from './except-flow.ts';
import { useActionContext } from './use-actions.tsx';

/** What resolves a finding, where its rule knows, one button for each way; each is one undoable step. */
export function FixButton({ problem }: { readonly problem: Problem }) {
  const context = useActionContext();
  const { fix, alternatives = [], rule, subject } = problem as Finding;
  if (fix === undefined) return null;
  // An exception needs words that no rule can know, so it is asked for instead of applied.
  const excepted = rule === 'flow/against-the-matrix' && subject?.kind === 'flow' ? subject.id : undefined;
  return (
    <span className="fixes">
      {[fix, ...alternatives].map((each, i) => (
        <Button
          key={each.label}
          look="link"
          testId={i === 0 ? `fix-${rule}` : `fix-${rule}-${i + 1}`}
          onClick={(e) => {
            e.stopPropagation();
            applyFix(context, each);
          }}
        >
          {each.label}
        </Button>
      ))}
      {excepted !== undefined && (
        <Button
          look="link"
          testId="fix-add-exception"
          onClick={(e) => {
            e.stopPropagation();
            exceptFlow(context, excepted);
          }}
        >
          Add an exception…
        </Button>
      )}
    </span>
  );
}
