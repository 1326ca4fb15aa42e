/** The proofs of placement, storage and runtimes, against exports as they are and exports with a planted fault. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { load as loadYaml } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { loadDesign } from '../document/index.ts';
import { type KubeObject, parseManifests } from '../k8s/index.ts';
import type { Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { readCase } from '../testing/cluster-ir.ts';
import { type ClusterExport, type PlatformFinding, type PlatformProofs, provePlatform } from './index.ts';

const templates = readdirSync('templates').filter((name) => name.endsWith('.zones.yaml'));
const casesFolder = 'shared/compile/cases';
const cases = readdirSync(casesFolder).filter((name) => existsSync(`${casesFolder}/${name}/topology.yaml`));

/** What cannot be had, by case; every other question of every case is answered as it was drawn. */
const limits: Readonly<Record<string, readonly string[]>> = {
  'egress-by-zone': ['Where pods of namespace “stray” may run is not drawn.'],
  'gvisor-in-the-dmz': ['Zone “old” offers runtime “nabla”, and no pod can be given it.'],
  'nfs-and-ceph-by-zone': ['Where pods of namespace “lost” may run is not drawn.'],
};

/** Why a random design may ask for what cannot be had: each is a fault of the drawing, and a finding says it there too. */
const statedLimits = [
  /^It belongs to no zone/,
  /^It cannot be exported: another namespace of the cluster is called/,
  /^It is not exported: /,
  // A workload that names a runtime which its zone or its cluster does not have.
  /^There is no RuntimeClass/,
  /^Zone \S+ offers (no runtime class|the runtime classes)/,
  /^Pods of zone \S+ may not use the network of their node/,
  // A zone without nodes in this cluster, where nothing can pin its pods.
  /^Pods of zone \S+ run on its nodes only/,
  /^Their node selector or tolerations do not fit/,
];

describe('provePlatform', () => {
  it.each(templates)('should find that the export of %s places, stores and runs as drawn', (name) => {
    const topology = load(readFileSync(`templates/${name}`, 'utf8'));
    const proofs = provePlatform(topology, exportsOf(topology));
    expect(findingsOf(proofs)).toEqual([]);
    expect(Object.values(proofs).every((p) => p.equal > 10)).toBe(true);
  });

  it.each(cases)('should find that the export of case %s does what is drawn, or name the limit', (name) => {
    const topology = readCase(name);
    const findings = findingsOf(provePlatform(topology, exportsOf(topology)));
    expect(findings.map((f) => f.what)).toEqual(limits[name] ?? []);
    for (const finding of findings) expect(finding.reason).toMatch(/\w\.$/);
  });

  it('should find the export of any design equal, or name a stated limit of the drawing', () => {
    let answered = 0;
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const proofs = provePlatform(topology, exportsOf(topology));
        const findings = findingsOf(proofs);
        expect(findings.filter((f) => f.kind === 'extra')).toEqual([]);
        for (const { what, reason } of findings) {
          expect(what).toMatch(/\.$/);
          expect(reason).toMatch(/\w.*\.$/s);
          expect(
            statedLimits.some((limit) => limit.test(reason)),
            `${what} ${reason}`,
          ).toBe(true);
        }
        answered += Object.values(proofs).reduce((sum, p) => sum + p.equal, 0);
      }),
      { numRuns: 150 },
    );
    expect(answered).toBeGreaterThan(1000);
  });

  it('should say that a cluster without admission policies cannot be proven', () => {
    const topology = withVersion(small, '1.29');
    const proofs = provePlatform(topology, exportsOf(topology));
    expect(findingsOf(proofs).map((f) => [f.kind, f.subject.id])).toEqual([
      ['cannot-say', 'prod'],
      ['cannot-say', 'prod'],
      ['cannot-say', 'prod'],
    ]);
    expect(proofs.placement.findings[0]?.reason).toContain('it came with 1.30');
  });

  it.each(['kubeadm', 'kind', 'k3s', 'rke2', 'capi', 'openshift', 'eks'] as const)(
    'should find both of a blue-green pair as drawn where the successor is on %s, each with its own configuration',
    (distribution) => {
      const topology = load(readFileSync('templates/one-cluster-three-zones.zones.yaml', 'utf8'));
      const [[old, record] = []] = Object.entries(topology.clusters ?? {});
      if (old === undefined || record === undefined) throw new Error('no cluster');
      const { engine: _, platform: __, ...rest } = record;
      const next = { ...rest, distribution, version: '1.36', replaces: old };
      const pair: Topology = { ...topology, clusters: { ...topology.clusters, next } };
      const proofs = provePlatform(pair, exportsOf(pair));
      expect(findingsOf(proofs)).toEqual([]);
      const files = compile(pair).files.map((f) => f.path);
      expect(files.some((path) => path.startsWith('next/cluster/'))).toBe(true);
      expect(files.some((path) => path.startsWith(`${old}/cluster/`))).toBe(true);
    },
  );

  it.each(['1.30', '1.35', '1.36', '1.37'])('should find the small design equal on Kubernetes %s', (version) => {
    for (const distribution of ['kubeadm', 'kind', 'k3s', 'rke2', 'capi', 'openshift', 'eks', 'managed'] as const) {
      const topology = withVersion(small, version, distribution);
      expect(findingsOf(provePlatform(topology, exportsOf(topology))), distribution).toEqual([]);
    }
  });

  it('should find a thousand workloads in as many namespaces equal', () => {
    const topology = large(1000);
    const exports = exportsOf(topology);
    const proofs = provePlatform(topology, exports);
    expect(findingsOf(proofs)).toEqual([]);
    expect(proofs.placement.equal).toBeGreaterThan(1000);
  });
});

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

