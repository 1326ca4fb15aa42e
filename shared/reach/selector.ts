/**
 * Label selectors as sets. Things with labels are indexed once by key and value; a selector is then a few set
 * operations, and equal selectors are computed once. Semantics are those of apimachinery's labels.Selector: NotIn and
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

export class LabelIndex {
  private readonly values = new Map<string, Map<string, BitSet>>();
  private readonly keys = new Map<string, BitSet>();
  private readonly known = new Map<string, BitSet>();

  private readonly none: BitSet;

  constructor(private readonly size: number) {
    this.none = new BitSet(size);
  }

  add(item: number, labels: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(labels)) {
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
  }

  /** What the selector matches; the empty selector matches everything. The set is shared: do not change it. */
  select(selector: LabelSelector): BitSet {
    const key = selectorKey(selector);
    let found = this.known.get(key);
    if (found === undefined) {
      found = this.compute(selector);
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
      if (operator === 'Exists') result.keepAll(this.keys.get(key) ?? this.none);
      else if (operator === 'DoesNotExist') result.removeAll(this.keys.get(key) ?? this.none);
      else {
        const listed = new BitSet(this.size);
        for (const value of values) listed.addAll(this.withLabel(key, value));
        if (operator === 'In') result.keepAll(listed);
        else if (operator === 'NotIn') result.removeAll(listed);
      }
    }
    return result;
  }

  private withLabel(key: string, value: string): BitSet {
    return this.values.get(key)?.get(value) ?? this.none;
  }
}

/** The same text for selectors that say the same in another order. */
export function selectorKey(selector: LabelSelector): string {
  const labels = sortedEntries(selector.matchLabels).map(([k, v]) => `${k}=${v}`);
  if (selector.matchExpressions === undefined || selector.matchExpressions.length === 0) return labels.join('\n');
  const expressions = selector.matchExpressions
    .map((e) => `${e.key} ${e.operator} ${[...(e.values ?? [])].sort().join('|')}`)
    .sort();
  return [...labels, ...expressions].join('\n');
}

/** The empty selector. */
export function isEverything({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return matchExpressions.length === 0 && Object.keys(matchLabels).length === 0;
}
