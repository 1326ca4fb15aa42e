/** Everything that is wrong with the open design: what loading found and what the rules and the compiler say. */
import { useMemo } from 'react';
import { compareSeverity, type Problem, type Severity } from '../../shared/lib/problem.ts';
import { type Ref, refKey } from '../../shared/model/index.ts';
import { useAnalysis, useDocument } from '../store/stores.tsx';

export function useProblems(): readonly Problem[] {
  const loaded = useDocument((s) => s.loadProblems);
  const found = useAnalysis((s) => s.analysis?.problems);
  return useMemo(() => sortProblems([...loaded, ...(found ?? [])]), [loaded, found]);
}

/** Gravest first; otherwise in the order given. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => compareSeverity(a.severity, b.severity));
}

export function countBySeverity(problems: readonly Problem[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const p of problems) counts[p.severity] += 1;
  return counts;
}

export function useProblemsOf(ref: Ref): readonly Problem[] {
  const problems = useProblems();
  const key = refKey(ref);
  return useMemo(
    () => problems.filter((p) => p.subject && `${p.subject.kind}:${p.subject.id}` === key),
    [problems, key],
  );
}
