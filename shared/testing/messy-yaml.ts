/** Prints values as a careless person would: every style of YAML mixed, comments anywhere. Decisions come from `next`. */
export interface MessyOptions {
  /** Columns per level. */
  readonly step: number;
  readonly eol: '\n' | '\r\n';
  readonly hasByteOrderMark: boolean;
  readonly hasFinalBreak: boolean;
  /** A number from 0 to below `below`; decides styles. */
  readonly next: (below: number) => number;
}

export function printMessy(value: Readonly<Record<string, unknown>>, options: MessyOptions): string {
  const lines = ['# a design', ...mapLines(value, 0, options)];
  if (options.next(3) === 0) lines.unshift('%YAML 1.2', '---');
  if (options.next(4) === 0) lines.push('', '# the end');
  const body = lines.join(options.eol) + (options.hasFinalBreak ? options.eol : '');
  return (options.hasByteOrderMark ? '\uFEFF' : '') + body;
}

function mapLines(value: Readonly<Record<string, unknown>>, indent: number, options: MessyOptions): string[] {
  const { next } = options;
  const blanks = ' '.repeat(indent);
  return Object.entries(value).flatMap(([key, field]) => {
    const before =
      next(5) === 0
        ? [`${blanks}# about ${key.replace(/\W/g, '')}`]
        : next(9) === 0
          ? ['', `${' '.repeat(next(8))}# section`, '']
          : [];
    const start = `${blanks}${keyText(key, options)}${next(7) === 0 ? ' ' : ''}:`;
    const { head, lines } = valueLines(field, indent, options);
    return [...before, `${start}${head}`, ...lines];
  });
}

function valueLines(value: unknown, indent: number, options: MessyOptions): { head: string; lines: string[] } {
  const { next, step } = options;
  const comment = next(4) === 0 ? `${' '.repeat(1 + next(4))}# why` : '';
  if (typeof value !== 'object' || value === null)
    return { head: `${' '.repeat(1 + next(3))}${scalarText(value, options)}${comment}`, lines: [] };
  const isEmpty = Object.keys(value).length === 0;
  if (isEmpty || next(3) === 0) {
    const flow = flowText(value, options);
    const anchor = next(6) === 0 ? '&anchored ' : '';
    return { head: ` ${anchor}${flow}${comment}`, lines: [] };
  }
  if (Array.isArray(value)) {
    const at = indent + (next(2) === 0 && indent > 0 ? 0 : step);
    return { head: comment, lines: value.flatMap((item) => itemLines(item, at, options)) };
  }
  return { head: comment, lines: mapLines(value as Record<string, unknown>, indent + step, options) };
}

function itemLines(item: unknown, indent: number, options: MessyOptions): string[] {
  const { next } = options;
  const dash = `${' '.repeat(indent)}-`;
  const isMap = typeof item === 'object' && item !== null && !Array.isArray(item) && Object.keys(item).length > 0;
  const before = next(6) === 0 ? [`${' '.repeat(indent)}# item`] : [];
  if (isMap && next(2) === 0) {
    const [first = '', ...rest] = mapLines(item as Record<string, unknown>, indent + 2, {
      ...options,
      next: (below) => (below === 5 || below === 9 ? 1 : next(below)),
    });
    return [...before, `${dash} ${first.trimStart()}`, ...rest];
  }
  return [
    ...before,
    `${dash} ${typeof item === 'object' && item !== null ? flowText(item, options) : scalarText(item, options)}`,
  ];
}

function flowText(value: unknown, options: MessyOptions): string {
  const { next } = options;
  if (typeof value !== 'object' || value === null) return scalarText(value, options);
  const pad = next(3) === 0 ? ' ' : '';
  const parts = Array.isArray(value)
    ? value.map((item) => flowText(item, options))
    : Object.entries(value).map(
        ([key, field]) => `${keyText(key, options)}:${' '.repeat(1 + next(2))}${flowText(field, options)}`,
      );
  const body = parts.join(next(4) === 0 ? ' , ' : ', ') + (parts.length > 0 && next(5) === 0 ? ',' : '');
  return Array.isArray(value) ? `[${pad}${body}${pad}]` : `{${pad}${body}${pad}}`;
}

function keyText(key: string, { next }: MessyOptions): string {
  const isSafe = /^[a-z][a-zA-Z]*$/.test(key) && key !== 'null';
  const style = next(6);
  if (style === 0) return `'${key}'`;
  return style === 1 || !isSafe ? `"${key}"` : key;
}

function scalarText(value: unknown, { next }: MessyOptions): string {
  if (typeof value !== 'string') return value === null && next(2) === 0 ? '~' : String(value);
  if (/^[a-z][a-z/.]*$/.test(value) && !/^(null|true|false)$/.test(value) && next(2) === 0) return value;
  if (/^[\x20-\x7e]*$/.test(value) && next(2) === 0) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u007f', '\\x7f');
}
