import { describe, expect, it } from 'vitest';
import { type AdmissionRequest, admit } from '../../testing/admit.ts';
import { design, emit, lowerWithoutNetwork, objectsOf } from '../../testing/cluster-ir.ts';
import { hostAdmission } from './host-admission.ts';
import { imageAdmission } from './image-admission.ts';

const registry = 'registry.example.com/dmz';
const sha = `sha256:${'0a'.repeat(32)}`;

function compile(zones: object, more: object = {}) {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones,
    clusters: { c: { distribution: 'kubeadm', version: '1.37' } },
    namespaces: Object.fromEntries(Object.keys(zones).map((zone) => [`ns-${zone}`, { cluster: 'c', zone }])),
    ...more,
  });
  const [first] = lowerWithoutNetwork(topology);
  if (first === undefined) throw new Error('no cluster');
  const emissions = [hostAdmission, imageAdmission].map((emitter) => emit(emitter, first.ir));
  return {
    objects: emissions.flatMap(objectsOf),
    problems: first.problems,
    coverage: [...first.coverage, ...emissions.flatMap((e) => e.coverage)],
  };
}

const { objects } = compile({
  dmz: {
    trust: 1,
    images: { registries: [`${registry}/`, 'docker.io/library/redis', 'quay.example:5000'], pin: 'tag' },
  },
  app: { trust: 2, images: { pin: 'digest' } },
  lab: { trust: 3 },
});

function check(zone: string, request: Partial<AdmissionRequest> & { object: object }): readonly string[] {
  return admit(objects, {
    operation: 'CREATE',
    resource: 'pods',
    namespaceLabels: { 'zonewright/zone': zone },
    ...request,
  }).messages;
}

const containers = (...images: Array<string | undefined>) => ({
  containers: images.map((image, i) => ({ name: `c${i}`, ...(image !== undefined && { image }) })),
});
const pod = (spec: object) => ({ object: { kind: 'Pod', metadata: { name: 'p' }, spec } });
const makers = [
  'replicationcontrollers',
  'daemonsets',
  'deployments',
  'replicasets',
  'statefulsets',
  'jobs',
  'cronjobs',
];
const kindOf: Readonly<Record<string, string>> = { cronjobs: 'CronJob' };

/** The same pod as a template of a resource. */
function template(resource: string, spec: object, more: object = {}) {
  const group = resource === 'replicationcontrollers' ? '' : resource.endsWith('jobs') ? 'batch' : 'apps';
  const inner = { template: { spec } };
  const object = {
    kind: kindOf[resource] ?? 'Other',
    metadata: { name: 'w' },
    spec: resource === 'cronjobs' ? { jobTemplate: { spec: inner } } : { ...inner, ...more },
  };
  return { group, resource, object };
}

