import { ref } from '../../model/index.ts';
import { called, defineRule, listed } from '../define.ts';

export const overlappingSelectors = defineRule({
  id: 'workload/overlapping-selectors',
  severity: 'error',
  title: 'Selectors that can pick the same pod',
  docs: {
    what: 'The selectors of two workloads of one namespace can both pick one pod: no label keeps them apart.',
    why: 'A policy for the one then opens the other, and a Service of the one sends traffic to it.',
    todo: 'Give both a label with the same key and different values, and let their selectors use it.',
  },
  examples: {
    good: [
      { shows: 'labels that differ', design: { workloads: { worker: { namespace: 'orders' } } } },
      {
        shows: 'the same labels in two namespaces',
        design: { workloads: { twin: { namespace: 'web', labels: { app: 'api' } } } },
      },
    ],
    bad: [
      {
        shows: 'the same label twice',
        design: { workloads: { worker: { namespace: 'orders', labels: { app: 'api' } } } },
      },
      {
        shows: 'selectors on different keys',
        design: {
          workloads: {
            worker: { namespace: 'orders', labels: { app: 'worker', tier: 'back' }, selector: { tier: 'back' } },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const namespace of lookup.namespaces) {
      const workloads = lookup
        .workloadsOfNamespace(namespace.id)
        .map((w) => ({ id: w.id, selector: lookup.selectorOf(w.id) }));
      // Two selectors are apart where some key has different values, so workloads that share one key and differ in it
      // need no comparison: that keeps namespaces of thousands of workloads quick.
      for (const [a, b] of candidates(workloads)) {
        if (!overlap(a.selector, b.selector)) continue;
        yield {
          message: `The selectors of workloads ${listed([a.id, b.id])} in ${called(lookup, ref('namespace', namespace.id))} can pick the same pod. A policy for one of them then opens the other. Give both a label with the same key and different values, and let their selectors use it.`,
          subject: ref('workload', b.id),
          path: ['workloads', b.id],
          also: [ref('workload', a.id)],
        };
      }
    }
  },
});

interface Selected {
  readonly id: string;
  readonly selector: Readonly<Record<string, string>>;
}

function overlap(a: Selected['selector'], b: Selected['selector']): boolean {
  return Object.entries(a).every(([key, value]) => !Object.hasOwn(b, key) || b[key] === value);
}

function* candidates(workloads: readonly Selected[]): Iterable<readonly [Selected, Selected]> {
  const counts = new Map<string, number>();
  for (const { selector } of workloads)
    for (const key of Object.keys(selector)) counts.set(key, (counts.get(key) ?? 0) + 1);
  // The key that most selectors use tells most of them apart.
  const common = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
  const groups = new Map<string, number[]>();
  const without: number[] = [];
  workloads.forEach(({ selector }, i) => {
    const value = common !== undefined && Object.hasOwn(selector, common) ? selector[common] : undefined;
    if (value === undefined) without.push(i);
    else groups.set(value, [...(groups.get(value) ?? []), i]);
  });
  const pairs: Array<[number, number]> = [];
  for (const group of groups.values()) {
    group.forEach((a, i) => {
      for (const b of group.slice(i + 1)) pairs.push([a, b]);
    });
  }
  without.forEach((a, i) => {
    for (const b of without.slice(i + 1)) pairs.push([a, b]);
    for (const group of groups.values()) for (const b of group) pairs.push(a < b ? [a, b] : [b, a]);
  });
  for (const [i, j] of pairs.sort(([a, x], [b, y]) => a - b || x - y)) {
    const a = workloads[i];
    const b = workloads[j];
    if (a !== undefined && b !== undefined) yield [a, b];
  }
}
