import { describe, expect, it } from 'vitest';
import { type KubeObject, parseManifests } from '../../k8s/index.ts';
import { admit } from '../../testing/admit.ts';
import { design, emit, lowerWithoutNetwork, objectsOf } from '../../testing/cluster-ir.ts';
import { compile } from '../pipeline.ts';
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

const root = { username: 'root', groups: ['system:masters'] };

interface Change {
  readonly kind?: 'Namespace' | 'Node';
  /** As `status`; absent: the object itself. */
  readonly through?: string;
  readonly name: string;
  readonly labels?: object | undefined;
  /** Absent: the object is made. */
  readonly before?: object | 'no labels';
  readonly user?: { readonly username: string; readonly groups: readonly string[] };
}

function judgeLabels(
  { kind = 'Namespace', through, name, labels, before, user }: Change,
  of = emission(),
): readonly string[] {
  const resource = kind === 'Node' ? 'nodes' : 'namespaces';
  const labelled = (own: object | undefined) => ({ kind, metadata: { name, ...(own && { labels: own }) } });
  return admit(validating(objectsOf(of)), {
    group: '',
    resource: through === undefined ? resource : `${resource}/${through}`,
    operation: before === undefined ? 'CREATE' : 'UPDATE',
    namespaceLabels: {},
    object: labelled(labels),
    ...(before !== undefined && { oldObject: labelled(before === 'no labels' ? undefined : before) }),
    ...(user && { user }),
  }).messages;
}

/** What an administrator makes of a namespace. */
function judgeNamespace(name: string, labels: object | undefined): readonly string[] {
  return judgeLabels({ name, labels, user: root });
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
    expect(judgePod({ nodeSelector, nodeName: '' })).toEqual([]);
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

  const plugins = 'admission plugins';
  const policies = 'mutating policies';
  it.each([
    ['kubeadm', '1.35', [plugins]],
    ['kubeadm', '1.37', [plugins, policies]],
    ['kind', '1.36', [plugins, policies]],
    ['k3s', '1.35', [plugins]],
    ['rke2', '1.36', [plugins, policies]],
    ['capi', '1.35', [plugins]],
    // OpenShift runs with them by itself.
    ['openshift', '1.35', [plugins]],
    ['openshift', '1.36', [plugins, policies]],
    ['eks', '1.35', []],
    ['eks', '1.36', [policies]],
    ['managed', '1.37', [policies]],
  ])('should give pods their node selector and toleration on %s %s by %j', (distribution, version, ways) => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones,
      clusters: { prod: { distribution, version, pools } },
      namespaces: { data: { cluster: 'prod', zone: 'db' }, orders: { cluster: 'prod', zone: 'app' } },
      workloads: { store: { namespace: 'data' } },
    });
    const bundle = compile(topology);
    const objects = bundle.files
      .filter((f) => f.cluster === 'prod' && f.objects.length > 0)
      .flatMap((f) => parseManifests(f.text).objects.map((o) => o.object));
    const annotations = objects.find((o) => o.kind === 'Namespace' && o.metadata.name === 'data')?.metadata.annotations;
    const configuration = bundle.files.filter((f) => f.path.startsWith('prod/cluster/')).map((f) => f.text);
    const isOn =
      distribution === 'openshift' || configuration.some((t) => /PodNodeSelector,PodTolerationRestriction/.test(t));
    expect(isOn).toBe(ways.includes(plugins));
    expect(Object.keys(annotations ?? {}).filter((k) => k.startsWith('scheduler.alpha.')).length).toBe(isOn ? 2 : 0);
    expect(objects.some((o) => o.kind === 'MutatingAdmissionPolicy' && o.metadata.name === 'zone-db-toleration')).toBe(
      ways.includes(policies),
    );
    // Whatever fills them in, admission judges the result; what fills nothing in is said.
    expect(objects.some((o) => o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zone-db-placement')).toBe(
      true,
    );
    expect(bundle.coverage.some((c) => c.subject === 'Default placement')).toBe(ways.length === 0);
    const store = objects.find((o) => o.kind === 'Deployment')?.spec as { template: { spec: object } };
    expect('nodeSelector' in store.template.spec).toBe(ways.length === 0);
  });

  it('should pin nothing where a cluster has one zone', () => {
    const one = { namespaces: { data: { cluster: 'prod', zone: 'db' } } };
    const { files, coverage } = emission({ pools: { d: { zone: 'db', nodes: 1 } } }, one);
    expect(files.map((f) => f.path)).toEqual(['first/namespaces.yaml', 'placement/nodes.yaml']);
    expect(coverage.find((c) => c.subject === 'Placement')?.text).toContain('one zone');
  });

  it('should say where a zone has no nodes', () => {
    const { problems } = emission({ pools: { a: { zone: 'app', nodes: 1 } } });
    expect(problems.map((p) => p.rule)).toEqual(['compile/zone-without-nodes']);
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

  it('should be given by administrators alone, also where they are as the design has them', () => {
    const somebody = { name: 'data', labels: right };
    expect(judgeLabels(somebody)).toHaveLength(2);
    expect(judgeLabels({ ...somebody, before: 'no labels' })).toHaveLength(2);
    expect(judgeLabels({ ...somebody, before: { ...right, [enforce]: 'baseline' } })).toHaveLength(1);
    expect(judgeLabels({ ...somebody, before: right })).toEqual([]);
    expect(judgeLabels({ ...somebody, before: 'no labels', user: root })).toEqual([]);
    // A namespace that the design does not hold is nobody's business, and gets no zone.
    expect(judgeLabels({ name: 'other', labels: { [enforce]: 'privileged' } })).toEqual([]);
    expect(judgeLabels({ name: 'other' })).toEqual([]);
  });

  // The strategies of both subresources keep the spec or the status of a namespace, and take its labels.
  it.each(['status', 'finalize'])('should be kept through %s too', (through) => {
    const change = { name: 'data', through, before: right } as const;
    expect(judgeLabels({ ...change, labels: { ...right, 'zonewright/zone': 'app' } })).toHaveLength(2);
    expect(judgeLabels({ ...change, labels: { ...right, [enforce]: 'privileged' } })).toHaveLength(2);
    expect(judgeLabels({ ...change, labels: right })).toEqual([]);
  });

  it('should not stand in the way of other changes, so that a namespace which left the design can be deleted', () => {
    const left = { 'zonewright/zone': 'db' };
    expect(judgeLabels({ name: 'gone', labels: left, before: left })).toEqual([]);
    expect(judgeLabels({ name: 'gone', through: 'finalize', labels: left, before: left })).toEqual([]);
  });

  // The parser of CEL in Kubernetes refuses longer ones, and the policy with them.
  it('should be told in expressions of 100,000 characters at most, for two thousand namespaces too', () => {
    const namespaces = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [`team-with-a-name-${i}`, { cluster: 'prod', zone: 'db' }]),
    );
    const { spec } = objectsOf(emission({}, { namespaces })).find(
      (o) => o.metadata.name === 'zonewright-namespaces',
    ) as {
      spec?: { variables: Array<{ expression: string }>; validations: Array<{ expression: string }> };
    };
    const lengths = [...(spec?.variables ?? []), ...(spec?.validations ?? [])].map((e) => e.expression.length);
    expect(Math.max(...lengths)).toBeGreaterThan(50_000);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100_000);
  });

  it('should know administrators by group and by name, of the design or of the distribution', () => {
    const change = { name: 'data', labels: right, before: 'no labels' } as const;
    const isAdministrator = (username: string, groups: readonly string[], cluster: object, metadata: object) =>
      judgeLabels(
        { ...change, user: { username, groups } },
        emission(cluster, { metadata: { name: 'x', ...metadata } }),
      ).length === 0;
    expect(isAdministrator('a', ['kubeadm:cluster-admins'], {}, {})).toBe(true);
    expect(isAdministrator('a', ['kubeadm:cluster-admins'], { distribution: 'eks' }, {})).toBe(false);
    expect(isAdministrator('a', ['system:cluster-admins'], { distribution: 'openshift' }, {})).toBe(true);
    const own = { administrators: { groups: ['platform'], users: ["o'neill@example.com"] } };
    expect(isAdministrator('a', ['system:masters'], {}, own)).toBe(false);
    expect(isAdministrator('a', ['x', 'platform'], {}, own)).toBe(true);
    expect(isAdministrator("o'neill@example.com", [], {}, own)).toBe(true);
    const gitops = { gitops: { repository: 'https://git.example/z.git', tools: ['flux'] } };
    expect(isAdministrator('system:serviceaccount:flux-system:kustomize-controller', [], {}, gitops)).toBe(true);
    expect(isAdministrator('system:serviceaccount:flux-system:kustomize-controller', [], {}, {})).toBe(false);
  });
});

