import type { Problem } from '../../shared/lib/problem.ts';
import type { Finding } from '../../shared/rules/index.ts';
import { Button } from '../ui/Button.tsx';
import { applyFix } from './apply-fix.ts';
import { useActionContext } from './use-actions.tsx';

/** What resolves a finding, where its rule knows; one undoable step. */
export function FixButton({ problem }: { readonly problem: Problem }) {
  const context = useActionContext();
  const { fix } = problem as Finding;
  if (fix === undefined) return null;
  return (
    <Button
      look="link"
      testId={`fix-${problem.rule}`}
      onClick={(e) => {
        e.stopPropagation();
        applyFix(context, fix);
      }}
    >
      {fix.label}
    </Button>
  );
}
