/** Text to design. Whatever can be read is loaded; everything else becomes a problem and stays in the text on saving. */
import type { Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import { parseYaml, placeProblems } from '../lib/yaml.ts';
import { indexLines } from '../lib/yaml-lines.ts';
import { placeOf } from '../lib/yaml-place.ts';
import { plainValue } from '../lib/yaml-value.ts';
import { findDangling } from './dangling.ts';
import type { DesignDocument, DesignSource } from './document.ts';
import { locate, offsetOf, subjectAt } from './document.ts';
import type { Finding } from './messages.ts';
import { describeValue } from './messages.ts';
import { apiVersion, rootShape } from './schema.ts';
import { clearEmpty, validate } from './validate.ts';
import { migrate, versionNumber, versions } from './versions/index.ts';

export interface LoadOptions {
  /** For the problems; and the design is named after it where it names itself nothing. */
  readonly file?: string;
}

export interface LoadResult {
  /** Absent where the text is no design at all. */
  readonly document?: DesignDocument;
  readonly problems: Problem[];
}

export function loadDesign(text: string, options: LoadOptions = {}): LoadResult {
  const { file } = options;
  const lines = indexLines(text);
  const problems: Problem[] = [];
  const refuse = (rule: string, message: string, offset = 0): LoadResult => ({
    problems: [...problems, ...placeProblems([{ rule, severity: 'error', message, offset }], lines, file)],
  });

  const stream = parseYaml(text, { version: '1.2' });
  for (const problem of placeProblems(stream.problems, lines, file)) problems.push(problem);
  const first = stream.documents[0];
  if (first === undefined) {
    if (stream.problems.length > 0) return { problems };
    return refuse(
      'document/empty',
      'The file is empty. A design starts with apiVersion, kind and metadata; start from a template or a new design.',
    );
  }
  const { root } = first;
  const second = stream.documents[1];
  if (second !== undefined) {
    const message =
      'The file holds several YAML documents; only the first one is read, the others are kept as they are. Move them to files of their own.';
    problems.push(
      ...placeProblems([{ rule: 'document/several', severity: 'warning', message, offset: second.start }], lines, file),
    );
  }
  if (root.type !== 'map') {
    const found = root.type === 'scalar' ? describeValue(root.value) : root.type === 'list' ? 'a list' : 'an alias';
    return refuse(
      'document/not-a-design',
      `A design is a map with apiVersion, kind and metadata at the top, but this is ${found}. Choose another file, or write these fields.`,
      root.start,
    );
  }
  const { value, problems: expansion } = plainValue(root, { duplicates: 'first', merges: false });
  for (const problem of placeProblems(expansion, lines, file)) problems.push(problem);
  if (value === undefined) return { problems };

  const raw = value as Record<string, unknown>;
  const head = readHead(raw);
  if (head?.fatal) return refuse(head.rule, head.message, offsetOf(root, [head.field], false));
  if (head)
    problems.push(
      ...placeProblems(
        [{ rule: head.rule, severity: 'error', message: head.message, offset: root.start }],
        lines,
        file,
      ),
    );

  const source: DesignSource = {
    text,
    fallbackName: nameFromFile(file),
    ...(file !== undefined && { file }),
    root,
    lines,
    isMigrated: raw.apiVersion !== undefined && raw.apiVersion !== apiVersion,
  };
  const result = readValue({ apiVersion, kind: 'Topology', ...raw }, source);
  return {
    ...(result.document && { document: result.document }),
    problems: inOrder([...problems, ...result.problems]),
  };
}

function readValue(raw: Record<string, unknown>, source: DesignSource): LoadResult {
  const { topology, findings, dropped } = validate(clearEmpty(migrate(raw), rootShape), source.fallbackName);
  const placed = findings.map((finding) => toProblem(finding, source));
  if (topology === undefined) {
    const message =
      'Too much of the design cannot be read to show the rest. Correct the problems above and open it again.';
    return {
      problems: [
        ...placed,
        ...placeProblems(
          [{ rule: 'document/unreadable', severity: 'error', message, offset: source.root.start }],
          source.lines,
          source.file,
        ),
      ],
    };
  }
  const document: DesignDocument = {
    topology,
    source,
    unreadable: dropped.map((path) => {
      const subject = subjectAt(path);
      return { path, ...(subject && { subject }) };
    }),
  };
  return { document, problems: [...placed, ...locate(findDangling(document), document)] };
}

function toProblem({ rule, message, at, isKey }: Finding, { root, lines, file, text }: DesignSource): Problem {
  const subject = subjectAt(at);
  const { valueStart, end } = placeOf(root, at);
  return {
    rule,
    severity: 'error',
    message: inTheirWords(message, text.slice(valueStart, end)),
    ...(file !== undefined && { file }),
    ...lines.positionAt(offsetOf(root, at, isKey)),
    ...(subject && { subject }),
    path: at,
    fixable: false,
  };
}

/** YAML reads `1.30` as the number 1.3; whoever wrote it has to be told about 1.30, which is another version. */
function inTheirWords(message: string, written: string): string {
  const read = String(Number(written));
  if (read === written || !/^[-+]?[\d.]+$/.test(written)) return message;
  return message.replace(`the number ${read}.`, `the number ${written}.`).replace(`"${read}"`, `"${written}"`);
}

interface HeadFault {
  readonly rule: string;
  readonly message: string;
  readonly field: string;
  readonly fatal: boolean;
}

/** Is this a design, and one that we can read? */
function readHead(raw: YamlFields): HeadFault | undefined {
  const known = versions.map((v) => v.apiVersion);
  const version = raw.apiVersion;
  if (typeof version === 'string' && known.includes(version)) {
    if (raw.kind === 'Topology') return undefined;
    if (raw.kind === undefined)
      return {
        rule: 'document/missing-field',
        message:
          'The document has no field kind, which it needs. Add kind: Topology as the second line. Until then it is taken for a design.',
        field: 'kind',
        fatal: false,
      };
    return {
      rule: 'document/wrong-kind',
      message: `This file is of kind ${describeValue(raw.kind)}; a design is of kind Topology. Choose another file, or correct the kind.`,
      field: 'kind',
      fatal: true,
    };
  }
  if (version === undefined && isLikeDesign(raw)) {
    return {
      rule: 'document/missing-version',
      message: `The document does not say which version of the format it has. Add apiVersion: ${apiVersion} as the first line. Until then it is read as that version.`,
      field: 'apiVersion',
      fatal: false,
    };
  }
  const number = typeof version === 'string' ? versionNumber(version) : undefined;
  const newest = versionNumber(apiVersion) ?? 0;
  if (number !== undefined && number > newest) {
    return {
      rule: 'document/newer-version',
      message: `This design is of version ${String(version)}, and this Zonewright reads up to ${apiVersion}. Opening it could lose what it does not know; update Zonewright.`,
      field: 'apiVersion',
      fatal: true,
    };
  }
  const what =
    version === undefined
      ? 'it has no apiVersion and no section of a design'
      : `its apiVersion is ${describeValue(version)}`;
  return {
    rule: 'document/not-a-design',
    message: `This is not a Zonewright design: ${what}. A design starts with apiVersion: ${apiVersion} and kind: Topology; Kubernetes manifests are imported, not opened.`,
    field: 'apiVersion',
    fatal: true,
  };
}

/** As the text has them. */
function inOrder(problems: readonly Problem[]): Problem[] {
  return sortBy(
    problems,
    (p) => p.line ?? 0,
    (p) => p.column ?? 0,
  );
}

type YamlFields = Readonly<Record<string, unknown>>;

function isLikeDesign(raw: YamlFields): boolean {
  if (raw.kind !== undefined) return raw.kind === 'Topology';
  return ['zones', 'clusters', 'workloads', 'namespaces', 'flows'].some((section) => Object.hasOwn(raw, section));
}

function nameFromFile(file: string | undefined): string {
  const name = (file ?? '').split(/[/\\]/).at(-1) ?? '';
  return name.replace(/(\.zones)?\.ya?ml$/i, '') || 'untitled';
}
