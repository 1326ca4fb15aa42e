import { describe, expect, it } from 'vitest';
import { diffTopology } from '../../../shared/diff/index.ts';
import type { Topology } from '../../../shared/model/index.ts';
import { countClasses, groupEntries, refsOf, step } from './review-groups.ts';

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
const entries = diffTopology(before, after);
const groups = groupEntries(entries);

describe('review groups', () => {
  it('should hold every entry once, grouped by what happened, gravest first', () => {
    expect(groups.map((g) => [g.label, g.entries.map((i) => entries[i]?.title)])).toEqual([
      ['Added', ['Flow dmz → b added', 'Matrix outside → db added']],
      ['Moved', ['Workload a moved to namespace data']],
      ['Changed', ['Workload b changed']],
      ['Renamed', ['Workload old renamed to fresh']],
    ]);
  });

  it('should be walked in the order shown, stopping at the ends', () => {
    const order = groups.flatMap((g) => g.entries);
    expect(step(groups, undefined, 1)).toBe(order[0]);
    expect(step(groups, undefined, -1)).toBe(order.at(-1));
    expect(step(groups, order[0], 1)).toBe(order[1]);
    expect(step(groups, order[0], -1)).toBe(order[0]);
    expect(step(groups, order.at(-1), 1)).toBe(order.at(-1));
    expect(step([], undefined, 1)).toBe(undefined);
  });

  it('should count effects by class', () => {
    expect(countClasses(entries).map(([kind]) => kind)).toEqual(['opens', 'weakens', 'moves', 'neutral']);
  });

  it('should show the zones of a matrix cell, and nothing for the outside', () => {
    const cell = entries.find((e) => e.subject.kind === 'matrix');
    expect(cell && refsOf(cell)).toEqual([{ kind: 'zone', id: 'db' }]);
  });
});
