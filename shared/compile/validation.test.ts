/**
 * Every object of every export is what Kubernetes accepts: by the types of kubernetes-models, by the rules that schemas do
 * not carry, and by evaluating every admission expression.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { CelEvaluator, celValue } from '../admission/index.ts';
import { kubernetesHas } from '../catalog/index.ts';
import { loadDesign } from '../document/index.ts';
import type { KubeObject } from '../k8s/index.ts';
import { lookup, schema, type Topology } from '../model/index.ts';
import { admit, evaluateCel } from '../testing/admit.ts';
import { policyProblems } from '../testing/read-policy.ts';
import { typedComplaints } from '../testing/typed-kinds.ts';
import { validateNetworkPolicy } from '../testing/validate-network-policy.ts';
import { type Bundle, compile } from './index.ts';

const require = createRequire(import.meta.url);
const casesFolder = new URL('cases/', import.meta.url);
const templatesFolder = new URL('../../templates/', import.meta.url);

/** Kinds that the library does not know, checked by the rules below and by `npm run schemas`. */
const unknownToLibrary = [
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'VolumeAttributesClass',
  'Kustomization',
  'GitRepository',
  'AppProject',
  'ApplicationSet',
  'ClusterNetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'GlobalNetworkPolicy',
  'GlobalNetworkSet',
  'Tier',
  'CiliumEgressGatewayPolicy',
  'EgressIP',
  'Gateway',
  'GatewayClass',
  'HTTPRoute',
  'TCPRoute',
  'UDPRoute',
];
const clusterScoped = new Set([
  'Namespace',
  'Node',
  'StorageClass',
  'VolumeAttributesClass',
  'RuntimeClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ClusterNetworkPolicy',
  'GlobalNetworkPolicy',
  'GlobalNetworkSet',
  'Tier',
  'CiliumEgressGatewayPolicy',
  'EgressIP',
  'GatewayClass',
  'IngressClass',
]);

const designs = new Map<string, Topology>();
for (const entry of readdirSync(casesFolder, { withFileTypes: true })) {
  const file = new URL(`${entry.name}/topology.yaml`, casesFolder);
  if (!entry.isDirectory() || !existsSync(file)) continue;
  designs.set(`case ${entry.name}`, schema.topology.parse(load(readFileSync(file, 'utf8'))) as Topology);
}
for (const name of readdirSync(templatesFolder).filter((n) => n.endsWith('.zones.yaml'))) {
  const loaded = loadDesign(readFileSync(new URL(name, templatesFolder), 'utf8'), { file: name });
  if (loaded.document === undefined) throw new Error(`${name}: ${loaded.problems.map((p) => p.message).join(' ')}`);
  designs.set(`template ${name}`, loaded.document.topology);
}
const bundles = new Map([...designs].map(([name, topology]) => [name, compile(topology)]));

