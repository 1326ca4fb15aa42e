import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../k8s/index.ts';
import { admit } from '../../testing/admit.ts';
import { design, emit, lowerWithoutNetwork, objectsOf } from '../../testing/cluster-ir.ts';
import { placement } from './placement.ts';

const zones = { db: { trust: 80, podSecurity: 'restricted' }, app: { trust: 50 } };
const pools = { a: { zone: 'app', nodes: 1 }, d: { zone: 'db', nodes: 1 } };

function emission(cluster: object = {}, more: object = {}) {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones,
    clusters: { prod: { distribution: 'kubeadm', version: '1.37.1', pools, ...cluster } },
    namespaces: {
      data: { cluster: 'prod', zone: 'db' },
      orders: { cluster: 'prod', zone: 'app' },
      stray: { cluster: 'prod' },
    },
    ...more,
  });
  const [first] = lowerWithoutNetwork(topology);
  if (first === undefined) throw new Error('no cluster');
  return emit(placement, first.ir);
}

const validating = (objects: readonly KubeObject[]) => objects.filter((o) => o.kind.startsWith('Validating'));

function judgePod(spec: object): readonly string[] {
  return admit(validating(objectsOf(emission())), {
    group: '',
    resource: 'pods',
    operation: 'CREATE',
    namespaceLabels: { 'zonewright/zone': 'db' },
    object: { kind: 'Pod', metadata: { name: 'p' }, spec },
  }).messages;
}

function judgeNamespace(name: string, labels: object | undefined): readonly string[] {
  return admit(validating(objectsOf(emission())), {
    group: '',
    resource: 'namespaces',
    operation: 'UPDATE',
    namespaceLabels: {},
    object: { kind: 'Namespace', metadata: { name, ...(labels && { labels }) } },
  }).messages;
}

const nodeSelector = { 'node-restriction.kubernetes.io/zone': 'db' };
const toleration = { key: 'zonewright/zone', operator: 'Equal', value: 'db' };

describe('placement of pods', () => {
  it('should admit a pod on the nodes of its zone', () => {
    expect(
      judgePod({
        nodeSelector,
        tolerations: [toleration, { key: 'node.kubernetes.io/not-ready', operator: 'Exists' }],
      }),
    ).toEqual([]);
    expect(judgePod({ nodeSelector, hostNetwork: false, nodeName: '' })).toEqual([]);
  });

  it.each([
    ['no node selector', {}, 'set the node selector'],
    ['another zone', { nodeSelector: { 'node-restriction.kubernetes.io/zone': 'app' } }, 'set the node selector'],
    ['another label', { nodeSelector: { zone: 'db' } }, 'set the node selector'],
    ['a toleration of everything', { nodeSelector, tolerations: [{ operator: 'Exists' }] }, 'may not tolerate'],
    [
      'a toleration with an empty key',
      { nodeSelector, tolerations: [{ key: '', operator: 'Exists' }] },
      'may not tolerate',
    ],
    [
      'a toleration of every zone',
      { nodeSelector, tolerations: [{ key: 'zonewright/zone', operator: 'Exists' }] },
      'may not tolerate',
    ],
    [
      'a toleration of another zone',
      { nodeSelector, tolerations: [toleration, { ...toleration, value: 'app' }] },
      'may not tolerate',
    ],
    ['a node by name', { nodeSelector, nodeName: 'node-1' }, 'choose a node by name'],
    ['the network of the host', { nodeSelector, hostNetwork: true }, 'network of their node'],
  ])('should refuse %s', (_, spec, message) => {
    expect(judgePod(spec).join()).toContain(message);
    expect(judgePod(spec)).toHaveLength(1);
  });

  it('should fill in node selector and toleration where Kubernetes can', () => {
    const names = objectsOf(emission())
      .filter((o) => o.kind === 'MutatingAdmissionPolicy')
      .map((o) => o.metadata.name);
    expect(names).toEqual([
      'zone-app-node-selector',
      'zone-app-toleration',
      'zone-db-node-selector',
      'zone-db-toleration',
    ]);
    const old = emission({ distribution: 'managed', version: '1.35' });
    expect(objectsOf(old).filter((o) => o.kind.startsWith('Mutating'))).toEqual([]);
    expect(old.coverage.find((c) => c.subject === 'Default placement')?.state).toBe('not-enforced');
  });

  it('should pin nothing where a cluster has one zone', () => {
    const one = { namespaces: { data: { cluster: 'prod', zone: 'db' } } };
    const { files, coverage } = emission({ pools: { d: { zone: 'db', nodes: 1 } } }, one);
    expect(files.map((f) => f.path)).toEqual(['first/namespaces.yaml']);
    expect(coverage.find((c) => c.subject === 'Placement')?.text).toContain('one zone');
  });

  it('should say where a zone has no nodes and where a workload uses the network of its host', () => {
    const workloads = { agent: { namespace: 'data', hostNetwork: true } };
    const { problems } = emission({ pools: { a: { zone: 'app', nodes: 1 } } }, { workloads });
    expect(problems.map((p) => p.rule)).toEqual(['compile/zone-without-nodes', 'compile/host-network-refused']);
  });

  it('should export no policies that the cluster does not know', () => {
    const { files, coverage } = emission({ version: '1.29' });
    expect([files, coverage.map((c) => c.subject)]).toEqual([[], ['Admission']]);
  });
});

describe('labels of namespaces', () => {
  const enforce = 'pod-security.kubernetes.io/enforce';
  const right = { 'zonewright/zone': 'db', [enforce]: 'restricted', [`${enforce}-version`]: 'latest' };

  it('should be admitted as the design has them, and absent from the namespaces it does not hold', () => {
    expect(judgeNamespace('data', right)).toEqual([]);
    expect(judgeNamespace('kube-system', undefined)).toEqual([]);
    expect(judgeNamespace('other', { [enforce]: 'privileged' })).toEqual([]);
    expect(judgeNamespace('stray', { [enforce]: 'baseline', [`${enforce}-version`]: 'latest' })).toEqual([]);
  });

  it('should not be changed, taken away, or put onto another namespace', () => {
    expect(judgeNamespace('data', { ...right, 'zonewright/zone': 'app' })).toHaveLength(1);
    expect(judgeNamespace('data', undefined)).toHaveLength(3);
    expect(judgeNamespace('data', { ...right, [enforce]: 'baseline' })).toHaveLength(1);
    expect(judgeNamespace('data', { ...right, [`${enforce}-version`]: 'v1.20' })).toHaveLength(1);
    expect(judgeNamespace('other', { 'zonewright/zone': 'db' })).toHaveLength(1);
    expect(judgeNamespace('stray', { ...right })).toHaveLength(2);
  });
});
