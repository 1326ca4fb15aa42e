/** Problems as SARIF, for tools that show findings beside the lines of a change. */
import type { Problem, Severity } from '../lib/problem.ts';
import { located, sarif } from './sarif.ts';

/** What a rule is called in SARIF; rules that are not listed (faults of the file) are described by their id. */
export interface RuleText {
  readonly id: string;
  readonly title: string;
  readonly help?: string;
}

const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>;

export function problemsAsSarif(
  problems: readonly Problem[],
  tool: { readonly version: string; readonly rules: readonly RuleText[] },
): string {
  const known = new Map(tool.rules.map((r) => [r.id, r]));
  const rules = [...new Set(problems.map((p) => p.rule))].sort().map((id) => {
    const rule = known.get(id);
    return {
      id,
      shortDescription: { text: rule?.title ?? id },
      ...(rule?.help !== undefined && { help: { text: rule.help } }),
    };
  });
  return sarif(
    { version: tool.version, rules },
    problems.map(({ rule, severity, message, file, line, column, subject }) => ({
      rule,
      level: levels[severity],
      message,
      // A problem of no file is about the design as a whole, which is no place in it.
      more: file === undefined ? {} : located({ file, line, column }, subject),
    })),
  );
}