describe.each([...bundles])('the export of %s', (_, bundle) => {
  it('should hold only objects that Kubernetes accepts', () => {
    const failures = objectsOf(bundle).flatMap(({ object, path }) =>
      complaints(object).map((c) => `${path}: ${object.kind} ${object.metadata?.name}: ${c}`),
    );
    expect(failures).toEqual([]);
  });

  it('should list its objects with their lines, each once per cluster', () => {
    for (const file of bundle.files) {
      const lines = file.text.split('\n');
      for (const listed of file.objects) {
        const object = load(lines.slice(listed.startLine - 1, listed.endLine).join('\n')) as KubeObject;
        expect([object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name]).toEqual([
          listed.apiVersion,
          listed.kind,
          listed.namespace,
          listed.name,
        ]);
        expect(listed.causes.length, `${file.path} ${listed.kind} ${listed.name}`).toBeGreaterThan(0);
      }
    }
    const keys = bundle.files.flatMap((f) =>
      f.objects.map((o) => [f.cluster, o.kind, o.namespace ?? '', o.name].join(' ')),
    );
    expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([]);
  });

  it('should hold only admission expressions that evaluate to true or false', () => {
    for (const { object } of objectsOf(bundle)) {
      for (const { expression, variables } of expressionsOf(object))
        expect(typeof evaluateCel(expression, variables), expression).toBe('boolean');
    }
  });

  it('should hold admission policies that close when they fail, each with a binding that denies', () => {
    for (const [cluster, objects] of byCluster(bundle)) {
      const policies = objects.filter((o) => /^(Validating|Mutating)AdmissionPolicy$/.test(o.kind));
      for (const policy of policies) {
        const where = `${cluster} ${policy.metadata.name}`;
        const spec = policy.spec as PolicySpec;
        const bindings = objects.filter(
          (o) => o.kind === `${policy.kind}Binding` && specOf(o).policyName === policy.metadata.name,
        );
        expect(bindings, where).toHaveLength(1);
        expect(spec.failurePolicy, where).toBe('Fail');
        // What an author can choose must not decide whether a policy looks.
        expect(JSON.stringify([spec, bindings]), where).not.toContain('objectSelector');
        if (policy.kind === 'MutatingAdmissionPolicy') expect(spec.reinvocationPolicy, where).toBe('IfNeeded');
        else expect(specOf(bindings[0]).validationActions, where).toEqual(['Deny']);
        for (const { message = '' } of spec.validations ?? []) expect(message, where).toMatch(/^[^\n\r]+\.$/);
        for (const { expression } of [...(spec.variables ?? []), ...(spec.validations ?? [])]) {
          // Loops in loops in loops run into the cost limits of the API server.
          expect(loopDepth(expression), expression).toBeLessThanOrEqual(2);
          expect(expression).not.toContain('\n');
        }
        // Conditions are looked at before there are variables.
        expect(JSON.stringify(spec.matchConditions ?? []), where).not.toContain('variables.');
      }
    }
  });

  it('should admit what it exports itself, by the hands of an administrator', () => {
    for (const [cluster, objects] of byCluster(bundle)) {
      const { username = '', groups = [] } = administratorOf(objects);
      for (const object of objects.filter((o) => /^(Namespace|Service|Gateway|\w+Route|Ingress)$/.test(o.kind))) {
        const [group = '', version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', 'v1'];
        const name = object.metadata.namespace ?? object.metadata.name;
        const verdict = admit(
          objects.filter((o) => o.kind !== 'Namespace'),
          {
            group,
            ...(version !== undefined && { version }),
            resource: object.kind === 'Ingress' ? 'ingresses' : `${object.kind.toLowerCase()}s`,
            operation: 'CREATE',
            namespaceLabels: labelsOf(objects, name),
            namespaceName: name,
            object,
            user: { username, groups },
          },
        );
        expect(verdict.messages, `${cluster} ${object.kind} ${name} ${object.metadata.name}`).toEqual([]);
      }
    }
  });

  it('should give no object twice under one path, and paths that stay below the export', () => {
    const paths = bundle.files.map((f) => f.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(path).toMatch(/^[A-Za-z0-9][A-Za-z0-9._+-]*(\/[A-Za-z0-9][A-Za-z0-9._+-]*)*$/);
  });
});

/** What the exported objects let a namespace do, against what the design says; the objects are read back from the text. */
describe.each([...designs])('what the export of %s admits', (name, topology) => {
  const bundle = bundles.get(name);
  const index = lookup(topology);
  const namespaces = index.namespaces.filter(
    (n) => index.get('zone', n.zone) !== undefined && index.get('cluster', n.cluster) !== undefined,
  );

  it('should be exactly the storage classes of each zone, by admission and quota', () => {
    const names = Object.keys(topology.storage?.classes ?? {}).map((id) => index.nameOf({ kind: 'class', id }));
    for (const namespace of namespaces) {
      const objects = clusterObjects(bundle, namespace.cluster);
      const inCluster = index.nameOf({ kind: 'namespace', id: namespace.id });
      const exported = objects.filter((o) => o.kind === 'StorageClass').map((o) => o.metadata.name);
      const usable = [undefined, '', ...names, 'made-later'].filter((storageClassName) => {
        const claim = {
          metadata: { name: 'c' },
          spec: { ...(storageClassName !== undefined && { storageClassName }) },
        };
        const request = {
          resource: 'persistentvolumeclaims',
          operation: 'CREATE' as const,
          namespaceLabels: labelsOf(objects, inCluster),
        };
        return (
          admit(objects, { ...request, object: claim }).admitted && withinQuota(objects, inCluster, storageClassName)
        );
      });
      const allowed = (index.get('zone', namespace.zone)?.storageClasses ?? [])
        .map((id) => index.nameOf({ kind: 'class', id }))
        .filter((n) => exported.includes(n));
      // A claim that names no class gets the default of the cluster.
      const fallback = objects.find(
        (o) =>
          o.kind === 'StorageClass' &&
          o.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
      );
      const expected = new Set([...allowed, ...(allowed.includes(fallback?.metadata.name ?? '') ? ['(default)'] : [])]);
      expect(usable.map((n) => n ?? '(default)').sort(), `${namespace.cluster} ${inCluster}`).toEqual(
        [...expected].sort(),
      );
    }
  });

  it('should be exactly the runtime classes of each zone, and its default for pods that name none', () => {
    const ids = Object.keys(topology.runtimes ?? {});
    for (const namespace of namespaces) {
      const all = clusterObjects(bundle, namespace.cluster);
      const objects = clusterObjects(bundle, namespace.cluster, 'runtimes/');
      const labels = labelsOf(all, index.nameOf({ kind: 'namespace', id: namespace.id }));
      const run = (runtimeClassName?: string): string | undefined => {
        const object = {
          metadata: { name: 'p' },
          spec: { ...(runtimeClassName !== undefined && { runtimeClassName }) },
        };
        const verdict = admit(objects, { resource: 'pods', operation: 'CREATE', namespaceLabels: labels, object });
        return verdict.admitted
          ? ((verdict.object as { spec: { runtimeClassName?: string } }).spec.runtimeClassName ?? 'unset')
          : undefined;
      };
      const exported = objects.filter((o) => o.kind === 'RuntimeClass').map((o) => o.metadata.name);
      const zone = index.get('zone', namespace.zone);
      const allowed = (zone?.runtimes ?? []).filter((id) => exported.includes(id));
      expect([...ids, 'made-later'].filter((id) => run(id) !== undefined).sort(), namespace.id).toEqual(
        [...allowed].sort(),
      );
      const [first] = zone?.runtimes ?? [];
      const cluster = index.get('cluster', namespace.cluster);
      // Before 1.36 nothing can set a default, so a pod without a class passes only where that is what its node runs.
      const isOwn = index.get('runtime', first)?.from === (cluster?.engine?.name === 'cri-o' ? 'crun' : 'runc');
      const canSet = kubernetesHas(cluster?.version ?? '', 'mutatingAdmissionPolicy');
      const expected =
        first === undefined
          ? 'unset'
          : !exported.includes(first)
            ? undefined
            : canSet
              ? first
              : isOwn
                ? 'unset'
                : undefined;
      expect(run(), namespace.id).toBe(expected);
    }
  });
});

describe('the check itself', () => {
  it('should refuse what Kubernetes would refuse', () => {
    const metadata = { name: 'x' };
    expect(complaints({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata, spec: {} })).not.toEqual([]);
    expect(
      complaints({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata,
        provisioner: 'x',
        parameters: { a: true },
      }),
    ).not.toEqual([]);
    expect(complaints({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { a: '0' } } })).not.toEqual(
      [],
    );
    expect(complaints({ apiVersion: 'v1', kind: 'Invented', metadata })).not.toEqual([]);
  });
});

function objectsOf(bundle: Bundle): Array<{ readonly path: string; readonly object: KubeObject }> {
  return bundle.files
    .filter((f) => f.objects.length > 0)
    .flatMap((f) =>
      (loadAll(f.text) as KubeObject[])
        .filter((o) => o !== null && o !== undefined)
        .map((object) => ({ path: f.path, object })),
    );
}

function clusterObjects(bundle: Bundle | undefined, cluster: string, below = ''): KubeObject[] {
  if (bundle === undefined) return [];
  return objectsOf({
    ...bundle,
    files: bundle.files.filter((f) => f.cluster === cluster && f.path.startsWith(`${cluster}/${below}`)),
  }).map((o) => o.object);
}

function labelsOf(objects: readonly KubeObject[], namespace: string): Readonly<Record<string, string>> {
  return objects.find((o) => o.kind === 'Namespace' && o.metadata.name === namespace)?.metadata.labels ?? {};
}

function withinQuota(objects: readonly KubeObject[], namespace: string, storageClass: string | undefined): boolean {
  const keys = ['persistentvolumeclaims', 'requests.storage'];
  const own =
    storageClass === undefined || storageClass === ''
      ? []
      : keys.map((k) => `${storageClass}.storageclass.storage.k8s.io/${k}`);
  return (
    objects
      .filter((o) => o.kind === 'ResourceQuota' && o.metadata.namespace === namespace)
      // One with a scope counts only what is in it.
      .filter((o) => specOf(o).scopeSelector === undefined)
      .every((o) => [...keys, ...own].every((k) => (o.spec as { hard: Record<string, string> }).hard[k] !== '0'))
  );
}

/** What is wrong with an object; empty for one that Kubernetes accepts. */
function complaints(object: KubeObject): string[] {
  const found: string[] = [];
  const namespaced = object.metadata?.namespace !== undefined;
  if (clusterScoped.has(object.kind) && namespaced) found.push('is cluster-scoped, but has a namespace');
  if (['ResourceQuota', 'NetworkPolicy', 'Service'].includes(object.kind) && !namespaced)
    found.push('has no namespace');
  if (object.kind === 'NetworkPolicy') found.push(...validateNetworkPolicy(object));
  found.push(...(typedComplaints(object) ?? []));
  // The engine reads them as Cilium does, and says what Cilium would refuse or nobody could judge.
  if (/^Cilium.*NetworkPolicy$/.test(object.kind)) found.push(...policyProblems(object));
  const name = object.metadata?.name ?? '';
  if (object.kind !== 'Kustomization' && !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name))
    found.push(`has the name ${name}`);
  for (const [key, value] of Object.entries(object.metadata?.labels ?? {})) {
    if (typeof value !== 'string' || value.length > 63 || !/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value))
      found.push(`has the label ${key}=${value}`);
  }
  const Model = modelOf(object);
  if (Model === undefined) {
    if (!unknownToLibrary.includes(object.kind))
      found.push(`is of the unknown kind ${object.apiVersion} ${object.kind}`);
    return found;
  }
  try {
    new Model(object).validate();
  } catch (e) {
    found.push(String(e));
  }
  if (object.kind === 'RuntimeClass' && object.spec !== undefined) found.push('has a spec');
  return found;
}

