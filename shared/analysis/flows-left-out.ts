import type { Problem } from '../lib/problem.ts';

/** The ids of drawn flows that the compiler leaves out of an export. What is left out is not part of what is proven. */
export function flowsLeftOut(problems: readonly Problem[]): readonly string[] {
  const flows = problems.flatMap((p) =>
    leavesOut(p.rule) && p.severity === 'error' && p.subject?.kind === 'flow' ? [p.subject.id] : [],
  );
  return [...new Set(flows)];
}

function leavesOut(rule: string): boolean {
  return (
    rule.startsWith('compile/flow-') ||
    rule === 'compile/zone-not-exposed' ||
    rule === 'compile/external-without-addresses'
  );
}