describe('labels of nodes', () => {
  const zone = 'node-restriction.kubernetes.io/zone';
  const change = { kind: 'Node', name: 'n1', before: { [zone]: 'db', rack: 'r1' } } as const;

  it('should be changed by administrators alone', () => {
    expect(judgeLabels({ ...change, labels: { [zone]: 'app', rack: 'r1' } })).toHaveLength(1);
    expect(judgeLabels({ ...change, labels: undefined })).toHaveLength(1);
    expect(judgeLabels({ ...change, before: 'no labels', labels: { [zone]: 'db' } })).toHaveLength(1);
    // Whoever may write the status of a node may send labels along.
    expect(judgeLabels({ ...change, through: 'status', labels: { [zone]: 'app' } })).toHaveLength(1);
    expect(judgeLabels({ ...change, labels: { [zone]: 'app' }, user: root })).toEqual([]);
  });

  it('should be free where they tell neither zone nor runtime, and when a node joins', () => {
    expect(judgeLabels({ ...change, labels: { [zone]: 'db', rack: 'r2' } })).toEqual([]);
    expect(judgeLabels({ ...change, before: 'no labels', labels: undefined })).toEqual([]);
    expect(judgeLabels({ kind: 'Node', name: 'n2', labels: { [zone]: 'db' } })).toEqual([]);
  });

  it('should be kept where they tell the runtimes of a node', () => {
    const own = emission(
      { pools: { a: { zone: 'app', nodes: 1 }, d: { zone: 'db', nodes: 1, runtimes: ['sandbox'] } } },
      { runtimes: { sandbox: { from: 'gvisor' } } },
    );
    const labels = { ...change.before, 'runtime.node-restriction.kubernetes.io/sandbox': 'true' };
    expect(judgeLabels({ ...change, labels }, own)).toHaveLength(1);
    expect(judgeLabels({ ...change, labels, user: root }, own)).toEqual([]);
  });
});
