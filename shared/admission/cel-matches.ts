/**
 * `matches()` of CEL by RE2, as the API server has it. JavaScript's own engine takes other patterns (lookahead, but no `(?i)`
 * in front and no `\z`) and may need exponential time, so that one expression of a foreign policy would stop everything.
 */

import { type ASTNode, type Environment, EvaluationError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

const byRe2 = 'matchesByRe2';

/** Each pattern is compiled once: it is asked of every image of every pod. */
export class Re2Matches {
  private readonly compiled = new Map<string, RE2JS | Error>();

  constructor(environment: Environment) {
    environment.registerFunction(`string.${byRe2}(string): bool`, (text: string, pattern: string) => {
      const found = this.compile(pattern);
      if (found instanceof RE2JS) return found.test(text);
      throw new EvaluationError({ code: 'invalid_regular_expression', message: found.message });
    });
  }

  /**
   * Takes the place of `matches` in a parsed expression: the evaluator lets nobody replace a function of its own.
   * Gives an error where a pattern that stands in the expression is none, for which the API server refuses the policy.
   */
  takeOver(expression: ASTNode): Error | undefined {
    for (const call of callsOfMatches(expression)) {
      call.args[0] = byRe2;
      const pattern = call.args[2][0];
      const found =
        pattern?.op === 'value' && typeof pattern.args === 'string' ? this.compile(pattern.args) : undefined;
      if (found instanceof Error) return found;
    }
    return undefined;
  }

  private compile(pattern: string): RE2JS | Error {
    let found = this.compiled.get(pattern);
    if (found === undefined) {
      try {
        found = RE2JS.compile(pattern);
      } catch (error) {
        found = error instanceof Error ? error : new Error(String(error));
      }
      this.compiled.set(pattern, found);
    }
    return found;
  }
}

type Call = Extract<ASTNode, { readonly op: 'rcall' }>;

function* callsOfMatches(expression: ASTNode): Generator<Call> {
  const rest: unknown[] = [expression];
  while (rest.length > 0) {
    const next = rest.pop();
    if (Array.isArray(next)) for (const part of next) rest.push(part);
    if (!isNode(next)) continue;
    rest.push(next.args);
    if (next.op === 'rcall' && next.args[0] === 'matches') yield next;
  }
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
