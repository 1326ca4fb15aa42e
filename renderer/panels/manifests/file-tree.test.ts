import { describe, expect, it } from 'vitest';
import type { BundleFile } from '../../../shared/compile/index.ts';
import { fileTree } from './file-tree.ts';

const file = (path: string, object?: string): BundleFile => ({
  path,
  text: '',
  causes: [],
  objects:
    object === undefined
      ? []
      : [{ apiVersion: 'v1', kind: 'Namespace', name: object, startLine: 1, endLine: 3, causes: [] }],
});
const files = [
  file('zonewright.json'),
  file('prod/policies/web.yaml', 'shop-in'),
  file('prod/kustomization.yaml'),
  file('edge/a.yaml'),
];
const lines = (folded: string[] = [], filter = '') =>
  fileTree(files, new Set(folded), filter).map((n) => '  '.repeat(n.depth) + n.name);

describe('the tree of exported files', () => {
  it('should put folders before files', () => {
    expect(lines()).toEqual([
      'edge',
      '  a.yaml',
      'prod',
      '  policies',
      '    web.yaml',
      '  kustomization.yaml',
      'zonewright.json',
    ]);
  });

  it('should hide what is in a folded folder', () => {
    expect(lines(['prod/'])).toEqual(['edge', '  a.yaml', 'prod', 'zonewright.json']);
  });

  it('should find files by the objects in them, folded or not', () => {
    expect(lines(['prod/'], 'shop-IN')).toEqual(['prod', '  policies', '    web.yaml']);
  });
});
