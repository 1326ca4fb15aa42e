/**
 * CEL as admission policies use it. The API server refuses expressions that do not compile, so what this evaluator cannot
 * compile, or what calls a function that it does not know, is said and not taken for an error of the request.
 */
import { Environment, EvaluationError, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { isMap } from './fields.ts';

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
  private readonly parsed = new Map<string, ParseResult | Error>();

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

  private parse(expression: string): ParseResult | Error {
    let found = this.parsed.get(expression);
    if (found === undefined) {
      try {
        found = dropsKeys(expression) ?? this.environment.parse(expression);
      } catch (error) {
        found = error instanceof Error ? error : new Error(String(error));
      }
      this.parsed.set(expression, found);
    }
    return found;
  }
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
