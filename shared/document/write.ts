/** Canonical YAML of values: fields in schema order, records over lines, small values on one. */
import type { ScalarValue } from '../lib/yaml-scalar.ts';
import type { ScalarStyle } from '../lib/yaml-write.ts';
import { literalLines, writeScalar } from '../lib/yaml-write.ts';
import type { Shape } from './shape.ts';
import { childShape, orderedEntries } from './shape.ts';

/** A value as it follows `key:` or `-`: what stands on the same line (with its leading blank), and the lines below. */
export interface WrittenValue {
  readonly head: string;
  /** Indented, without line ends. */
  readonly lines: readonly string[];
}

export interface Layout {
  /** Columns by which one level is indented. */
  readonly step: number;
}

const width = 100;

/** `indent` is the column of the key or dash; `used` how many columns of its line are taken. */
export function writeValue(value: unknown, shape: Shape, layout: Layout, indent: number, used: number): WrittenValue {
  if (typeof value !== 'object' || value === null) {
    const literal = typeof value === 'string' ? literalLines(value) : undefined;
    if (literal === undefined) return { head: ` ${writeScalar(value as ScalarValue, { isFlow: false })}`, lines: [] };
    const blanks = ' '.repeat(indent + layout.step);
    return { head: ` ${literal.header}`, lines: literal.lines.map((line) => (line === '' ? '' : blanks + line)) };
  }
  if (isEmpty(value)) return { head: Array.isArray(value) ? ' []' : ' {}', lines: [] };
  if (!shape.isBlock && !hasLines(value)) {
    const flow = writeFlow(value, shape);
    if (used + flow.length + 1 <= width) return { head: ` ${flow}`, lines: [] };
  }
  if (Array.isArray(value))
    return {
      head: '',
      lines: value.flatMap((item) => writeItem(item, childShape(shape, 0), layout, indent + layout.step)),
    };
  return {
    head: '',
    lines: orderedEntries(value, shape).flatMap(([key, field]) =>
      writeEntry(key, field, childShape(shape, key), layout, indent + layout.step),
    ),
  };
}

/** The lines of `key: value` at a column. */
export function writeEntry(key: string, value: unknown, shape: Shape, layout: Layout, indent: number): string[] {
  const start = `${' '.repeat(indent)}${writeKey(key, false)}:`;
  const { head, lines } = writeValue(value, shape, layout, indent, start.length);
  return [start + head, ...lines];
}

/** The lines of `- value` at a column. */
export function writeItem(value: unknown, shape: Shape, layout: Layout, indent: number): string[] {
  const start = `${' '.repeat(indent)}-`;
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const { head, lines } = writeValue(value, shape, { step: isMap ? 2 : layout.step }, indent, start.length);
  if (head !== '') return [start + head, ...lines];
  const [first = '', ...rest] = lines;
  return isMap ? [`${start} ${first.trimStart()}`, ...rest] : [start, ...lines];
}

/** On one line: `{a: 1, b: [x, y]}`. */
export function writeFlow(value: unknown, shape: Shape, quotes?: ScalarStyle['quotes']): string {
  if (typeof value !== 'object' || value === null)
    return writeScalar(value as ScalarValue, { isFlow: true, ...(quotes && { quotes }) });
  if (Array.isArray(value)) return `[${value.map((item) => writeFlow(item, childShape(shape, 0))).join(', ')}]`;
  const fields = orderedEntries(value, shape).map(
    ([key, field]) => `${writeKey(key, true)}: ${writeFlow(field, childShape(shape, key))}`,
  );
  return `{${fields.join(', ')}}`;
}

export function writeKey(key: string, isFlow: boolean, quotes?: ScalarStyle['quotes']): string {
  // YAML 1.1 takes `y` and `n` for booleans, but designs are read as YAML 1.2, and every place on the canvas has a y.
  if (quotes === undefined && (key === 'y' || key === 'n')) return key;
  return writeScalar(key, { isFlow, ...(quotes && { quotes }) });
}

export function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.values(value).every((field) => field === undefined);
}

function hasLines(value: unknown): boolean {
  if (typeof value === 'string') return literalLines(value) !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasLines);
}