function findingsOf(proofs: PlatformProofs): PlatformFinding[] {
  return Object.values(proofs).flatMap((p) => p.findings);
}

function exportsOf(topology: Topology): ClusterExport[] {
  const { files } = compile(topology);
  return Object.keys(topology.clusters ?? {}).map((cluster) => {
    const own = files.filter((f) => f.cluster === cluster);
    return {
      cluster,
      objects: own
        .filter((f) => f.objects.length > 0)
        .flatMap((f) => parseManifests(f.text, { file: f.path }).objects.map((o) => o.object)),
      configurations: own
        .filter((f) => f.objects.length === 0 && f.path.includes('/cluster/') && f.path.endsWith('.yaml'))
        .flatMap((f) => f.text.split(/^---$/m).map((text) => ({ path: f.path, document: loadYaml(text) }))),
    };
  });
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

function withVersion(
  topology: Topology,
  version: string,
  distribution: NonNullable<Topology['clusters']>[string]['distribution'] = 'kubeadm',
): Topology {
  const prod = topology.clusters?.prod;
  if (prod === undefined) throw new Error('the design has no cluster “prod”');
  return { ...topology, clusters: { prod: { ...prod, version, distribution } } };
}

function load(text: string): Topology {
  const { document, problems } = loadDesign(text, { file: 'test.zones.yaml' });
  if (document === undefined) throw new Error(problems.map((p) => p.message).join('\n'));
  return document.topology;
}

/** Three zones in one cluster, each with namespaces of its own kind. */
function large(count: number): Topology {
  const zones = ['dmz', 'app', 'db'];
  const each = <T>(record: (i: number, zone: string) => T): Record<string, T> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, record(i, zones[i % 3] ?? 'app')]));
  return {
    ...small,
    namespaces: each((_, zone) => ({ cluster: 'prod', zone })),
    workloads: each((i, zone) => ({
      namespace: `n${i}`,
      ports: { http: { port: 1000 + i } },
      ...(zone !== 'dmz' && { storage: { data: {} } }),
    })),
  };
}

function enforcing(namespace: KubeObject, level: string): KubeObject {
  const { metadata } = namespace;
  return {
    ...namespace,
    metadata: { ...metadata, labels: { ...metadata.labels, 'pod-security.kubernetes.io/enforce': level } },
  };
}

const small = load(`
apiVersion: zonewright/v1
kind: Topology
metadata: {name: small}
zones:
  dmz: {trust: 20, runtimes: [gvisor]}
  app: {trust: 50, runtimes: [plain, gvisor], storageClasses: [files]}
  db: {trust: 80, runtimes: [kata, plain], storageClasses: [block]}
clusters:
  prod:
    distribution: kubeadm
    version: "1.37"
    cni: {name: calico}
    networks: {pods: [10.20.0.0/16], nodes: [10.1.0.0/24]}
    pools:
      dmz-a: {zone: dmz, nodes: 2, runtimes: [gvisor]}
      app-a: {zone: app, nodes: 2, runtimes: [gvisor]}
      app-b: {zone: app, nodes: 1, taints: [{key: gpu, value: "yes", effect: NoSchedule}]}
      db-a: {zone: db, nodes: 2, kvm: true, runtimes: [kata]}
namespaces:
  web: {cluster: prod, zone: dmz}
  orders: {cluster: prod, zone: app}
  data: {cluster: prod, zone: db}
workloads:
  gateway: {namespace: web}
  api: {namespace: orders, storage: {data: {class: files}}}
  store: {namespace: data, kind: StatefulSet, storage: {data: {class: block}}}
storage:
  endpoints:
    filer: {zone: app, type: nfs, addresses: [10.9.0.1], export: /x}
    disks: {zone: db, type: longhorn}
  classes:
    files: {endpoint: filer}
    block: {endpoint: disks, default: true}
runtimes:
  plain: {from: runc}
  gvisor: {from: gvisor}
  kata: {from: kata-qemu}
`);

/** The same with a zone whose pods give up every privilege. */
const restricted: Topology = {
  ...small,
  zones: { ...small.zones, db: { trust: 80, ...small.zones?.db, podSecurity: 'restricted' } },
};
