import { describe, expect, it } from 'vitest';
import { Collector, indexName } from './collect.ts';

const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
const names = (collector: Collector) =>
  collector.clusters().map(({ name, sources }) => [name, sources.map(({ object }) => object.metadata.name)]);

describe('Collector', () => {
  it('should take the objects of all files, but not the parts of objects that a kustomization patches in', () => {
    const collector = new Collector({ name: 'live' });
    collector.add('app/kustomization.yaml', 'resources: [a.yaml]\npatches: [{path: patch.yaml}]\n');
    collector.add('app/a.yaml', namespace('a'));
    collector.add('app/patch.yaml', namespace('patch'));
    collector.add('b.yaml', namespace('b'));
    expect(names(collector)).toEqual([['live', ['a', 'b']]]);
    expect(collector.files).toBe(4);
  });

  it('should take each folder for a cluster where it is told to', () => {
    const collector = new Collector({ name: 'live', byFolder: true });
    collector.add('two/b.yaml', namespace('b'));
    collector.add('one/a.yaml', namespace('a'));
    expect(names(collector)).toEqual([
      ['one', ['a']],
      ['two', ['b']],
    ]);
  });

  it('should take the clusters of an export by its index, and nothing that lies beside them', () => {
    const collector = new Collector({ name: 'live' });
    collector.add(indexName, JSON.stringify({ clusters: [{ id: 'prod', path: 'prod' }] }));
    collector.add('prod/a.yaml', namespace('a'));
    collector.add('argocd/b.yaml', namespace('b'));
    expect(names(collector)).toEqual([['prod', ['a']]]);
  });

  it('should tell what a file holds that is no object', () => {
    const collector = new Collector({ name: 'live' });
    collector.add('a.yaml', 'kind: Namespace\n');
    collector.fault('b.yaml', 'It cannot be read.');
    expect(collector.problems.map((p) => [p.file, p.rule])).toEqual([
      ['a.yaml', 'manifest/missing-field'],
      ['b.yaml', 'file/unreadable'],
    ]);
    expect(names(collector)).toEqual([]);
  });
});
