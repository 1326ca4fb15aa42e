import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import type { Topology } from '../model/index.ts';
import { exportsOf, small, withVersion } from '../testing/platform.ts';
import { type PlatformFinding, provePlatform } from './index.ts';

/** The same with a zone whose pods give up every privilege. */
const restricted: Topology = {
  ...small,
  zones: { ...small.zones, db: { trust: 80, ...small.zones?.db, podSecurity: 'restricted' } },
};

describe('a planted fault', () => {
  it.each([
    ['kubeadm', 'prod/cluster/kubeadm/join/db-a.yaml', 'nodeRegistration', 'taints'],
    ['k3s', 'prod/cluster/k3s/agent/db-a.yaml', '', 'node-taint'],
  ] as const)('should be found where a pool of %s loses its taint', (distribution, path, map, field) => {
    const found = withFault(withVersion(small, '1.37', distribution), {
      configuration: (at, document) => (at === path ? without(document, map, field) : document),
    });
    expect(found.placement).toMatchObject([
      {
        kind: 'extra',
        subject: { kind: 'pool', id: 'prod/db-a' },
        what: 'Pods of namespaces without a zone can run on pool “db-a” of zone “db”.',
        reason: `Its nodes join without a taint (${path}), and admission judges only the pods of zones.`,
      },
    ]);
  });

  it('should be found where a worker of kind loses its taint', () => {
    const found = withFault(withVersion(small, '1.37', 'kind'), {
      configuration: (_, document) => {
        const { nodes, ...rest } = document as { nodes: Array<Record<string, unknown>> };
        // The last worker is one of the two of pool “dmz-a”, the last by name.
        return { ...rest, nodes: nodes.map((n, i) => (i === nodes.length - 1 ? { role: n.role } : n)) };
      },
    });
    expect(found.placement.map((f) => f.what)).toEqual([
      'Pods of namespaces without a zone can run on pool “dmz-a” of zone “dmz”.',
    ]);
  });

  it('should be found where a provider’s pool is to have no taint', () => {
    const found = withFault(withVersion(small, '1.37', 'managed'), {
      object: (o) => (o.kind === 'Node' && o.metadata.name === 'app-a' ? edit(o, () => ({})) : o),
    });
    expect(found.placement.map((f) => f.subject)).toEqual([{ kind: 'pool', id: 'prod/app-a' }]);
  });

  it('should be found where only the taint is left to keep pods off, and it is lost', () => {
    // Without its default selector a pod is kept off other nodes by their taints alone.
    const object = (o: KubeObject) => {
      if (/-(node-selector|placement)$/.test(o.metadata.name)) return undefined;
      return o.kind === 'Namespace' ? { ...o, metadata: { ...o.metadata, annotations: {} } } : o;
    };
    const configuration = (path: string, document: unknown) =>
      path.endsWith('join/db-a.yaml') ? without(document, 'nodeRegistration', 'taints') : document;
    const workloads = (found: Found) => found.placement.filter((f) => f.subject.kind === 'workload').map((f) => f.what);
    expect(workloads(withFault(small, { object }))).toEqual([]);
    // The runtime class of “gateway” still asks for nodes that have it.
    expect(workloads(withFault(small, { object, configuration }))).toEqual([
      'Pods of workload “api” can run on pool “db-a” of zone “db”, and belong to zone “app”.',
    ]);
  });

  it('should be found where a binding of admission misses a namespace', () => {
    const found = withFault(withVersion(small, '1.37', 'managed'), {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicyBinding' && o.metadata.name === 'zone-app-placement'
          ? edit(o, (spec) => ({
              ...spec,
              matchResources: { namespaceSelector: { matchLabels: { 'zonewright/zone': 'App' } } },
            }))
          : o,
    });
    const [first] = found.placement;
    expect(first).toMatchObject({ kind: 'extra', subject: { kind: 'namespace', id: 'orders' } });
    expect(first?.what).toContain('Whoever may create pods in namespace “orders” of zone “app” can run them on pool');
    expect(first?.reason).toContain('not bound to the namespace: zone-app-placement');
    expect(found.storage).toEqual([]);
    expect(found.runtime).toEqual([]);
  });

  it('should be found where Deny became Audit', () => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicyBinding' && o.metadata.name === 'zone-dmz-runtime'
          ? edit(o, (spec) => ({ ...spec, validationActions: ['Audit'] }))
          : o,
    });
    expect(found.runtime.map((f) => f.what)).toEqual([
      'Pods of namespace “web” can use runtime class “kata”, which zone “dmz” does not offer.',
      'Pods of namespace “web” can use runtime class “plain”, which zone “dmz” does not offer.',
      'Pods of namespace “web” can use a runtime class that somebody makes later, which zone “dmz” does not offer.',
    ]);
    expect(found.runtime[0]?.reason).toContain('without Deny, and so without effect: zone-dmz-runtime (Audit)');
  });

  it('should be found where a validation is gone', () => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zone-db-claims'
          ? edit(o, (spec) => ({ ...spec, validations: [{ expression: 'true', message: 'x' }] }))
          : o,
    });
    const extra = found.storage.filter((f) => f.kind === 'extra').map((f) => f.what);
    expect(extra).toContain(
      'Namespace “data” can make a claim of a storage class that somebody makes later, which zone “db” does not offer.',
    );
    expect(extra).toContain(
      'Namespace “data” can make a claim of the empty storage class, which takes any volume that has none, which zone “db” does not offer.',
    );
    // The quota still holds for the class that another zone has.
    expect(extra.filter((what) => what.includes('“files”'))).toEqual([]);
  });

  it('should be found where a quota is without one class and the claims are not judged', () => {
    const unjudged = (o: KubeObject) => (o.metadata.name === 'zone-db-claims' ? undefined : o);
    const lost = (o: KubeObject): KubeObject | undefined =>
      o.kind === 'ResourceQuota' && o.metadata.namespace === 'data'
        ? edit(o, (spec) => ({
            hard: Object.fromEntries(
              Object.entries(spec.hard as object).filter(([key]) => !key.startsWith('files.storageclass')),
            ),
          }))
        : unjudged(o);
    const says = (found: Found) =>
      found.storage.some(
        (f) =>
          f.kind === 'extra' &&
          f.what === 'Namespace “data” can make a claim of storage class “files”, which zone “db” does not offer.',
      );
    expect(says(withFault(small, { object: unjudged }))).toBe(false);
    expect(says(withFault(small, { object: lost }))).toBe(true);
  });

  it.each([
    ['ephemeral volumes', 'zone-db-volumes', 'Pods of namespace “data” may ask for an ephemeral volume'],
    ['StatefulSets', 'zone-db-claim-templates', 'StatefulSets of namespace “data” may ask for claims'],
  ])('should be found where the allow list forgets %s', (_, name, what) => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === name
          ? edit(o, (spec) => ({ ...spec, validations: (spec.validations as object[]).slice(1) }))
          : o,
    });
    const extra = found.storage.filter((f) => f.kind === 'extra').map((f) => f.what);
    expect(extra).toContain(`${what} of storage class “files”, which zone “db” does not offer.`);
    expect(extra.every((w) => w.startsWith(what))).toBe(true);
    expect(found.storage[0]?.reason).toContain(name);
  });

  it.each([
    ['ephemeral-volume-controller', 'for an ephemeral volume'],
    ['statefulset-controller', 'for a StatefulSet'],
  ])('should be found where claims of the %s are exempt', (account, words) => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zone-db-claims'
          ? edit(o, (spec) => ({
              ...spec,
              matchConditions: [
                {
                  name: 'exempt',
                  expression: `request.userInfo.username != 'system:serviceaccount:kube-system:${account}'`,
                },
              ],
            }))
          : o,
    });
    const extra = found.storage.filter((f) => f.kind === 'extra').map((f) => f.what);
    expect(extra).toContain(
      `Namespace “data” can make a claim of a storage class that somebody makes later ${words}, which zone “db” does not offer.`,
    );
    expect(extra.every((w) => w.includes(words))).toBe(true);
  });

  it.each([
    [
      'of attributes',
      'volumeAttributesClassName',
      'Namespace “data” can change a claim to a volume attributes class that somebody makes later, which zone “db” does not offer.',
    ],
    [
      'of data sources',
      'dataSourceRef',
      'Claims of namespace “data” can be filled with data of other namespaces, also of other zones.',
    ],
  ])('should be found where the rule %s is gone', (_, field, what) => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zone-db-claims'
          ? edit(o, (spec) => ({
              ...spec,
              validations: (spec.validations as Array<{ expression: string }>).filter(
                (v) => !v.expression.includes(field),
              ),
            }))
          : o,
    });
    expect(found.storage.map((f) => [f.kind, f.what])).toContainEqual(['extra', what]);
  });

  it('should be found where administrators could not make the namespaces of the design', () => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zonewright-namespaces'
          ? (JSON.parse(
              JSON.stringify(o).replaceAll('system:masters', 'nobody').replaceAll('kubeadm:cluster-admins', 'nobody'),
            ) as KubeObject)
          : o,
    });
    expect(found.placement.map((f) => [f.kind, f.what])).toContainEqual([
      'missing',
      'Administrators cannot make namespace “web” in zone “dmz”.',
    ]);
  });

  it('should be found where inline volumes are no longer refused', () => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zone-app-volumes'
          ? edit(o, (spec) => ({ ...spec, validations: (spec.validations as object[]).slice(0, 1) }))
          : o,
    });
    expect(found.storage.map((f) => f.what)).toContain(
      'Pods of namespace “orders” can mount nfs volumes, which bypass the storage classes of zone “app”.',
    );
  });

  it.each([
    ['privileged', ['with a privileged container', 'without a security context']],
    ['baseline', ['without a security context']],
  ])('should be found where the labels of a restricted namespace say %s', (level, admitted) => {
    const { runtime } = withFault(restricted, {
      object: (o) => (o.kind === 'Namespace' && o.metadata.name === 'data' ? enforcing(o, level) : o),
    });
    expect(runtime.map((f) => [f.kind, f.what])).toEqual(
      admitted.map((what) => [
        'extra',
        `Pods of namespace “data” ${what} are admitted, and the Pod Security level of zone “db” is restricted.`,
      ]),
    );
  });

  it('should be found where the labels of a namespace are stricter than its zone', () => {
    const { runtime } = withFault(small, {
      object: (o) => (o.kind === 'Namespace' && o.metadata.name === 'data' ? enforcing(o, 'restricted') : o),
    });
    expect(runtime.map((f) => f.kind)).toEqual(['missing']);
    expect(runtime[0]?.reason).toContain('does not set runAsNonRoot');
  });

  it('should be found where the pod of a workload asks for more than its level permits', () => {
    const { placement } = withFault(restricted, {
      object: (o) =>
        o.metadata.namespace === 'data' && 'template' in ((o.spec as object | undefined) ?? {})
          ? (JSON.parse(
              JSON.stringify(o).replace('"allowPrivilegeEscalation":false', '"privileged":true'),
            ) as KubeObject)
          : o,
    });
    expect(placement.map((f) => f.kind)).toEqual(['missing']);
    expect(placement[0]?.reason).toContain('has a privileged container');
  });

  it('should be found where a list of runtimes has one too many', () => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zone-dmz-runtime'
          ? (JSON.parse(JSON.stringify(o).replace("['gvisor']", "['gvisor', 'plain']")) as KubeObject)
          : o,
    });
    expect(found.runtime).toMatchObject([
      {
        kind: 'extra',
        subject: { kind: 'namespace', id: 'web' },
        what: 'Pods of namespace “web” can use runtime class “plain”, which zone “dmz” does not offer.',
        causes: [
          { kind: 'zone', id: 'dmz' },
          { kind: 'runtime', id: 'plain' },
        ],
      },
    ]);
  });

  it('should be found where the default runtime is no longer set', () => {
    const found = withFault(small, {
      object: (o) => (o.metadata.name === 'zone-dmz-default-runtime' ? undefined : o),
    });
    expect(found.runtime.map((f) => [f.kind, f.what])).toEqual([
      ['missing', 'A pod of namespace “web” that names no runtime class is refused, and should be given “gvisor”.'],
    ]);
  });

  it('should be found where the default runtime is no longer set and unnamed pods pass', () => {
    const found = withFault(small, {
      object: (o) => (/zone-dmz-(default-)?runtime/.test(o.metadata.name) ? undefined : o),
    });
    expect(found.runtime.map((f) => f.what)).toContain(
      'A pod of namespace “web” that names no runtime class runs under what its node runs by default, and zone “dmz” wants “gvisor”.',
    );
  });

  it('should be found where a default runtime is another one', () => {
    const found = withFault(small, {
      object: (o) =>
        JSON.parse(
          JSON.stringify(o).replace('runtimeClassName: \\"plain\\"', 'runtimeClassName: \\"kata\\"'),
        ) as KubeObject,
    });
    expect(found.runtime.map((f) => f.kind)).toContain('missing');
  });

  it('should be found where the zone label of namespaces is not protected', () => {
    const found = withFault(small, {
      object: (o) => (o.metadata.name === 'zonewright-namespaces' ? undefined : o),
    });
    expect(found.placement.map((f) => f.what)).toContain(
      'Whoever may change namespaces can take namespace “web” out of its zone.',
    );
    expect(found.placement.map((f) => f.what)).toContain(
      'Whoever may change namespaces can make a namespace of zone “app” that the design does not hold.',
    );
  });

  it('should be found where a namespace lost its label', () => {
    const found = withFault(small, {
      object: (o) => (o.kind === 'Namespace' && o.metadata.name === 'data' ? { ...o, metadata: { name: 'data' } } : o),
    });
    expect(found.storage.some((f) => f.kind === 'extra' && f.subject.id === 'data')).toBe(true);
    expect(found.runtime.some((f) => f.kind === 'extra' && f.subject.id === 'data')).toBe(true);
    expect(found.placement.some((f) => f.kind === 'extra' && f.subject.id === 'data')).toBe(true);
  });

  it('should be named where an expression cannot be evaluated, instead of being guessed at', () => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zone-db-claims'
          ? edit(o, (spec) => ({
              ...spec,
              validations: [{ expression: "quantity('1Gi').isLessThan(quantity('2Gi'))" }],
            }))
          : o,
    });
    const unsure = found.storage.filter((f) => f.kind === 'cannot-say');
    expect(unsure.length).toBeGreaterThan(0);
    expect(unsure[0]?.reason).toContain('cannot be evaluated here');
    expect(found.storage.filter((f) => f.kind === 'extra')).toEqual([]);
  });

  it('should be named where a mutation has another form', () => {
    const found = withFault(small, {
      object: (o) =>
        o.kind === 'MutatingAdmissionPolicy' && o.metadata.name === 'zone-db-default-runtime'
          ? (JSON.parse(JSON.stringify(o).replace('Object{spec:', 'Object{ spec:')) as KubeObject)
          : o,
    });
    expect(
      found.runtime.some((f) => f.kind === 'cannot-say' && f.reason.includes('in a form that is not evaluated')),
    ).toBe(true);
  });
});

