import { describe, expect, it } from 'vitest';
import { rulesPick, selectorPicks } from './selector.ts';

describe('selectorPicks', () => {
  const labels = { zone: 'dmz', tier: 'web' };
  const picks = (matchExpressions: readonly object[]) => selectorPicks({ matchExpressions }, labels);
  const values = ['dmz', 'app'];

  it('should pick everything where there is no selector', () => {
    expect([selectorPicks(undefined, labels), selectorPicks({}, labels)]).toEqual([true, true]);
  });

  it('should want every label and every expression', () => {
    expect(selectorPicks({ matchLabels: { zone: 'dmz', tier: 'web' } }, labels)).toBe(true);
    expect(selectorPicks({ matchLabels: { zone: 'dmz', tier: 'db' } }, labels)).toBe(false);
    expect(selectorPicks({ matchLabels: { constructor: 'x' } }, labels)).toBe(false);
    const exists = { key: 'zone', operator: 'Exists' };
    expect(picks([exists, { key: 'team', operator: 'Exists' }])).toBe(false);
  });

  it.each([
    ['In', 'zone', true],
    ['In', 'tier', false],
    ['In', 'team', false],
    ['NotIn', 'zone', false],
    ['NotIn', 'tier', true],
    ['NotIn', 'team', true],
    ['Exists', 'zone', true],
    ['Exists', 'team', false],
    ['DoesNotExist', 'zone', false],
    ['DoesNotExist', 'team', true],
    ['Like', 'zone', false],
  ])('should read %s of %s', (operator, key, expected) => {
    expect(picks([{ key, operator, values }])).toBe(expected);
  });
});

describe('rulesPick', () => {
  const asked = {
    group: 'apps',
    version: 'v1',
    resource: 'deployments/scale',
    operation: 'UPDATE',
    name: 'a',
    namespaced: true,
  } as const;
  const rule = {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    operations: ['UPDATE'],
    resources: ['deployments/scale'],
  };

  it('should pick by group, version, operation, resource, scope and name, each with its star', () => {
    for (const more of [
      {},
      { apiGroups: ['*'] },
      { apiVersions: ['*'] },
      { operations: ['*'] },
      { resources: ['*/*'] },
      { resources: ['deployments/*'] },
      { resources: ['*/scale'] },
      { scope: 'Namespaced' },
      { resourceNames: ['a'] },
    ])
      expect(rulesPick([{ ...rule, ...more }], asked), JSON.stringify(more)).toBe(true);
    for (const more of [
      { apiGroups: [''] },
      { apiVersions: ['v1beta1'] },
      { operations: ['CREATE'] },
      { resources: ['deployments'] },
      { resources: ['*'] },
      { scope: 'Cluster' },
      { resourceNames: ['b'] },
    ])
      expect(rulesPick([{ ...rule, ...more }], asked), JSON.stringify(more)).toBe(false);
    expect(rulesPick([], asked)).toBe(false);
  });
});
