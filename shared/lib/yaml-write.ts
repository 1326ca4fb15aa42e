/** Scalars as YAML text: unquoted where every common reader takes it for the same string, else in quotes. */
import type { ScalarValue } from './yaml-scalar.ts';
import { looksLikeOtherType } from './yaml-scalar.ts';

export interface ScalarStyle {
  /** True inside `{}` and `[]`, where more characters have a meaning. */
  readonly isFlow: boolean;
  /** Quotes to keep, where the text had some. */
  readonly quotes?: 'single' | 'double';
}

export function writeScalar(value: ScalarValue, style: ScalarStyle): string {
  if (typeof value !== 'string') return writeOther(value);
  if (style.quotes === 'single' && isPrintable(value)) return `'${value.replaceAll("'", "''")}'`;
  if (style.quotes === undefined && isPlain(value, style.isFlow)) return value;
  return doubleQuoted(value);
}

/** The lines of a literal block (`|`), without indentation, or undefined where the text cannot stand in one. */
export function literalLines(value: string): { readonly header: string; readonly lines: string[] } | undefined {
  if (!/\n./s.test(value) || /^[ \t\n]/.test(value) || /\n\n$/.test(value) || !isPrintable(value.replaceAll('\n', '')))
    return undefined;
  if (/[ \t](\n|$)/.test(value)) return undefined;
  const isClipped = value.endsWith('\n');
  return { header: isClipped ? '|' : '|-', lines: (isClipped ? value.slice(0, -1) : value).split('\n') };
}

function isPlain(value: string, isFlow: boolean): boolean {
  return (
    value !== '' &&
    isPrintable(value) &&
    !/^[\s\-?:,[\]{}#&*!|>'"%@`]/.test(value) &&
    !/\s$/.test(value) &&
    !/:(\s|$)|\s#/.test(value) &&
    !(isFlow && /[,[\]{}]/.test(value)) &&
    !value.startsWith('...') &&
    !looksLikeOtherType(value)
  );
}

/** True where the text can stand on one line as it is: no control characters, line or paragraph separators, lone surrogates. */
function isPrintable(value: string): boolean {
  return !/[\uD800-\uDFFF]/u.test(value) && !unprintable.test(value);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that YAML does not allow unescaped.
const unprintable = /[\x00-\x1F\x7F-\xA0\u2028\u2029\uFEFF\uFFFE\uFFFF]/;

function doubleQuoted(value: string): string {
  let text = '"';
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    const isLone = code >= 0xd800 && code <= 0xdfff;
    if (character === '"' || character === '\\') text += `\\${character}`;
    else if (character === '\n') text += '\\n';
    else if (character === '\t') text += '\\t';
    else if (character === '\r') text += '\\r';
    else if (isLone || unprintable.test(character)) text += code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
    else text += character;
  }
  return `${text}"`;
}

function hex(code: number, length: number): string {
  return code.toString(16).toUpperCase().padStart(length, '0');
}

function writeOther(value: number | boolean | null): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return String(value);
}
