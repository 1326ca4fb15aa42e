import { expect, test } from 'vitest';
import { changedIds, emptyTopology, type Topology } from './index.ts';

const before: Topology = { ...emptyTopology('shop'), zones: { dmz: { trust: 20 }, db: { trust: 90 } } };
const withZones = (zones: Topology['zones']): Topology => ({ ...before, zones: { ...before.zones, ...zones } });

test('should name the records that are others than before, also where the same version is compared with another', () => {
  const after = withZones({ db: { trust: 80 } });
  expect(changedIds(before, after, 'zone')).toEqual(['db']);
  expect(changedIds(withZones({ dmz: { trust: 10 } }), after, 'zone')).toEqual(['dmz', 'db']);
  expect(changedIds(before, after, 'zone')).toEqual(['db']);
  expect(changedIds(before, after, 'workload')).toEqual([]);
});

test('should say nothing of single records where there are others than before', () => {
  expect(changedIds(before, withZones({ app: { trust: 50 } }), 'zone')).toBeUndefined();
  expect(
    changedIds(before, { ...before, zones: { dmz: { trust: 20 }, constructor: { trust: 90 } } }, 'zone'),
  ).toBeUndefined();
});
