import { describe, expect, it } from 'vitest';
import { reviewDesigns } from '../../../shared/analysis/index.ts';
import type { Topology } from '../../../shared/model/index.ts';
import { noFilter, type ReviewFilter } from '../../store/review-store.ts';
import {
  entriesIn,
  entryOfRef,
  type Marks,
  nextOpen,
  refsOf,
  rowsOf,
  stateOf,
  step,
  wholeEdit,
} from './review-rows.ts';

const before: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { dmz: { trust: 20, intraZone: 'deny' }, db: { trust: 80, intraZone: 'deny' } },
  namespaces: { web: { cluster: 'c', zone: 'dmz' }, data: { cluster: 'c', zone: 'db' } },
  workloads: {
    a: { namespace: 'web', replicas: 2, owner: 'x' },
    b: { namespace: 'data' },
    old: { namespace: 'web', replicas: 7, owner: 'y' },
  },
};
const after: Topology = {
  ...before,
  matrix: { outside: { db: { access: 'allow-all' } } },
  workloads: {
    a: { namespace: 'data', replicas: 2, owner: 'x' },
    b: { namespace: 'data', hostNetwork: true },
    fresh: { namespace: 'web', replicas: 7, owner: 'y' },
  },
  flows: { f: { from: { zone: 'dmz' }, to: { workload: 'b' }, ports: 'all' } },
};
const review = reviewDesigns(before, after);
const all = rowsOf(review, noFilter, {});
const order = entriesIn(all);

function check(filter: Partial<ReviewFilter>, marks: Marks = {}): string[] {
  return entriesIn(rowsOf(review, { ...noFilter, ...filter }, marks)).map((e) => e.id);
}

function marked(id: string, part: Partial<Marks[string]> = {}): Marks {
  const entry = order.find((e) => e.id === id);
  return { [id]: { title: '', verdict: 'accepted', fingerprint: entry?.print ?? '', ...part } };
}

describe('the rows of a review', () => {
  it('should take a whole edit for what is listed under its heading', () => {
    for (const group of review.groups) {
      const listed = order.filter((e) => group.entries.includes(e));
      for (const entry of listed) expect(wholeEdit(review, entry)).toEqual(listed);
    }
    // A manifest that only follows is left out, but for where it is the one that was chosen.
    const [entry] = order;
    if (entry === undefined) throw new Error('the review is empty');
    const manifest = { ...entry, id: 'manifest', layer: 'manifest', class: 'neutral' } as const;
    const [group] = review.groups;
    const more = { ...review, groups: [{ ...group, entries: [entry, manifest] }] } as typeof review;
    expect(wholeEdit(more, entry)).toEqual([entry]);
    expect(wholeEdit(more, manifest)).toEqual([entry, manifest]);
  });

  it('should hold every entry once, below the edit that caused it', () => {
    expect(order.map((e) => e.id).sort()).toEqual([...new Set(order.map((e) => e.id))].sort());
    const groups = all.flatMap((row) => (row.kind === 'group' ? [row.group.key] : []));
    expect(groups).toEqual(review.groups.map((g) => g.key));
    expect(all[0]?.kind).toBe('group');
  });

  it('should be filtered by class, zone, severity, text and state, all at once', () => {
    const opening = order.filter((e) => e.class === 'opens');
    expect(check({ class: 'opens' })).toEqual(opening.map((e) => e.id));
    expect(check({ zone: 'dmz', class: 'opens' })).toEqual(
      opening.filter((e) => e.zones.includes('dmz')).map((e) => e.id),
    );
    expect(check({ severity: 'critical' })).toEqual(order.filter((e) => e.severity === 'critical').map((e) => e.id));
    expect(check({ severity: 'low' })).toHaveLength(order.length);
    expect(check({ text: 'workload FRESH' }).every((id) => id.includes('workload:fresh'))).toBe(true);
    expect(check({ text: 'no such thing' })).toEqual([]);
    const [first] = order;
    const marks = marked(first?.id ?? '', { comment: 'why on earth' });
    expect(check({ state: 'accepted' }, marks)).toEqual([first?.id]);
    expect(check({ state: 'open' }, marks)).toHaveLength(order.length - 1);
    expect(check({ text: 'on earth' }, marks)).toEqual([first?.id]);
  });

  it('should be filtered by namespace where that is known instead of a zone', () => {
    const [first] = order;
    const placed = {
      ...review,
      groups: review.groups.map((group) => ({
        ...group,
        entries: group.entries.map((e) => (e === first ? { ...e, namespaces: ['desk', 'shop'] } : e)),
      })),
    };
    const found = entriesIn(rowsOf(placed, { ...noFilter, namespace: 'shop' }, {}));
    expect(found.map((e) => e.id)).toEqual([first?.id]);
  });

  it('should be walked in the order shown, stopping at the ends', () => {
    expect(step(all, undefined, 1)).toBe(order[0]);
    expect(step(all, undefined, -1)).toBe(order.at(-1));
    expect(step(all, order[0]?.id, 1)).toBe(order[1]);
    expect(step(all, order[0]?.id, -1)).toBe(order[0]);
    expect(step(all, order.at(-1)?.id, 1)).toBe(order.at(-1));
    expect(step([], undefined, 1)).toBe(undefined);
  });

  it('should find what is left to decide, going round, and nothing where all is decided', () => {
    const [first, second] = order;
    const marks = { ...marked(first?.id ?? ''), ...marked(second?.id ?? '') };
    expect(nextOpen(all, first?.id, marks)).toBe(order[2]);
    expect(nextOpen(all, order.at(-1)?.id, marked(first?.id ?? ''))).toBe(order[1]);
    const every = Object.assign({}, ...order.map((e) => marked(e.id)));
    expect(nextOpen(all, first?.id, every)).toBe(undefined);
  });

  it('should count a decision no longer where the entry says something else', () => {
    const [first] = order;
    if (first === undefined) throw new Error('there are differences');
    expect(stateOf(first, marked(first.id))).toBe('accepted');
    expect(stateOf(first, marked(first.id, { fingerprint: 'f'.repeat(16) }))).toBe('changed');
    expect(stateOf(first, marked(first.id, { verdict: undefined }))).toBe('open');
  });

  it('should lead from a shape to its edit, and from a cell of the matrix to its zones', () => {
    expect(entryOfRef(all, { kind: 'workload', id: 'b' })?.subject).toEqual({ kind: 'workload', id: 'b' });
    const cell = order.find((e) => e.subject.kind === 'matrix');
    expect(cell && refsOf(cell)).toEqual([{ kind: 'zone', id: 'db' }]);
  });
});
