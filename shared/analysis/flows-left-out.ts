import type { Problem } from '../lib/problem.ts';

/** The ids of drawn flows that the compiler leaves out of an export. What is left out is not part of what is proven. */
export function flowsLeftOut(problems: readonly Problem[]): readonly string[] {
  return [...whyLeftOut(problems).keys()];
}

/** By id: the first reason why the compiler leaves a flow out. */
export function whyLeftOut(problems: readonly Problem[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { rule, severity, subject, message } of problems)
    if (leavesOut(rule) && severity === 'error' && subject?.kind === 'flow' && !found.has(subject.id))
      found.set(subject.id, message);
  return found;
}

function leavesOut(rule: string): boolean {
  return (
    rule.startsWith('compile/flow-') ||
    rule === 'compile/zone-not-exposed' ||
    rule === 'compile/external-without-addresses'
  );
}
