/**
 * CEL as admission policies use it. The API server refuses expressions that do not compile, so what this evaluator cannot
 * compile, or what calls a function that it does not know, is said and not taken for an error of the request.
 */

import { Environment, EvaluationError, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { isMap } from '../lib/is-map.ts';
import { Re2Matches } from './cel-matches.ts';

export type Evaluated =
  | { readonly kind: 'value'; readonly value: boolean }
  /** What the API server would answer by the policy's failurePolicy. */
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'cannot-say'; readonly reason: string };

export interface Variable {
  readonly name: string;
  readonly expression: string;
}

/** Literals may list every namespace of a large cluster. */
const limits = { maxMapEntries: 50_000, maxListElements: 50_000, maxAstNodes: 2_000_000 };

export class CelEvaluator {
  private readonly environment = new Environment({ enableOptionalTypes: true, unlistedVariablesAreDyn: true, limits });
  private readonly matches = new Re2Matches(this.environment);
  private readonly parsed = new Map<string, Program | Error>();

  evaluate(expression: string, scope: Readonly<Record<string, unknown>>): Evaluated {
    const program = this.parse(expression);
    if (program instanceof Error) return unsupported(expression, program);
    try {
      const value: unknown = program(scope);
      if (typeof value === 'boolean') return { kind: 'value', value };
      return { kind: 'cannot-say', reason: `“${shorten(expression)}” gives no true or false` };
    } catch (error) {
      return failed(expression, error);
    }
  }

  /** `variables` of a policy: computed when first read, so that one that fails matters only to whoever reads it. */
  variables(list: readonly Variable[], scope: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const { name, expression } of list) {
      let known: { readonly value: unknown } | undefined;
      Object.defineProperty(values, name, {
        enumerable: true,
        get: () => {
          if (known === undefined) {
            const program = this.parse(expression);
            if (program instanceof Error) throw program;
            known = { value: program({ ...scope, variables: values }) };
          }
          return known.value;
        },
      });
    }
    return values;
  }

  private parse(expression: string): Program | Error {
    let found = this.parsed.get(expression);
    if (found === undefined) {
      try {
        const { text, constants } = hoistMaps(expression);
        const parsed = this.environment.parse(text);
        found = dropsKeys(text) ?? this.matches.takeOver(parsed.ast) ?? programOf(parsed, constants);
      } catch (error) {
        found = error instanceof Error ? error : new Error(String(error));
      }
      this.parsed.set(expression, found);
    }
    return found;
  }
}

type Program = (scope: Readonly<Record<string, unknown>>) => unknown;

function programOf(parsed: ParseResult, constants: Readonly<Record<string, unknown>>): Program {
  if (Object.keys(constants).length === 0) return (scope) => parsed(scope);
  return (scope) => parsed({ ...scope, ...constants });
}

/**
 * Maps of plain texts become variables: a policy may list every namespace of a cluster, and the evaluator would build such
 * a map anew for each request. Where another kind of quote stands in the expression, nothing is touched.
 */
function hoistMaps(expression: string): { readonly text: string; readonly constants: Record<string, unknown> } {
  const constants: Record<string, unknown> = {};
  if (/["`\\]/.test(expression) || /\br?'''/.test(expression)) return { text: expression, constants };
  const entry = /'([^']*)': '([^']*)'/g;
  let quotes = 0;
  let counted = 0;
  const text = expression.replaceAll(/\{'[^']*': '[^']*'(?:, '[^']*': '[^']*')*\}/g, (literal, offset: number) => {
    quotes += expression.slice(counted, offset).split("'").length - 1;
    counted = offset;
    // Behind an odd number of quotes it is the inside of a text that looks like a map.
    if (quotes % 2 === 1) return literal;
    const entries = [...literal.matchAll(entry)].map(([, key, value]) => [key, value] as const);
    const map = new Map(entries);
    // A key that stands twice is an error of the expression.
    if (map.size < entries.length) return literal;
    const name = `constant_${Object.keys(constants).length}`;
    constants[name] = map;
    return name;
  });
  return { text, constants };
}

/**
 * Whole numbers of YAML are CEL's int, which the evaluator knows as bigint; maps become Maps, in which `constructor` is a
 * key like any other.
 */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (!isMap(value)) return value ?? null;
  return new Map(Object.entries(value).map(([name, field]) => [name, celValue(field)]));
}

/** The evaluator leaves some keys out of map literals without a word, so that a wrong answer would come back. */
function dropsKeys(expression: string): Error | undefined {
  const match = /(['"])(constructor|prototype|__proto__)\1\s*:/.exec(expression);
  return match === null ? undefined : new Error(`the evaluator takes no map key “${match[2]}”`);
}

function failed(expression: string, error: unknown): Evaluated {
  if (error instanceof ParseError || !(error instanceof EvaluationError)) return unsupported(expression, error);
  // A call of a function that the evaluator does not know, and a variable that only the API server has.
  if (error.code === 'no_matching_overload' || error.code === 'unknown_variable') return unsupported(expression, error);
  return { kind: 'error', message: firstLine(error) };
}

function unsupported(expression: string, error: unknown): Evaluated {
  return { kind: 'cannot-say', reason: `“${shorten(expression)}” cannot be evaluated here (${firstLine(error)})` };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}

function shorten(expression: string): string {
  const line = expression.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
