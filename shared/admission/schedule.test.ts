import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import { type Configuration, groupsFor, nodeGroupsOf, pluginsOf, podOf } from './index.ts';

const count = 'zonewright/nodes';
const zoneTaint = (value: string) => ({ key: 'zone', value, effect: 'NoSchedule' });

function node(name: string, nodes = 1): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { zone: name }, annotations: { [count]: String(nodes) } },
    spec: { taints: [zoneTaint(name)] },
  };
}

function taintsOf(configurations: readonly Configuration[], nodes = [node('a', 2), node('b')]): unknown {
  return Object.fromEntries(
    nodeGroupsOf(nodes, configurations, count).map((g) => [
      g.name,
      g.taints.map((t) => `${t.key}=${t.value}:${t.effect}`),
    ]),
  );
}

describe('nodeGroupsOf', () => {
  it('should take the taints of the Node objects where no configuration sets them', () => {
    expect(taintsOf([])).toEqual({ a: ['zone=a:NoSchedule'], b: ['zone=b:NoSchedule'] });
  });

  it('should take those of each pool’s JoinConfiguration, and none where a pool has no file', () => {
    const join = { kind: 'JoinConfiguration', nodeRegistration: { taints: [zoneTaint('a')] } };
    expect(
      taintsOf([
        { path: 'c/init.yaml', document: { kind: 'ClusterConfiguration' } },
        { path: 'c/join-control-plane.yaml', document: { ...join, controlPlane: {} } },
        { path: 'c/join/a.yaml', document: join },
      ]),
    ).toEqual({ a: ['zone=a:NoSchedule'], b: [] });
  });

  it('should count a taint of kind only where every worker of the pool has it', () => {
    const worker = (...taints: object[]) => ({
      role: 'worker',
      kubeadmConfigPatches: [JSON.stringify({ kind: 'JoinConfiguration', nodeRegistration: { taints } })],
    });
    const cluster = (...nodes: object[]) => [
      {
        path: 'kind.yaml',
        document: { apiVersion: 'kind.x-k8s.io/v1alpha4', nodes: [{ role: 'control-plane' }, ...nodes] },
      },
    ];
    const all = cluster(worker(zoneTaint('a')), worker(zoneTaint('a')), worker(zoneTaint('b')));
    expect(taintsOf(all)).toEqual({ a: ['zone=a:NoSchedule'], b: ['zone=b:NoSchedule'] });
    const lost = cluster(worker(zoneTaint('a')), { role: 'worker' }, worker(zoneTaint('b')));
    expect(taintsOf(lost)).toEqual({ a: [], b: ['zone=b:NoSchedule'] });
    const other = cluster(worker(zoneTaint('a')), worker(zoneTaint('c')), worker(zoneTaint('b')));
    expect(taintsOf(other)).toEqual({ a: [], b: ['zone=b:NoSchedule'] });
  });

  it('should read the agents of K3s and RKE2, templates of Cluster API and groups of eksctl', () => {
    expect(
      taintsOf([
        { path: 'server.yaml', document: { 'kube-apiserver-arg': [], 'node-taint': ['x:NoSchedule'] } },
        { path: 'agent/a.yaml', document: { 'node-taint': ['zone=a:NoSchedule', 'gpu:NoExecute'] } },
        { path: 'agent/b.yaml', document: {} },
      ]),
    ).toEqual({ a: ['zone=a:NoSchedule', 'gpu=:NoExecute'], b: [] });
    const spec = { template: { spec: { joinConfiguration: { nodeRegistration: { taints: [zoneTaint('a')] } } } } };
    expect(
      taintsOf([
        { path: 'cluster.yaml', document: { kind: 'KubeadmControlPlane' } },
        { path: 'pool-a.yaml', document: { kind: 'KubeadmConfigTemplate', spec } },
      ]),
    ).toEqual({ a: ['zone=a:NoSchedule'], b: [] });
    const managedNodeGroups = [{ name: 'b', taints: [zoneTaint('b')] }, { name: 'a' }];
    expect(taintsOf([{ path: 'e.yaml', document: { apiVersion: 'eksctl.io/v1alpha5', managedNodeGroups } }])).toEqual({
      a: [],
      b: ['zone=b:NoSchedule'],
    });
  });

  it('should read admission plugins as each format writes them', () => {
    const read = (document: unknown) => pluginsOf([{ path: 'x', document }]);
    const list = [{ name: 'enable-admission-plugins', value: 'B,A' }];
    const map = { 'enable-admission-plugins': 'B,A' };
    const kind = 'ClusterConfiguration';
    expect(read({ kind, apiServer: { extraArgs: list } })).toEqual(['A', 'B']);
    expect(read({ kind, apiServer: { extraArgs: map } })).toEqual(['A', 'B']);
    expect(read({ kubeadmConfigPatches: [JSON.stringify({ kind, apiServer: { extraArgs: map } })] })).toEqual([
      'A',
      'B',
    ]);
    expect(read({ 'kube-apiserver-arg': ['enable-admission-plugins=B,A', 'v=2'] })).toEqual(['A', 'B']);
    expect(read({ spec: { kubeadmConfigSpec: { clusterConfiguration: { apiServer: { extraArgs: list } } } } })).toEqual(
      ['A', 'B'],
    );
    expect(read({ kind: 'Other', apiServer: { extraArgs: list } })).toEqual([]);
  });
});

