/**
 * Kubernetes objects as YAML: block style, two spaces, LF, keys in an order that depends on nothing but the keys. What
 * is printed means the same to readers of YAML 1.1 (kubectl, Go's yaml.v2) and 1.2, so strings that either could take
 * for a boolean, a number, a date or null are quoted.
 */
import { compareText } from '../lib/sort.ts';
import type { KubeObject } from './types.ts';

export interface PrintedObjects {
  readonly text: string;
  /** Per object, in the order given: its first and last line, from 1, inclusive, without the `---`. */
  readonly ranges: ReadonlyArray<{ readonly startLine: number; readonly endLine: number }>;
}

/** Several objects as the documents of one file; `header` becomes comment lines at its top. */
export function printObjects(objects: readonly KubeObject[], header: readonly string[] = []): PrintedObjects {
  const lines = header.map((line) => (line === '' ? '#' : `# ${line}`));
  const ranges: Array<{ startLine: number; endLine: number }> = [];
  for (const [i, object] of objects.entries()) {
    if (i > 0) lines.push('---');
    const startLine = lines.length + 1;
    writeMap(lines, object, '', '', undefined);
    ranges.push({ startLine, endLine: lines.length });
  }
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}\n`, ranges };
}

/** One object without a document marker; ends with a line break. */
export function printObject(object: KubeObject): string {
  return printObjects([object]).text;
}

/**
 * Kubernetes' customary order, one list for all kinds; fields not in it follow by code unit. Fields that never meet in
 * one map may stand in any order to each other.
 */
const customary = [
  ...['apiVersion', 'kind', 'metadata', 'name', 'generateName', 'namespace', 'labels', 'annotations'],
  ...['provisioner', 'parameters', 'mountOptions', 'handler', 'overhead', 'scheduling', 'spec', 'rules'],
  ...[
    'policyName',
    'paramKind',
    'failurePolicy',
    'reinvocationPolicy',
    'matchConstraints',
    'matchConditions',
    'variables',
  ],
  ...['resourceRules', 'apiGroups', 'apiVersions', 'operations', 'scope'],
  ...['validations', 'mutations', 'validationActions', 'matchResources', 'patchType'],
  ...['expression', 'message', 'messageExpression', 'reason'],
  ...['tier', 'order', 'priority', 'defaultAction', 'subject', 'action'],
  ...['type', 'replicas', 'selector', 'serviceName', 'schedule', 'namespaceSelector', 'podSelector', 'ipBlock'],
  ...['endpointSelector', 'enableDefaultDeny'],
  ...[
    'policyTypes',
    'types',
    'ingress',
    'egress',
    'ingressDeny',
    'egressDeny',
    'from',
    'to',
    'matchLabels',
    'matchExpressions',
    'cidr',
    'except',
  ],
  ...['key', 'operator', 'value', 'values', 'effect', 'image', 'protocol', 'port', 'targetPort', 'endPort', 'nodePort'],
  ...['containerPort', 'ports', 'template', 'containers', 'volumes', 'volumeClaimTemplates', 'resources'],
];
const rank = new Map(customary.map((key, i) => [key, i]));

/** Maps whose keys are the user's own words; they are sorted by code unit alone. */
const plainMaps = new Set(['labels', 'annotations', 'matchLabels', 'nodeSelector', 'parameters', 'data', 'hard']);

function sortedKeys(value: Readonly<Record<string, unknown>>, parent: string | undefined): string[] {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  if (parent !== undefined && plainMaps.has(parent)) return keys.sort(compareText);
  return keys.sort((a, b) => {
    const ra = rank.get(a) ?? customary.length;
    const rb = rank.get(b) ?? customary.length;
    return ra === rb ? compareText(a, b) : ra - rb;
  });
}

type Container = readonly unknown[] | Readonly<Record<string, unknown>>;

/** `first` stands before the first line, which may follow a dash; `pad` before all others. */
function writeMap(
  lines: string[],
  map: Readonly<Record<string, unknown>>,
  pad: string,
  first: string,
  parent: string | undefined,
): void {
  let lead = first;
  for (const key of sortedKeys(map, parent)) {
    const value = map[key];
    const name = quote(key);
    if (!isContainer(value) || size(value) === 0) {
      writeScalar(lines, value, `${lead}${name}: `, pad);
    } else {
      lines.push(`${lead}${name}:`);
      // Lists stand under their key without indentation, as kubectl prints them.
      if (Array.isArray(value)) writeList(lines, value, pad, pad);
      else writeMap(lines, value as Readonly<Record<string, unknown>>, `${pad}  `, `${pad}  `, key);
    }
    lead = pad;
  }
}

function writeList(lines: string[], list: readonly unknown[], pad: string, first: string): void {
  const inner = `${pad}  `;
  let lead = `${first}- `;
  for (const item of list) {
    if (!isContainer(item) || size(item) === 0) writeScalar(lines, item, lead, pad);
    else if (Array.isArray(item)) writeList(lines, item, inner, lead);
    else writeMap(lines, item as Readonly<Record<string, unknown>>, inner, lead, undefined);
    lead = `${pad}- `;
  }
}

function writeScalar(lines: string[], value: unknown, lead: string, pad: string): void {
  const [first = '', ...rest] = scalar(value);
  lines.push(`${lead}${first}`);
  for (const line of rest) lines.push(line === '' ? '' : `${pad}  ${line}`);
}

/** The lines of a scalar; more than one for text with line breaks. The first goes behind the key or the dash. */
function scalar(value: unknown): string[] {
  if (value === null || value === undefined) return ['null'];
  if (Array.isArray(value)) return ['[]'];
  if (typeof value === 'object') return ['{}'];
  if (typeof value === 'boolean') return [String(value)];
  if (typeof value === 'number') return [number(value)];
  const text = String(value);
  return isLiteral(text) ? literal(text) : [quote(text)];
}

function number(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value < 0 ? '-.inf' : '.inf';
  // YAML 1.1 takes 1e+21 for a string; with a dot and a sign both versions read a number.
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

/** Words that YAML 1.1 or 1.2 read as booleans or null, in any case. */
const reserved = /^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
/** Starts with a letter, so it is no number, date or indicator; holds nothing that ends or splits a plain scalar. */
const safeWord = /^[A-Za-z_/][A-Za-z0-9_./@-]*$/;
const safeWords = /^[A-Za-z][A-Za-z0-9_./,;()'+-]*( [A-Za-z0-9_./,;()'+=-]+)+$/;
/** Amounts and IPv4 ranges begin with digits and yet are numbers to nobody. */
const safeDigits = /^(\d{1,9}(m|Ki|Mi|Gi|Ti|Pi|Ei)|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\/\d{1,2})$/;

function quote(text: string): string {
  if (!reserved.test(text) && (safeWord.test(text) || safeWords.test(text) || safeDigits.test(text))) return text;
  // Expressions of admission policies hold one kind of quotes or the other; take the style that needs no escapes.
  if (text.includes('"') && /^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return `"${[...text].map(escaped).join('')}"`;
}

function escaped(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  const code = char.codePointAt(0) ?? 0;
  const printable =
    (code >= 0x20 && code < 0x7f) || (code >= 0xa1 && code < 0x2000) || (code >= 0x2030 && code < 0xd800);
  if (printable || (code >= 0xe000 && code < 0xfeff) || (code >= 0xff00 && code < 0xfffe)) return char;
  if (code >= 0x10000 && code <= 0x10ffff) return char;
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** Text that a block scalar can carry unchanged: only printable ASCII, no space at the ends of lines. */
function isLiteral(text: string): boolean {
  if (!text.includes('\n') || !/^[\x20-\x7e\n]+$/.test(text)) return false;
  return !/^[ \n]/.test(text) && !/ (\n|$)/.test(text) && !/\n\n$/.test(text);
}

function literal(text: string): string[] {
  const ends = text.endsWith('\n');
  const body = ends ? text.slice(0, -1) : text;
  return [ends ? '|' : '|-', ...body.split('\n')];
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function size(value: Container): number {
  if (Array.isArray(value)) return value.length;
  let count = 0;
  for (const item of Object.values(value)) if (item !== undefined) count += 1;
  return count;
}
