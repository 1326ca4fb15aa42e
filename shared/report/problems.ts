/** Problems as text, JSON and SARIF. */
import { atLeast, type Problem, type Severity } from '../lib/problem.ts';
import { jsonText } from './json.ts';

/** `kept` and graver ones, in their order. */
export function problemsAtLeast(problems: readonly Problem[], kept: Severity): Problem[] {
  return problems.filter((p) => atLeast(p.severity, kept));
}

/** One line per problem, as compilers write them: `shop.zones.yaml:12:5: error: … [flow/no-owner]`. Empty for none. */
export function problemsAsText(problems: readonly Problem[]): string {
  return problems.map((p) => `${placeOf(p)}${p.severity}: ${p.message} [${p.rule}]\n`).join('');
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

/** What a rule is called in SARIF; rules that are not listed (faults of the file) are described by their id. */
export interface RuleText {
  readonly id: string;
  readonly title: string;
  readonly help?: string;
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 (OASIS), one run. Columns count UTF-16 code units. */
export function problemsAsSarif(
  problems: readonly Problem[],
  tool: { readonly version: string; readonly rules: readonly RuleText[] },
): string {
  const known = new Map(tool.rules.map((r) => [r.id, r]));
  const used = [...new Set(problems.map((p) => p.rule))].sort();
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Zonewright',
            version: tool.version,
            rules: used.map((id) => {
              const rule = known.get(id);
              return {
                id,
                shortDescription: { text: rule?.title ?? id },
                ...(rule?.help !== undefined && { help: { text: rule.help } }),
              };
            }),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: problems.map((p) => ({
          ruleId: p.rule,
          ruleIndex: used.indexOf(p.rule),
          level: levels[p.severity],
          message: { text: p.message },
          ...(p.file !== undefined && {
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: uriOf(p.file) },
                  ...(p.line !== undefined && {
                    region: { startLine: p.line, ...(p.column !== undefined && { startColumn: p.column }) },
                  }),
                },
                ...(p.subject !== undefined && {
                  logicalLocations: [
                    {
                      name: p.subject.id,
                      kind: p.subject.kind,
                      fullyQualifiedName: `${p.subject.kind}:${p.subject.id}`,
                    },
                  ],
                }),
              },
            ],
          }),
        })),
      },
    ],
  });
}

function placeOf(p: Problem): string {
  if (p.file === undefined) return '';
  const position = p.line === undefined ? '' : `:${p.line}${p.column === undefined ? '' : `:${p.column}`}`;
  return `${p.file}${position}: `;
}

/** A path as a relative URI; absolute paths become file URIs. */
export function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  if (path.startsWith('/')) return `file://${path}`;
  return /^[a-z]%3A\//i.test(path) ? `file:///${path.replace('%3A', ':')}` : path;
}
