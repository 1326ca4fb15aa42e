/**
 * Selectors as sets. Things with labels are indexed once by key and value; a selector is then a few set operations, and
 * equal selectors are computed once. Label selectors mean what apimachinery's labels.Selector means: NotIn and
 * DoesNotExist match things that lack the key.
 */
import { BitSet } from '../lib/bit-set.ts';
import { sortedEntries } from '../lib/sort.ts';

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: ReadonlyArray<{
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }>;
}

/** What Calico's selector language says. Only `in` and its kin and `has` need the key to be there. */
export type LabelExpression =
  | { readonly op: 'all' }
  | { readonly op: 'and' | 'or'; readonly of: readonly LabelExpression[] }
  | { readonly op: 'not'; readonly of: LabelExpression }
  | { readonly op: 'has'; readonly key: string }
  | { readonly op: 'in'; readonly key: string; readonly values: readonly string[] }
  | { readonly op: 'contains' | 'starts with' | 'ends with'; readonly key: string; readonly text: string };

export type Selector = LabelSelector | LabelExpression;

export class LabelIndex {
  private readonly values = new Map<string, Map<string, BitSet>>();
  private readonly keys = new Map<string, BitSet>();
  private readonly known = new Map<string, BitSet>();

  private readonly none: BitSet;

  constructor(private readonly size: number) {
    this.none = new BitSet(size);
  }

  /** `more` goes before `labels` where both have a key. */
  add(item: number, labels: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): void {
    for (const key of Object.keys(labels)) if (!Object.hasOwn(more, key)) this.put(item, key, labels[key] ?? '');
    for (const key of Object.keys(more)) this.put(item, key, more[key] ?? '');
  }

  private put(item: number, key: string, value: string): void {
    let byValue = this.values.get(key);
    if (byValue === undefined) {
      byValue = new Map();
      this.values.set(key, byValue);
      this.keys.set(key, new BitSet(this.size));
    }
    let set = byValue.get(value);
    if (set === undefined) {
      set = new BitSet(this.size);
      byValue.set(value, set);
    }
    set.add(item);
    this.keys.get(key)?.add(item);
  }

  /** What the selector matches; the empty selector matches everything. The set is shared: do not change it. */
  select(selector: Selector): BitSet {
    const key = selectorKey(selector);
    let found = this.known.get(key);
    if (found === undefined) {
      found = 'op' in selector ? this.evaluate(selector) : this.compute(selector);
      this.known.set(key, found);
    }
    return found;
  }

  private compute(selector: LabelSelector): BitSet {
    const required = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => this.withLabel(key, value));
    const expressions = selector.matchExpressions ?? [];
    const [only] = required;
    if (only !== undefined && required.length === 1 && expressions.length === 0) return only;
    const result = BitSet.full(this.size);
    for (const set of required) result.keepAll(set);
    for (const { key, operator, values = [] } of expressions) {
      if (operator === 'Exists') result.keepAll(this.withKey(key));
      else if (operator === 'DoesNotExist') result.removeAll(this.withKey(key));
      else {
        const listed = this.withAnyOf(key, values);
        if (operator === 'In') result.keepAll(listed);
        else if (operator === 'NotIn') result.removeAll(listed);
      }
    }
    return result;
  }

  private evaluate(expression: LabelExpression): BitSet {
    switch (expression.op) {
      case 'all':
        return BitSet.full(this.size);
      case 'and':
        return expression.of.reduce((sum, e) => sum.keepAll(this.select(e)), BitSet.full(this.size));
      case 'or':
        return expression.of.reduce((sum, e) => sum.addAll(this.select(e)), new BitSet(this.size));
      case 'not':
        return BitSet.full(this.size).removeAll(this.select(expression.of));
      case 'has':
        return this.withKey(expression.key);
      case 'in':
        return this.withAnyOf(expression.key, expression.values);
      default: {
        const found = new BitSet(this.size);
        for (const [value, set] of this.values.get(expression.key) ?? [])
          if (fits(expression.op, value, expression.text)) found.addAll(set);
        return found;
      }
    }
  }

  private withAnyOf(key: string, values: readonly string[]): BitSet {
    const listed = new BitSet(this.size);
    for (const value of values) listed.addAll(this.withLabel(key, value));
    return listed;
  }

  private withKey(key: string): BitSet {
    return this.keys.get(key) ?? this.none;
  }

  private withLabel(key: string, value: string): BitSet {
    return this.values.get(key)?.get(value) ?? this.none;
  }
}

/** Whether one thing with these labels matches, without an index. */
export function matches(expression: LabelExpression, labels: Readonly<Record<string, string>>): boolean {
  const own = 'key' in expression && Object.hasOwn(labels, expression.key) ? labels[expression.key] : undefined;
  switch (expression.op) {
    case 'all':
      return true;
    case 'and':
      return expression.of.every((e) => matches(e, labels));
    case 'or':
      return expression.of.some((e) => matches(e, labels));
    case 'not':
      return !matches(expression.of, labels);
    case 'has':
      return own !== undefined;
    case 'in':
      return own !== undefined && expression.values.includes(own);
    default:
      return own !== undefined && fits(expression.op, own, expression.text);
  }
}

function fits(op: 'contains' | 'starts with' | 'ends with', value: string, text: string): boolean {
  if (op === 'contains') return value.includes(text);
  return op === 'starts with' ? value.startsWith(text) : value.endsWith(text);
}

/** The same text for selectors that say the same in another order. */
export function selectorKey(selector: Selector): string {
  if ('op' in selector) return JSON.stringify(selector);
  const labels = sortedEntries(selector.matchLabels).map(([k, v]) => `${k}=${v}`);
  if (selector.matchExpressions === undefined || selector.matchExpressions.length === 0) return labels.join('\n');
  const expressions = selector.matchExpressions
    .map((e) => `${e.key} ${e.operator} ${[...(e.values ?? [])].sort().join('|')}`)
    .sort();
  return [...labels, ...expressions].join('\n');
}

/** The empty selector. */
export function isEverything(selector: Selector): boolean {
  if ('op' in selector) return selector.op === 'all';
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return matchExpressions.length === 0 && Object.keys(matchLabels).length === 0;
}