describe('images of a zone', () => {
  it.each([
    ['dmz', `${registry}/shop/web:1.2`],
    ['dmz', `${registry}/web@${sha}`],
    ['dmz', `${registry}/web:latest@${sha}`],
    ['dmz', 'docker.io/library/redis:7-alpine'],
    ['dmz', `docker.io/library/redis@${sha}`],
    ['dmz', 'quay.example:5000/team/x:v1'],
    ['app', `anything.example/x@${sha}`],
    ['lab', 'whatever'],
  ])('should be taken in zone %s: %s', (zone, image) => {
    expect(check(zone, pod(containers(image)))).toEqual([]);
  });

  it.each([
    ['dmz', 'docker.io/library/nginx:1', 'takes images from'],
    ['dmz', 'redis:7', 'takes images from'],
    ['dmz', `${registry}-2/web:1`, 'takes images from'],
    ['dmz', `evil.example/${registry}/web:1`, 'takes images from'],
    ['dmz', 'docker.io/library/redis-evil:1', 'takes images from'],
    ['dmz', 'quay.example/team/x:v1', 'takes images from'],
    ['dmz', `${registry}/web`, 'a tag that is not latest'],
    ['dmz', `${registry}/web:latest`, 'a tag that is not latest'],
    ['dmz', 'quay.example:5000/team/x', 'a tag that is not latest'],
    ['app', 'anything.example/x:1', 'by digest only'],
    ['app', 'anything.example/x@sha256:abc', 'by digest only'],
    ['app', `anything.example/x@${sha}/y`, 'by digest only'],
  ])('should be refused in zone %s: %s', (zone, image, message) => {
    const messages = check(zone, pod(containers(image)));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(message);
  });

  it('should take the name of a host to its end, so that a port makes another registry', () => {
    const { objects: own } = compile({ a: { trust: 1, images: { registries: ['registry.example.com'] } } });
    const admits = (image: string) =>
      admit(own, {
        operation: 'CREATE',
        resource: 'pods',
        namespaceLabels: { 'zonewright/zone': 'a' },
        ...pod(containers(image)),
      }).admitted;
    expect(admits('registry.example.com/x')).toBe(true);
    expect(admits('registry.example.com:5000/x')).toBe(false);
    expect(admits('registry.example.com.evil.example/x')).toBe(false);
  });

  it('should be judged in every place of a pod that names one, and survive places that are not there', () => {
    const right = containers(`${registry}/web:1`);
    for (const spec of [
      { ...right, initContainers: [{ name: 'i', image: 'evil:1' }] },
      { ...right, ephemeralContainers: [{ name: 'e', image: 'evil:1' }] },
      { ...right, volumes: [{ name: 'v', image: { reference: 'evil:1' } }] },
      containers(`${registry}/web:1`, 'evil:1'),
      containers(undefined),
    ])
      expect(check('dmz', pod(spec)).length, JSON.stringify(spec)).toBeGreaterThan(0);
    const volumes = [
      { name: 'v', emptyDir: {} },
      { name: 'w', image: { reference: `${registry}/data:1` } },
    ];
    expect(check('dmz', pod({ ...right, initContainers: [], volumes }))).toEqual([]);
  });

  it('should be judged when the image of a running pod changes and when a container for debugging is added', () => {
    const before = pod(containers(`${registry}/web:1`)).object;
    const update = (spec: object, resource = 'pods') =>
      check('dmz', { ...pod(spec), operation: 'UPDATE', resource, oldObject: before });
    expect(update(containers('evil.example/web:1'))).toHaveLength(1);
    const debug = { ...before.spec, ephemeralContainers: [{ name: 'e', image: 'busybox:1' }] };
    expect(update(debug, 'pods/ephemeralcontainers')).toHaveLength(1);
    expect(
      update({ ...before.spec, ephemeralContainers: [{ image: `${registry}/tools:1` }] }, 'pods/ephemeralcontainers'),
    ).toEqual([]);
  });

  it('should not make a pod from before the policy untouchable', () => {
    const before = pod(containers('evil.example/web:1')).object;
    expect(
      check('dmz', {
        object: { ...before, metadata: { name: 'p', finalizers: [] } },
        operation: 'UPDATE',
        oldObject: before,
      }),
    ).toEqual([]);
  });

  it.each(makers)('should be judged in the pods that %s make', (resource) => {
    expect(check('dmz', template(resource, containers('evil:1'))).join()).toContain('takes images from');
    expect(check('dmz', template(resource, containers(`${registry}/web:1`)))).toEqual([]);
    const old = template(resource, containers('evil:1'), { replicas: 1 });
    const scaled = template(resource, containers('evil:1'), { replicas: 2 });
    expect(check('dmz', { ...scaled, operation: 'UPDATE', oldObject: old.object })).toEqual([]);
    const other = template(resource, containers('evil:2'));
    expect(check('dmz', { ...other, operation: 'UPDATE', oldObject: old.object })).not.toEqual([]);
  });

  it('should write prefixes that hold quotes and line breaks as what they are, and messages in one line', () => {
    const { objects: odd } = compile({ a: { trust: 1, images: { registries: ["x'/y\n\\z"] } } });
    const verdict = (image: string) =>
      admit(odd, {
        operation: 'CREATE',
        resource: 'pods',
        namespaceLabels: { 'zonewright/zone': 'a' },
        ...pod(containers(image)),
      });
    expect(verdict("x'/y\n\\z/img").admitted).toBe(true);
    expect(verdict('other').messages.join()).not.toContain('\n');
  });
});

