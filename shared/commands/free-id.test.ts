import { describe, expect, it } from 'vitest';
import { emptyTopology, type Topology } from '../model/index.ts';
import { freeId, isId } from './index.ts';

const design: Topology = {
  ...emptyTopology('t'),
  zones: { web: { trust: 1 }, 'web-2': { trust: 2 } },
  clusters: { prod: { distribution: 'kind', version: '1.37', pools: { a: { zone: 'web', nodes: 1 } } } },
};

describe('freeId', () => {
  it.each([
    ['workload', 'My Wörkload 中文', 'my-workload'],
    ['workload', '中文', 'workload'],
    ['workload', '', 'workload'],
    ['workload', '--Ünï__ß--', 'uni-ss'],
    ['zone', 'web', 'web-3'],
    ['zone', 'web-2', 'web-3'],
    ['zone', 'outside', 'outside-2'],
    ['pool', 'prod/a', 'prod/a-2'],
    ['pool', 'prod/B c', 'prod/b-c'],
    ['flow', '2024', '2024'],
    ['flow', 'constructor', 'constructor'],
  ] as const)('should make of %s “%s” the id %s', (kind, wanted, id) => {
    expect(freeId(design, kind, wanted)).toBe(id);
  });

  it('should leave out reserved ids and stay within 63 characters', () => {
    const long = 'x'.repeat(80);
    const first = freeId(design, 'zone', long);
    const second = freeId(design, 'zone', long, new Set([first]));
    expect([first.length, second.length, first === second]).toEqual([63, 63, false]);
    expect(isId(first) && isId(second)).toBe(true);
  });
});
