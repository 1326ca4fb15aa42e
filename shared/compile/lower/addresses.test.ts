import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../model/index.ts';
import { allNodes, zoneNodes } from './addresses.ts';

describe('the addresses of nodes', () => {
  const a = { zone: 'dmz', nodes: 1, addresses: ['10.1.0.0/25'] };
  const b = { zone: 'dmz', nodes: 1, addresses: ['10.1.0.128/25'] };
  const cluster = (pools: Cluster['pools']): Cluster => ({ distribution: 'kubeadm', version: '1.37', pools });

  it('should come in the order of their pools’ ids, whatever the order of the file', () => {
    const expected = ['10.1.0.0/25', '10.1.0.128/25'];
    for (const pools of [cluster({ a, b }), cluster({ b, a })])
      expect([zoneNodes(pools, 'dmz'), allNodes(pools)]).toEqual([expected, expected]);
  });
});
