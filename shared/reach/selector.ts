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

  constructor(private readonly size: number) {}

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
    const result = BitSet.full(this.size);
    const none = new BitSet(this.size);
    for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
      result.keepAll(this.values.get(key)?.get(value) ?? none);
    }
    for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
      const listed = new BitSet(this.size);
      for (const value of values) listed.addAll(this.values.get(key)?.get(value) ?? none);
      if (operator === 'In') result.keepAll(listed);
      else if (operator === 'NotIn') result.removeAll(listed);
      else if (operator === 'Exists') result.keepAll(this.keys.get(key) ?? none);
      else if (operator === 'DoesNotExist') result.removeAll(this.keys.get(key) ?? none);
    }
    return result;
  }
}

/** The same text for selectors that say the same in another order. */
export function selectorKey(selector: LabelSelector): string {
  const labels = sortedEntries(selector.matchLabels).map(([k, v]) => `${k}=${v}`);
  const expressions = (selector.matchExpressions ?? [])
    .map((e) => `${e.key} ${e.operator} ${[...(e.values ?? [])].sort().join('|')}`)
    .sort();
  return [...labels, ...expressions].join('\n');
}