type Model = new (data: object) => { validate(): void };

function modelOf(object: KubeObject): Model | undefined {
  try {
    return (require(`kubernetes-models/${object.apiVersion}/${object.kind}`) as Record<string, Model>)[object.kind];
  } catch {
    return undefined;
  }
}

interface PolicySpec {
  readonly failurePolicy?: string;
  readonly reinvocationPolicy?: string;
  readonly matchConstraints?: { readonly resourceRules?: ReadonlyArray<{ readonly operations: readonly string[] }> };
  readonly matchConditions?: ReadonlyArray<{ readonly expression: string }>;
  readonly variables?: ReadonlyArray<{ readonly name: string; readonly expression: string }>;
  readonly validations?: ReadonlyArray<{ readonly expression: string; readonly message?: string }>;
}

const evaluator = new CelEvaluator();

/** The boolean expressions of a policy with the smallest objects there are, which every expression has to survive. */
function expressionsOf(
  object: KubeObject,
): Array<{ readonly expression: string; readonly variables: Readonly<Record<string, unknown>> }> {
  if (object.kind !== 'ValidatingAdmissionPolicy' && object.kind !== 'MutatingAdmissionPolicy') return [];
  const spec = object.spec as PolicySpec;
  const labels = { 'zonewright/zone': 'x' };
  const operations = new Set(spec.matchConstraints?.resourceRules?.flatMap((rule) => rule.operations));
  return [...operations].flatMap((operation) => {
    const empty = { kind: 'Pod', metadata: { name: 'x', namespace: 'x' }, spec: { containers: [{ name: 'x' }] } };
    const scope = {
      object: celValue(empty),
      oldObject: celValue(operation === 'CREATE' ? null : empty),
      request: celValue({ operation, userInfo: { username: 'x' }, namespace: 'x', name: 'x' }),
      namespaceObject: celValue({ metadata: { name: 'x', labels } }),
    };
    const variables = { ...scope, variables: evaluator.variables(spec.variables ?? [], scope) };
    return [
      ...(spec.matchConditions ?? []).map(({ expression }) => ({ expression, variables: scope })),
      ...(spec.validations ?? []).map(({ expression }) => ({ expression, variables })),
    ];
  });
}

