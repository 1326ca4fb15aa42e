/**
 * YAML as a light tree whose every node knows its place in the text, so that problems have positions and saving can patch
 * the text instead of printing it anew. Nothing here throws for bad input: a fault becomes a problem with an offset.
 */
import type { Event } from 'js-yaml';
import { parseEvents, YAMLException } from 'js-yaml';
import type { Problem } from './problem.ts';
import type { LineIndex } from './yaml-lines.ts';
import type { YamlNode, YamlProblem } from './yaml-node.ts';
import { quickNodes } from './yaml-quick.ts';
import type { YamlVersion } from './yaml-scalar.ts';
import { TreeBuilder } from './yaml-tree.ts';

export type { YamlAlias, YamlEntry, YamlList, YamlMap, YamlNode, YamlProblem, YamlScalar } from './yaml-node.ts';

/** Texts above this many UTF-16 code units are refused before parsing. */
const maxYamlLength = 20 * 1024 * 1024;

export interface YamlDocument {
  readonly root: YamlNode;
  /** Offset at which the document's content starts. */
  readonly start: number;
}

export interface YamlStream {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
}

export interface ParseOptions {
  readonly version: YamlVersion;
}

/** Reads every document of the stream; with a syntax error there is none, only the problem. */
export function parseYaml(text: string, options: ParseOptions): YamlStream {
  const quick = isLarge(text) ? undefined : quickNodes(text, options.version).read(0, text.length);
  if (quick === undefined) return parsePart(text, 0, options);
  return { documents: [{ root: quick.root, start: quick.root.start }], problems: [] };
}

export function isLarge(text: string): boolean {
  return text.length > maxYamlLength;
}

/** The node at the end of an alias chain. */
export function resolveAlias(node: YamlNode): YamlNode | undefined {
  let at: YamlNode | undefined = node;
  while (at?.type === 'alias') at = at.target;
  return at;
}

/** The problems with lines and columns, as everybody else passes them on. */
export function placeProblems(problems: readonly YamlProblem[], lines: LineIndex, file: string | undefined): Problem[] {
  return problems.map(({ rule, severity, message, offset, related }) => {
    const place = related && lines.positionAt(related.offset);
    const more = related && place ? ` ${related.label} in line ${place.line}, column ${place.column}.` : '';
    return {
      rule,
      severity,
      message: message + more,
      ...(file !== undefined && { file }),
      ...lines.positionAt(offset),
      fixable: false,
    };
  });
}

/** The full reader, whatever the text is made of. */
export function parsePart(text: string, base: number, options: ParseOptions): YamlStream {
  if (isLarge(text)) {
    const message = `The text is ${megabytes(text.length)} MB long; at most ${megabytes(maxYamlLength)} MB can be read. Split it into several files.`;
    return { documents: [], problems: [{ rule: 'yaml/too-large', severity: 'error', message, offset: base }] };
  }
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    const message =
      'There is a NUL byte, so this is not a text file in UTF-8. Save it as UTF-8 text, or choose another file.';
    return { documents: [], problems: [{ rule: 'yaml/syntax', severity: 'error', message, offset: base + nul }] };
  }
  let source = text;
  let events: Event[] | undefined;
  for (let mended = 0; events === undefined; mended += 1) {
    try {
      events = parseEvents(source, {});
    } catch (error) {
      const next = options.version === '1.1' && mended < mostTabLines ? withoutLeadingTab(error, source) : undefined;
      if (next === undefined) return { documents: [], problems: [syntaxProblem(error, source, base)] };
      source = next;
    }
  }
  const { roots, problems } = new TreeBuilder(source, base, events, options.version).build();
  return { documents: roots.map((root) => ({ root, start: root.start })), problems };
}

/** Each such line costs reading the text again. */
const mostTabLines = 20;

/**
 * kubectl's parser takes tabs at the start of lines inside brackets and braces, as people paste them. Our parser refuses
 * exactly those as too little indentation; with spaces in their place every offset stays.
 */
function withoutLeadingTab(error: unknown, text: string): string | undefined {
  if (!(error instanceof YAMLException) || error.reason !== 'deficient indentation') return undefined;
  const start = text.lastIndexOf('\n', (error.mark?.position ?? 0) - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  if (!indent.includes('\t')) return undefined;
  return text.slice(0, start) + ' '.repeat(indent.length) + text.slice(start + indent.length);
}

/** Where the sections between `---` lines start and end. */
export function sections(text: string): Array<{ start: number; end: number }> {
  const found: Array<{ start: number; end: number }> = [];
  const isAt = (at: number, codes: readonly number[]) => codes.includes(text.charCodeAt(at));
  let start = 0;
  for (let at = text.indexOf('---'); at !== -1; at = text.indexOf('---', at + 3)) {
    const isLine = at === 0 || isAt(at - 1, [10, 13]);
    if (!isLine || !(at + 3 === text.length || isAt(at + 3, [32, 9, 13, 10]))) continue;
    if (at > start) found.push({ start, end: at });
    start = at;
  }
  found.push({ start, end: text.length });
  return found;
}

function megabytes(length: number): string {
  return (length / 1024 / 1024).toFixed(length % (1024 * 1024) === 0 ? 0 : 1);
}

function syntaxProblem(error: unknown, text: string, base: number): YamlProblem {
  const isYaml = error instanceof YAMLException;
  const offset = isYaml ? Math.min(error.mark?.position ?? 0, text.length) : 0;
  const reason = isYaml ? error.reason : String(error);
  return {
    rule: 'yaml/syntax',
    severity: 'error',
    message: `This is not valid YAML: ${reason}. ${adviceFor(reason, text, offset)}`,
    offset: base + offset,
  };
}

function adviceFor(reason: string, text: string, offset: number): string {
  if (reason.includes('tab character') || text[offset] === '\t') return 'Indent with spaces instead of tabs.';
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split(/\r|\n/, 1)[0] ?? '';
  if (line.includes('{{') || line.includes('}}'))
    return 'This looks like a template; render it first (for example with helm template) and open the result.';
  if (reason.includes('indentation')) return 'Give all keys of one map the same indentation.';
  if (reason.includes('flow collection') || reason.includes('quoted'))
    return 'Close every bracket, brace and quote that is opened.';
  if (reason.includes('maxDepth')) return 'Values may be nested at most 100 levels deep.';
  return 'Correct the text at this place, or just before it.';
}