describe('what pods ask of their node', () => {
  const right = containers('a');
  it.each([
    [{ hostNetwork: true }, 'network of their node'],
    [{ hostPID: true }, 'processes or IPC'],
    [{ hostIPC: true }, 'processes or IPC'],
    [{ containers: [{ image: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }] }, 'hostPort'],
    [
      { initContainers: [{ image: 'a', ports: [{ containerPort: 80 }, { containerPort: 1, hostPort: 1 }] }] },
      'hostPort',
    ],
  ])('should be refused: %j', (spec, message) => {
    for (const request of [pod({ ...right, ...spec }), ...makers.map((m) => template(m, { ...right, ...spec }))]) {
      const messages = check('lab', request);
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain(message);
    }
  });

  it.each([
    [{}],
    [{ hostNetwork: false, hostPID: false, hostIPC: false }],
    [
      {
        containers: [
          { image: 'a', ports: [] },
          { image: 'b', ports: [{ containerPort: 80 }, { hostPort: 0 }] },
        ],
      },
    ],
    [{ initContainers: [] }],
  ])('should be admitted: %j', (spec) => {
    expect(check('lab', pod({ ...right, ...spec }))).toEqual([]);
  });

  const zone = { a: { trust: 1, podSecurity: 'privileged' } };
  const workloads = { agent: { namespace: 'ns-a', hostNetwork: true } };
  const onHost = (own: ReturnType<typeof compile>, namespaceName: string) =>
    admit(own.objects, {
      operation: 'CREATE',
      resource: 'pods',
      namespaceLabels: { 'zonewright/zone': 'a' },
      namespaceName,
      ...pod({ ...right, hostNetwork: true }),
    }).admitted;

  it('should be left to a namespace with a workload that is drawn on the host’s network, and said', () => {
    const own = compile(zone, { workloads });
    expect(onHost(own, 'ns-a')).toBe(true);
    expect(onHost(own, 'other')).toBe(false);
    expect(own.problems.filter((p) => p.rule === 'compile/host-network-refused')).toEqual([]);
    expect(own.coverage.find((c) => c.subject === 'Host access in ns-a')?.state).toBe('not-enforced');
  });

  it.each([
    ['Pod Security refuses it', { a: { trust: 1 } }],
    ['zones share the cluster', { ...zone, b: { trust: 2 } }],
  ])('should be left to nobody where %s', (_, zones) => {
    const own = compile(zones, { workloads });
    expect(onHost(own, 'ns-a')).toBe(false);
    expect(own.problems.map((p) => p.rule)).toContain('compile/host-network-refused');
  });
});

describe('every policy on pods', () => {
  it('should refuse where it fails, exempt nothing by what an author can choose, and leave other namespaces alone', () => {
    for (const { kind, spec } of objects) {
      const fields = spec as Record<string, Record<string, unknown> | string | undefined>;
      if (kind === 'ValidatingAdmissionPolicy') expect(fields.failurePolicy).toBe('Fail');
      expect(JSON.stringify(spec)).not.toContain('objectSelector');
      if (kind.endsWith('Binding')) expect(JSON.stringify(fields.matchResources)).toContain('zonewright/zone');
    }
    const free = { operation: 'CREATE' as const, resource: 'pods', namespaceLabels: {} };
    expect(admit(objects, { ...free, ...pod({ ...containers('evil'), hostNetwork: true }) }).admitted).toBe(true);
  });

  it('should not be there where the API server does not know it, and what stays open be said', () => {
    const own = compile({ a: { trust: 1 } }, { clusters: { c: { distribution: 'kubeadm', version: '1.29' } } });
    expect(own.objects).toEqual([]);
    expect(own.coverage.map((c) => c.subject)).toContain('Exposure, images and host access');
  });
});