function specOf(object: KubeObject | undefined): Readonly<Record<string, unknown>> {
  return (object?.spec ?? {}) as Readonly<Record<string, unknown>>;
}

/** How many loops over the object stand in one another; loops over lists that are written out cost what they are long. */
function loopDepth(expression: string): number {
  let depth = 0;
  let most = 0;
  const open: boolean[] = [];
  for (const match of expression.matchAll(/(\.(?:all|exists|exists_one|map|filter)\()|'(?:[^'\\]|\\.)*'|\(|\)/g)) {
    if (match[1] !== undefined || match[0] === '(') {
      const isLoop = match[1] !== undefined && expression[(match.index ?? 0) - 1] !== ']';
      open.push(isLoop);
      if (isLoop) most = Math.max(most, ++depth);
    } else if (match[0] === ')' && open.pop() === true) depth -= 1;
  }
  return most;
}

function byCluster(bundle: Bundle): ReadonlyArray<readonly [string, readonly KubeObject[]]> {
  const clusters = [...new Set(bundle.files.flatMap((f) => f.cluster ?? []))];
  return clusters.map((cluster) => [cluster, clusterObjects(bundle, cluster)]);
}

/** Whom the policy on namespaces takes for one, read from its expression. */
function administratorOf(objects: readonly KubeObject[]): { readonly username?: string; readonly groups?: string[] } {
  const policy = objects.find(
    (o) => o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === 'zonewright-namespaces',
  );
  const expression = (policy?.spec as PolicySpec | undefined)?.variables?.[0]?.expression ?? '';
  const group = /g in \['([^']*)'/.exec(expression)?.[1];
  const username = /username in \['([^']*)'/.exec(expression)?.[1];
  return { ...(username !== undefined && { username }), ...(group !== undefined && { groups: [group] }) };
}
