import { FileError } from '../../electron/files/file-error.ts';
import { analyze } from '../../shared/analysis/index.ts';
import { loadDesign, locate } from '../../shared/document/index.ts';
import { atLeast, compareSeverity, type Problem, type Severity } from '../../shared/lib/problem.ts';
import { compareText } from '../../shared/lib/sort.ts';
import { countProblems, problemsAsJson, problemsAsSarif, problemsAsText } from '../../shared/report/index.ts';
import { rules } from '../../shared/rules/index.ts';
import { type CliCommand, type ExitCode, type Io, oneOf, textOption, UsageError } from '../command.ts';
import { nameOf, readDesignText } from '../design.ts';

export const command: CliCommand = {
  help: `Usage: zonewright validate FILE... [OPTIONS]

Checks designs: whether they can be read, and every rule. FILE - is standard input.

  --severity error|warning|info  exit with 1 for findings at least as grave (default: error); all are printed
  --as-of DATE                   the day against which expiry is judged, YYYY-MM-DD (default: today)
  --format txt|json|sarif        how to print the findings (default: txt)

Exit codes: 0 fine, 1 findings, 2 bad usage or a file that cannot be read.
`,
  options: { severity: { type: 'string' }, 'as-of': { type: 'string' }, format: { type: 'string' } },
  async run({ values, positionals }, io) {
    const severity = oneOf<Severity>(values, 'severity', ['error', 'warning', 'info'], 'error');
    const format = oneOf(values, 'format', ['txt', 'json', 'sarif'], 'txt');
    const asOf = textOption(values, 'as-of') ?? io.today();
    if (!isDate(asOf)) throw new UsageError(`--as-of must be a date such as 2027-06-30, not ${JSON.stringify(asOf)}.`);
    if (positionals.length === 0) throw new UsageError('name at least one design, or - for standard input.');
    if (positionals.filter((p) => p === '-').length > 1)
      throw new UsageError('- (standard input) can be named only once.');

    let code: ExitCode = 0;
    const problems: Problem[] = [];
    for (const argument of positionals) {
      const found = await validateOne(argument, asOf, io);
      problems.push(...found.problems);
      if (!found.isReadable) code = 2;
    }
    const print = { txt: problemsAsText, json: problemsAsJson, sarif: asSarif(io.version) }[format];
    await io.stdout(print(problems));
    io.stderr(`${countProblems(problems)}\n`);
    return code === 0 && problems.some((p) => atLeast(p.severity, severity)) ? 1 : code;
  },
};

async function validateOne(
  argument: string,
  asOf: string,
  io: Io,
): Promise<{ problems: Problem[]; isReadable: boolean }> {
  const file = nameOf(argument);
  let text: string;
  try {
    text = await readDesignText(argument, io);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const problem: Problem = {
      rule: 'document/unreadable-file',
      severity: 'error',
      message: error.message,
      file,
      fixable: false,
    };
    return { problems: [problem], isReadable: false };
  }
  const { document, problems } = loadDesign(text, { file });
  if (document === undefined) return { problems, isReadable: false };
  const found = locate(analyze(document.topology, { asOf }).problems, document).map((p) =>
    p.file === undefined ? { ...p, file } : p,
  );
  return { problems: distinct([...problems, ...found]).sort(inOrder), isReadable: true };
}

/** What loading finds and a rule finds again counts once. */
function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((p) => {
    const key = JSON.stringify([p.line, p.column, p.message]);
    return !seen.has(key) && seen.add(key);
  });
}

/** As an editor reads a file: by place; what has no place comes first. */
function inOrder(a: Problem, b: Problem): number {
  return (
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareSeverity(a.severity, b.severity) ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

function asSarif(version: string): (problems: readonly Problem[]) => string {
  const texts = rules.map((rule) => ({
    id: rule.id,
    title: rule.title,
    help: `${rule.docs.what} ${rule.docs.why} ${rule.docs.todo}`,
  }));
  return (problems) => problemsAsSarif(problems, { version, rules: texts });
}

/** A day of the calendar; 2027-02-30 is none. */
function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