interface Found {
  readonly placement: readonly PlatformFinding[];
  readonly storage: readonly PlatformFinding[];
  readonly runtime: readonly PlatformFinding[];
}

/** Proves against the export after something in it was changed; the change has to have changed something. */
function withFault(
  topology: Topology,
  fault: {
    readonly object?: (object: KubeObject) => KubeObject | undefined;
    readonly configuration?: (path: string, document: unknown) => unknown;
  },
): Found {
  const { object = (o) => o, configuration = (_, d) => d } = fault;
  const before = exportsOf(topology);
  const after = before.map((e) => ({
    ...e,
    objects: e.objects.flatMap((o) => object(o) ?? []),
    configurations: e.configurations.map((c) => ({ ...c, document: configuration(c.path, c.document) })),
  }));
  expect(after).not.toEqual(before);
  const proofs = provePlatform(topology, after);
  return {
    placement: proofs.placement.findings,
    storage: proofs.storage.findings,
    runtime: proofs.runtime.findings,
  };
}

function edit(object: KubeObject, change: (spec: Record<string, unknown>) => Record<string, unknown>): KubeObject {
  return { ...object, spec: change(object.spec as Record<string, unknown>) };
}

function without(document: unknown, map: string, field: string): unknown {
  if (map === '') {
    const { [field]: _, ...left } = document as Record<string, unknown>;
    return left;
  }
  const { [map]: inner, ...rest } = document as Record<string, Record<string, unknown>>;
  const { [field]: _, ...left } = inner ?? {};
  return { ...rest, [map]: left };
}

function enforcing(namespace: KubeObject, level: string): KubeObject {
  const { metadata } = namespace;
  return {
    ...namespace,
    metadata: { ...metadata, labels: { ...metadata.labels, 'pod-security.kubernetes.io/enforce': level } },
  };
}
