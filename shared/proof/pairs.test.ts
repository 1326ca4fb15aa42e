import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { parseManifests } from '../k8s/index.ts';
import { lookup, type Topology } from '../model/index.ts';
import type { SourceObject } from '../reach/index.ts';
import { design, readCase } from '../testing/cluster-ir.ts';
import { proveConnections } from './connections.ts';
import { homesOfNamespace, standForEachOther } from './intent/index.ts';

const pair = readCase('pair-of-clusters');

/** The findings after the objects of some clusters were changed. */
function proved(topology: Topology, change: (cluster: string, objects: SourceObject[]) => SourceObject[]) {
  const { files } = compile(topology);
  const manifests = Object.keys(topology.clusters ?? {}).map((cluster) => ({
    cluster,
    objects: change(
      cluster,
      files
        .filter((f) => f.cluster === cluster && f.objects.length > 0)
        .flatMap((f) => parseManifests(f.text, { file: f.path }).objects),
    ),
  }));
  return proveConnections(topology, manifests);
}

describe('the proof of a blue-green pair', () => {
  it('should be equal for either cluster, inside it and to and from others', () => {
    const { equal, findings } = proved(pair, (_, objects) => objects);
    expect(findings).toEqual([]);
    // Inside: worker to api in both, api to log in green. Between: both ways for both. At edges: each side of these.
    expect(equal).toBeGreaterThanOrEqual(7);
  });

  it('should miss what one of the two lost, and name that one', () => {
    const { findings } = proved(pair, (cluster, objects) =>
      cluster === 'green' ? objects.filter((o) => o.object.metadata.name !== 'ask-in') : objects,
    );
    expect(findings.map((f) => [f.kind, f.cluster, f.from, f.to])).toEqual([
      ['missing', 'green', { cidrs: ['10.1.0.0/24'] }, { workload: 'api' }],
      ['missing', undefined, { workload: 'web' }, { workload: 'api', cluster: 'green' }],
    ]);
  });

  it('should find what lets one of the two into the other', () => {
    const opening = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'from-green', namespace: 'orders' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ ipBlock: { cidr: '10.3.0.0/24' } }] }] },
    };
    const { findings } = proved(pair, (cluster, objects) =>
      cluster === 'blue' ? [...objects, { object: opening }] : objects,
    );
    expect(findings.map((f) => [f.kind, f.cluster, f.from])).toEqual([
      ['extra', 'blue', { cidrs: ['10.3.0.0/24'] }],
      ['extra', 'blue', { cidrs: ['10.3.0.0/24'] }],
    ]);
  });
});

describe('where a namespace runs', () => {
  const clusters = (replaces: Record<string, string | undefined>) =>
    design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'homes' },
      clusters: Object.fromEntries(
        Object.entries(replaces).map(([id, r]) => [
          id,
          { distribution: 'kind', version: '1.37', ...(r && { replaces: r }) },
        ]),
      ),
      namespaces: { shop: { cluster: 'a' }, lost: { cluster: 'nowhere' } },
    });

  it.each([
    ['alone', { a: undefined, b: undefined }, ['a']],
    ['replaced', { a: undefined, b: 'a' }, ['a', 'b']],
    ['in a line', { a: undefined, b: 'a', c: 'b' }, ['a', 'b', 'c']],
    ['replacing', { a: 'b', b: undefined }, ['a']],
    ['in a circle', { a: 'b', b: 'a' }, ['a', 'b']],
    ['replacing what is not there', { a: 'gone' }, ['a']],
  ])('should be the same to the export and to the drawing’s meaning, %s', (_, replaces, expected) => {
    const index = lookup(clusters(replaces));
    expect(index.homesOf('shop')).toEqual(expected);
    expect(homesOfNamespace(index, 'shop')).toEqual(expected);
    expect([index.homesOf('lost'), homesOfNamespace(index, 'lost')]).toEqual([[], []]);
    for (const a of index.clusters)
      for (const b of index.clusters) expect(index.isOnePair(a.id, b.id)).toBe(standForEachOther(index, a.id, b.id));
  });
});
