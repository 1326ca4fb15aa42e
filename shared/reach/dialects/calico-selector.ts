/**
 * Calico's selector language: `tier == 'web' && !has(debug)`. `||` binds weaker than `&&`; comparisons need the key to be
 * there, except `!=` and `not in`. Source: projectcalico/calico, libcalico-go/lib/selector (tokenizer and parser).
 */
import type { LabelExpression } from '../selector.ts';

export type ParsedSelector =
  | {
      readonly expression: LabelExpression;
      /** True where it holds `global()`, which means what belongs to no namespace. */
      readonly isGlobal: boolean;
    }
  | { readonly error: string };

/** Text is at most this long (the CRD's limit). */
export const longestSelector = 1024;

type Token =
  | { readonly kind: '(' | ')' | '{' | '}' | ',' | '&&' | '||' | '!' | 'all' | 'global' }
  | { readonly kind: 'operator'; readonly text: Operator }
  | { readonly kind: 'label' | 'text' | 'has'; readonly text: string };
type Operator = '==' | '!=' | 'in' | 'not in' | 'contains' | 'starts with' | 'ends with';

class SelectorError extends Error {}

/** The empty text selects everything. */
export function parseCalicoSelector(text: string): ParsedSelector {
  try {
    const tokens = tokenize(text);
    if (tokens.length === 0) return { expression: { op: 'all' }, isGlobal: false };
    const parser = new Parser(tokens);
    const expression = parser.either();
    if (!parser.isDone) throw new SelectorError('it goes on after its end');
    return { expression, isGlobal: tokens.some((t) => t.kind === 'global') };
  } catch (e) {
    if (e instanceof SelectorError) return { error: e.message };
    throw e;
  }
}

const key = '[a-zA-Z0-9_./-]{1,512}';
/** In the order in which they are tried. Words for operators stand only behind a label. */
const patterns: ReadonlyArray<readonly [RegExp, (match: RegExpExecArray) => Token]> = [
  [/^(&&|\|\||[(){},])/, (m) => ({ kind: m[0] as '(' })],
  [/^(==|!=)/, (m) => ({ kind: 'operator', text: m[0] as Operator })],
  [/^!/, () => ({ kind: '!' })],
  [/^(?:"([^"]*)"|'([^']*)')/, (m) => ({ kind: 'text', text: m[1] ?? m[2] ?? '' })],
];
const words: ReadonlyArray<readonly [RegExp, Operator]> = [
  [/^contains/, 'contains'],
  [/^starts[ \t]*with/, 'starts with'],
  [/^ends[ \t]*with/, 'ends with'],
  [/^not[ \t]*in/, 'not in'],
  [/^in/, 'in'],
];
const names: ReadonlyArray<readonly [RegExp, (match: RegExpExecArray) => Token]> = [
  [new RegExp(`^has\\([ \\t]*(${key})[ \\t]*\\)`), (m) => ({ kind: 'has', text: m[1] ?? '' })],
  [/^all\([ \t]*\)/, () => ({ kind: 'all' })],
  [/^global\([ \t]*\)/, () => ({ kind: 'global' })],
  [new RegExp(`^${key}`), (m) => ({ kind: 'label', text: m[0] })],
];

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let rest = text; ; ) {
    rest = rest.replace(/^[ \t]+/, '');
    if (rest === '') return tokens;
    const found = next(rest, tokens.at(-1)?.kind === 'label');
    if (found === undefined) throw new SelectorError(`“${rest.slice(0, 20)}” is not understood`);
    tokens.push(found.token);
    rest = rest.slice(found.length);
  }
}

function next(text: string, afterLabel: boolean): { readonly token: Token; readonly length: number } | undefined {
  for (const [pattern, token] of [...patterns, ...(afterLabel ? [] : names)]) {
    const match = pattern.exec(text);
    if (match !== null) return { token: token(match), length: match[0].length };
  }
  for (const [pattern, operator] of afterLabel ? words : []) {
    const match = pattern.exec(text);
    if (match !== null) return { token: { kind: 'operator', text: operator }, length: match[0].length };
  }
  return undefined;
}

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get isDone(): boolean {
    return this.at === this.tokens.length;
  }

  either(): LabelExpression {
    return this.chain('||', 'or', () => this.chain('&&', 'and', () => this.one()));
  }

  private chain(between: '||' | '&&', op: 'or' | 'and', part: () => LabelExpression): LabelExpression {
    const of = [part()];
    while (this.tokens[this.at]?.kind === between) {
      this.at += 1;
      of.push(part());
    }
    const [only] = of;
    return only !== undefined && of.length === 1 ? only : { op, of };
  }

  private one(): LabelExpression {
    const token = this.tokens[this.at];
    if (token === undefined) throw new SelectorError('it ends too early');
    this.at += 1;
    switch (token.kind) {
      case '!':
        return { op: 'not', of: this.one() };
      case '(': {
        const inner = this.either();
        this.expect(')');
        return inner;
      }
      case 'all':
        return { op: 'all' };
      case 'global':
        // No pod belongs to no namespace.
        return { op: 'not', of: { op: 'all' } };
      case 'has':
        return { op: 'has', key: token.text };
      case 'label':
        return this.comparison(token.text);
      default:
        throw new SelectorError(`“${'text' in token ? token.text : token.kind}” stands where a label is expected`);
    }
  }

  private comparison(label: string): LabelExpression {
    const operator = this.tokens[this.at];
    this.at += 1;
    if (operator?.kind !== 'operator') throw new SelectorError(`an operator is missing after “${label}”`);
    const { text } = operator;
    if (text === 'in' || text === 'not in') {
      const values = this.set();
      const listed = { op: 'in', key: label, values } as const;
      return text === 'in' ? listed : { op: 'not', of: listed };
    }
    const value = this.text(label);
    if (text === '==') return { op: 'in', key: label, values: [value] };
    if (text === '!=') return { op: 'not', of: { op: 'in', key: label, values: [value] } };
    return { op: text, key: label, text: value };
  }

  private set(): string[] {
    this.expect('{');
    const values: string[] = [];
    while (this.tokens[this.at]?.kind === 'text') {
      values.push(this.text('a list'));
      if (this.tokens[this.at]?.kind !== ',') break;
      this.at += 1;
    }
    this.expect('}');
    return values;
  }

  private text(after: string): string {
    const token = this.tokens[this.at];
    this.at += 1;
    if (token?.kind !== 'text') throw new SelectorError(`a text in quotes is missing after “${after}”`);
    return token.text;
  }

  private expect(kind: ')' | '{' | '}'): void {
    if (this.tokens[this.at]?.kind !== kind) throw new SelectorError(`“${kind}” is missing`);
    this.at += 1;
  }
}
