/**
 * A rule of admission that others evaluate. Nobody here reads what it asks; what it judges, whom it leaves out and whether
 * it refuses at all are facts of their own, so that a reviewer sees which way each of them went.
 */
import { isMap } from '../lib/is-map.ts';
import { at, type Fact, type Facts, list, text } from './object-facts.ts';

export class Guard {
  constructor(
    private readonly facts: Facts,
    private readonly fact: Fact,
  ) {
    facts.add(fact);
  }

  /** What it looks at, in words after `judges`: losing one of these is a loss. */
  judges(what: string, holder: readonly string[] = []): void {
    this.add(['judges', ...holder, what], 1, `it judges ${what}`, `it does not judge ${what}`, holder);
  }

  /** Whom it lets pass without a look, in words after `leaves out`. */
  leavesOut(what: string): void {
    this.add(['leaves-out', what], 0, `it leaves out ${what}`, `it does not leave out ${what}`, []);
  }

  /** Nothing but the named values of something, such as `namespaces`; undefined where everything is meant. */
  only(what: string, values: readonly unknown[] | undefined): void {
    if (values === undefined || values.includes('*')) return;
    const key = ['only', what];
    this.add(key, 0, `it judges only the ${what} that it names`, `it judges all ${what}`, []);
    for (const value of values) this.judges(`${what} ${String(value)}`, key);
  }

  /** A label selector of namespaces or objects. */
  selects(what: string, selector: unknown): void {
    const labels = at(selector, 'matchLabels');
    for (const [key, value] of Object.entries(isMap(labels) ? labels : {}))
      this.only(`${what} of some values of label ${key}:`, [value]);
    for (const expression of list(at(selector, 'matchExpressions'))) {
      const label = text(at(expression, 'key'));
      const values = list(at(expression, 'values'));
      switch (at(expression, 'operator')) {
        case 'In':
          this.only(`${what} of some values of label ${label}:`, values);
          break;
        case 'NotIn':
          for (const value of values) this.leavesOut(`${what} with label ${label}: ${String(value)}`);
          break;
        case 'Exists':
          this.leavesOut(`${what} without label ${label}`);
          break;
        case 'DoesNotExist':
          this.leavesOut(`${what} with label ${label}`);
          break;
      }
    }
  }

  private add(key: readonly string[], rank: number, state: string, otherwise: string, holder: readonly string[]): void {
    const { key: own, print: _, ...fact } = this.fact;
    this.facts.add({
      ...fact,
      key: [...own, ...key],
      holder: [...own, ...holder],
      rank,
      state,
      absent: { rank: 1 - rank, state: otherwise },
    });
  }
}
