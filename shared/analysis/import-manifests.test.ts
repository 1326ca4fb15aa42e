import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveNamespaces, propose, readEstate, readManifestFile } from '../importing/index.ts';
import { cluster as randomCluster } from '../testing/random-cluster.ts';
import { importManifests } from './import-manifests.ts';

function sourcesOf(yaml: string) {
  const { sources, problems } = readManifestFile(yaml, 'all.yaml');
  expect(problems).toEqual([]);
  return [{ name: 'prod', sources }];
}

const deployment = (namespace: string, name: string, more = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${more}containers: [{name: main, image: x, ports: [{name: http, containerPort: 8080}]}]}
`;
const denyAll = (namespace: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: ${namespace}}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`;

describe('importManifests', () => {
  it('should mean exactly what the manifests allow, whatever they are', () => {
    fc.assert(
      fc.property(randomCluster, (objects) => {
        const sources = objects.map((object) => ({ object }));
        const { check } = importManifests([{ name: 'c', sources }], { name: 'random' });
        expect(check.differences.filter((d) => d.kind !== 'cannot-say')).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('should mean exactly what the manifests of each cluster allow', () => {
    fc.assert(
      fc.property(randomCluster, randomCluster, (east, west) => {
        const clusters = [east, west].map((objects, i) => ({
          name: i === 0 ? 'east' : 'west',
          sources: objects.map((object) => ({ object })),
        }));
        const { check } = importManifests(clusters, { name: 'random' });
        expect(check.differences.filter((d) => d.kind !== 'cannot-say')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('should say once of a zone what is true in every cluster, and elsewhere say it of namespaces', () => {
    const open = ['shop-web', 'portal', 'shop-db'].map((name) => deployment(name, 'a')).join('');
    const flowsOf = (west: string) => {
      const { topology, check } = importManifests(
        ['east', 'west'].map((name) => ({
          name,
          sources: readManifestFile(name === 'east' ? open : open + west, 'all.yaml').sources,
        })),
        { name: 'shop' },
      );
      expect(check.counts).toEqual({ extra: 0, missing: 0, 'cannot-say': 0 });
      return Object.keys(topology.flows ?? {}).sort();
    };
    const zones = ['anywhere', 'db', 'web'];
    expect(flowsOf('')).toEqual(zones.flatMap((a) => zones.flatMap((b) => (a === b ? [] : [`${a}-to-${b}`]))));
    expect(flowsOf(denyAll('shop-db'))).toEqual([
      'anywhere-to-east-shop-db',
      'anywhere-to-web',
      'east-shop-db-to-anywhere',
      'east-shop-db-to-web',
      'web-to-anywhere',
      'web-to-east-shop-db',
    ]);
  });

  it('should draw an open cluster with an arrow for each zone and direction, not one for each pair', () => {
    const { topology, check } = importManifests(
      sourcesOf(['a', 'b', 'c'].map((name) => deployment('shop-web', name)).join('')),
      { name: 'shop' },
    );
    expect(topology.zones).toEqual({ web: { trust: 30, exposure: ['direct'], podSecurity: 'privileged' } });
    expect(Object.keys(topology.flows ?? {})).toEqual(['anywhere-to-web', 'web-to-anywhere']);
    expect(Object.keys(topology.externals ?? {})).toEqual(['anywhere']);
    expect(check.counts).toEqual({ extra: 0, missing: 0, 'cannot-say': 0 });
  });

  it('should draw open zones with arrows between zones, however few namespaces each has, and say so in one sentence', () => {
    const { topology, check, problems } = importManifests(
      sourcesOf(deployment('shop-web', 'a') + deployment('shop-db', 'b') + deployment('shop-db', 'c')),
      { name: 'shop' },
    );
    const ends = ['web', 'db', 'anywhere'];
    expect(Object.keys(topology.flows ?? {}).sort()).toEqual(
      ends.flatMap((a) => ends.flatMap((b) => (a === b ? [] : [`${a}-to-${b}`]))).sort(),
    );
    expect(problems.map((p) => p.rule)).toContain('import/nothing-restricted');
    expect(check.counts).toEqual({ extra: 0, missing: 0, 'cannot-say': 0 });
  });

  it('should name what is left of all addresses by what it is, and other ranges by the first of them', () => {
    const allow = (name: string, block: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: web}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{from: [{ipBlock: ${block}}], ports: [{port: 8080}]}]
`;
    const externalsOf = (policy: string) =>
      Object.keys(
        importManifests(sourcesOf(deployment('web', 'a') + denyAll('web') + policy), { name: 'x' }).topology
          .externals ?? {},
      );
    expect(externalsOf(allow('most', '{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}'))).toEqual(['most-ipv4-addresses']);
    expect(externalsOf(allow('some', '{cidr: 203.0.113.0/24, except: [203.0.113.7/32]}'))).toEqual([
      'net-203-0-113-0-30-and-more',
    ]);
  });

  it('should draw an arrow of a namespace only where pods that come later are treated alike', () => {
    const allow = (selector: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow, namespace: db}
spec:
  podSelector: {matchLabels: {app: store}}
  policyTypes: [Ingress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: api}}${selector}}], ports: [{port: 8080}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: api}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]}
`;
    const base = deployment('api', 'one') + deployment('db', 'store') + denyAll('db') + denyAll('api');
    const flows = (yaml: string) => importManifests(sourcesOf(yaml), { name: 'x' }).topology.flows;
    expect(flows(base + allow(''))).toEqual({
      'api-to-store': { from: { namespace: 'api' }, to: { workload: 'store' }, ports: [{ port: 'http' }] },
    });
    expect(flows(base + allow(', podSelector: {matchLabels: {app: one}}'))).toEqual({
      'one-to-store': { from: { workload: 'one' }, to: { workload: 'store' }, ports: [{ port: 'http' }] },
    });
  });

  it('should draw what a corrected proposal says', () => {
    const clusters = sourcesOf(deployment('one', 'a') + deployment('two', 'b'));
    const proposal = propose(readEstate(clusters));
    const left = moveNamespaces(proposal, [{ cluster: 'prod', name: 'two' }], undefined);
    const { topology, problems, check } = importManifests(clusters, { name: 'x', proposal: left });
    expect(Object.keys(topology.namespaces ?? {})).toEqual(['one']);
    expect(problems.map((p) => p.rule)).toContain('import/no-zone');
    expect(check.counts).toEqual({ extra: 0, missing: 0, 'cannot-say': 2 });
  });

  it('should leave out the default namespace of a cluster that nobody uses', () => {
    const made = `---
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {kubernetes.io/metadata.name: default}}
`;
    const drawn = (yaml: string) =>
      Object.keys(importManifests(sourcesOf(yaml), { name: 'x' }).topology.namespaces ?? {});
    expect(drawn(made + deployment('one', 'a'))).toEqual(['one']);
    expect(drawn(made + deployment('default', 'a'))).toEqual(['default']);
    expect(drawn(made + deployment('one', 'a') + denyAll('default'))).toEqual(['default', 'one']);
    expect(drawn(made.replace('labels: {', 'labels: {zone: web, ') + deployment('one', 'a'))).toEqual([
      'default',
      'one',
    ]);
  });

  it('should name what fits nowhere', () => {
    const yaml = `${deployment('a', 'one', 'runtimeClassName: nabla, ')}${deployment('a', 'two', 'hostNetwork: true, ')}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nobody, namespace: a}
spec: {podSelector: {matchLabels: {app: gone}}}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: nabla}
handler: runnc
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: a}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: odd}
provisioner: example.com/odd
${deployment('kube-system', 'coredns')}`;
    const { problems, topology } = importManifests(sourcesOf(yaml), { name: 'x' });
    const found = problems.filter((p) => p.rule.startsWith('import/')).map((p) => [p.rule, p.line]);
    expect(found).toEqual([
      ['import/legacy-runtime', 26],
      ['import/unknown-storage', 35],
      ['import/no-zone', undefined],
      ['import/policy-selects-nothing', 21],
      ['import/host-network', 11],
      ['import/not-part-of-a-design', undefined],
      ['import/assumed-version', undefined],
      ['import/network-plugin', undefined],
    ]);
    expect(problems.find((p) => p.rule === 'import/legacy-runtime')?.message).toContain('gVisor');
    expect(topology.runtimes).toEqual({ nabla: { from: 'nabla', handler: 'runnc' } });
  });
});