describe('groupsFor', () => {
  const groups = nodeGroupsOf([node('a'), node('b')], [], count);
  const lands = (spec: object) => groupsFor({ spec }, groups);

  it.each([
    [{}, []],
    [{ tolerations: [{ operator: 'Exists' }] }, ['a', 'b']],
    [{ tolerations: [{ key: 'zone', operator: 'Exists' }] }, ['a', 'b']],
    [{ tolerations: [{ key: 'zone', value: 'a' }] }, ['a']],
    [{ tolerations: [{ key: 'zone', value: 'a', effect: 'NoSchedule' }] }, ['a']],
    [{ tolerations: [{ key: 'zone', value: 'a', effect: 'NoExecute' }] }, []],
    [{ tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] }, []],
    [{ nodeSelector: { zone: 'b' }, tolerations: [{ operator: 'Exists' }] }, ['b']],
    [{ nodeSelector: { other: 'b' }, tolerations: [{ operator: 'Exists' }] }, []],
    [{ nodeSelector: { constructor: 'b' }, tolerations: [{ operator: 'Exists' }] }, []],
    [{ nodeName: 'a' }, ['a']],
    [{ nodeName: 'a', nodeSelector: { zone: 'b' } }, []],
    [{ nodeName: 'elsewhere' }, []],
  ])('should let a pod with %j run on %j', (spec, expected) => {
    expect(lands(spec)).toEqual(expected);
  });

  it('should heed NoExecute even where a pod names its node, and PreferNoSchedule never', () => {
    const tainted = (effect: string) =>
      nodeGroupsOf([{ ...node('a'), spec: { taints: [{ key: 'k', effect }] } }], [], count);
    expect(groupsFor({ spec: { nodeName: 'a' } }, tainted('NoExecute'))).toEqual([]);
    expect(groupsFor({ spec: {} }, tainted('PreferNoSchedule'))).toEqual(['a']);
  });

  it('should find the pod in every kind of workload', () => {
    const spec = { containers: [] };
    const metadata = { labels: { a: 'b' } };
    const template = { metadata, spec };
    expect(podOf({ kind: 'Pod', metadata, spec })).toEqual(template);
    expect(podOf({ kind: 'DaemonSet', spec: { template } })).toEqual(template);
    expect(podOf({ kind: 'CronJob', spec: { jobTemplate: { spec: { template } } } })).toEqual(template);
    expect(podOf({ kind: 'Service', spec: {} })).toBeUndefined();
  });
});
