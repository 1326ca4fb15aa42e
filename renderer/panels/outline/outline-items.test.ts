import { describe, expect, it } from 'vitest';
import { emptyTopology, type Topology } from '../../../shared/model/index.ts';
import { outlineRows, outlineTree } from './outline-items.ts';

const design: Topology = {
  ...emptyTopology('shop'),
  zones: { db: { trust: 80 }, dmz: { name: 'DMZ', trust: 20 } },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      pools: { a: { zone: 'dmz', nodes: 2 }, b: { zone: 'db', nodes: 3 } },
    },
  },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    data: { cluster: 'prod', zone: 'db' },
    lost: { cluster: 'gone' },
  },
  workloads: { gateway: { namespace: 'web' }, redis: { namespace: 'data', name: 'Cache' } },
};

function lines(filter?: string, folded: readonly string[] = []) {
  return outlineRows(outlineTree(design), new Set(folded), filter).map((r) => `${'  '.repeat(r.depth)}${r.node.label}`);
}

describe('the outline', () => {
  it('should list zones by trust and namespaces of a cluster by the trust of their zone', () => {
    expect(lines()).toEqual([
      'Zones',
      '  DMZ',
      '  db',
      'Clusters',
      '  prod',
      '    web',
      '      gateway',
      '    data',
      '      Cache',
      '    a',
      '    b',
      'Without a place',
      '  lost',
    ]);
  });

  it('should hide what is folded', () => {
    expect(lines('', ['cluster:prod', 'group:zones'])).toEqual([
      'Zones',
      'Clusters',
      '  prod',
      'Without a place',
      '  lost',
    ]);
  });

  it('should show matches of names and ids with what leads to them, folded or not', () => {
    expect(lines('redis', ['cluster:prod'])).toEqual(['Clusters', '  prod', '    data', '      Cache']);
  });

  it('should show what a match contains', () => {
    expect(lines('web')).toEqual(['Clusters', '  prod', '    web', '      gateway']);
  });
});
