/** Problems as text, JSON and SARIF. */
import { oneLine } from '../lib/one-line.ts';
import { atLeast, type Problem, type Severity } from '../lib/problem.ts';
import { jsonText } from './json.ts';

/** `kept` and graver ones, in their order. */
export function problemsAtLeast(problems: readonly Problem[], kept: Severity): Problem[] {
  return problems.filter((p) => atLeast(p.severity, kept));
}

/** One line per problem, as compilers write them: `shop.zones.yaml:12:5: error: … [flow/no-owner]`. Empty for none. */
export function problemsAsText(problems: readonly Problem[]): string {
  return problems.map((p) => `${oneLine(`${placeOf(p)}${p.severity}: ${p.message}`)} [${p.rule}]\n`).join('');
}

/** `2 errors, 1 warning`; `no problems`. */
export function countProblems(problems: readonly Problem[]): string {
  const count = (severity: Severity, word: string) => {
    const n = problems.filter((p) => p.severity === severity).length;
    return n === 0 ? [] : [`${n} ${word}${n === 1 || word === 'info' ? '' : 's'}`];
  };
  const parts = [...count('error', 'error'), ...count('warning', 'warning'), ...count('info', 'info')];
  return parts.length === 0 ? 'no problems' : parts.join(', ');
}

export function problemsAsJson(problems: readonly Problem[]): string {
  return jsonText({ apiVersion: 'zonewright/v1', kind: 'Problems', problems: problems.map(problemRecord) });
}

/** The fields of PROBLEM in the JSON contract, absent ones left out. */
export function problemRecord(p: Problem): Record<string, unknown> {
  return {
    rule: p.rule,
    severity: p.severity,
    message: p.message,
    ...(p.file !== undefined && { file: p.file }),
    ...(p.line !== undefined && { line: p.line }),
    ...(p.column !== undefined && { column: p.column }),
    ...(p.subject !== undefined && { subject: { kind: p.subject.kind, id: p.subject.id } }),
    fixable: p.fixable,
  };
}

function placeOf(p: Problem): string {
  if (p.file === undefined) return '';
  const position = p.line === undefined ? '' : `:${p.line}${p.column === undefined ? '' : `:${p.column}`}`;
  return `${p.file}${position}: `;
}
