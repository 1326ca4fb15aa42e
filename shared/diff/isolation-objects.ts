/** Facts of isolation that objects of Kubernetes state by themselves, in an export as in anybody's manifests. */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { unique } from '../lib/sort.ts';
import type { Grade } from './entry.ts';
import type { IsolationFact } from './isolation.ts';
import { admissionFacts } from './isolation-admission.ts';
import { clusterPolicyFacts, isClusterPolicy } from './isolation-cluster-policies.ts';
import { exposureFacts } from './isolation-exposure.ts';
import { gatekeeperFacts } from './isolation-gatekeeper.ts';
import { kyvernoFacts } from './isolation-kyverno.ts';
import { platformFacts } from './isolation-platform.ts';
import { rightsFacts } from './isolation-rights.ts';
import { webhookFacts } from './isolation-webhooks.ts';
import { at, Facts, isEmptySelector, list, type ObjectContext, push, text } from './object-facts.ts';

export function factsOfObjects(objects: readonly KubeObject[], context: ObjectContext): IsolationFact[] {
  const handlers = new Map(
    objects
      .filter((o) => o.kind === 'RuntimeClass')
      .map((o) => [o.metadata.name, { handler: text(o.handler), object: o }] as const),
  );
  const facts = new Facts(context);
  const namespaces = new Map<string, KubeObject | undefined>();
  const policies = new Map<string, KubeObject[]>();
  for (const object of objects) {
    if (object.kind === 'Namespace') namespaces.set(object.metadata.name, object);
    else if (object.metadata.namespace !== undefined && !namespaces.has(object.metadata.namespace))
      namespaces.set(object.metadata.namespace, undefined);
    if (object.kind === 'NetworkPolicy') push(policies, object.metadata.namespace ?? 'default', object);
  }
  if (objects.length > 0) facts.hold();
  for (const [namespace, object] of namespaces) {
    defaultDeny(facts, namespace, policies.get(namespace) ?? []);
    if (object !== undefined) podSecurity(facts, object);
  }
  for (const object of objects) {
    if (object.kind === 'ResourceQuota') quota(facts, object);
    else if (isClusterPolicy(object)) clusterPolicyFacts(facts, object);
    else if (context.isSettled?.(object) !== true) pods(facts, object, handlers);
  }
  exposureFacts(facts, objects);
  platformFacts(facts, objects);
  rightsFacts(facts, objects);
  admissionFacts(facts, objects);
  kyvernoFacts(facts, objects);
  gatekeeperFacts(facts, objects);
  webhookFacts(facts, objects);
  return facts.found;
}

/** The facts of a side, and what holds there of what only the other side says. */
export function withAbsent(
  facts: readonly IsolationFact[],
  others: readonly IsolationFact[],
): readonly IsolationFact[] {
  const known = new Set(facts.map((fact) => fact.key));
  const holders = new Set(facts.flatMap((fact) => [fact.holder, fact.key]));
  return [
    ...facts,
    ...others.flatMap(({ absent, print: _, asks: __, ...other }) =>
      absent === undefined || known.has(other.key) || !(absent.anywhere === true || holders.has(other.holder))
        ? []
        : [{ ...other, rank: absent.rank, state: absent.state }],
    ),
  ];
}

/** A policy that picks every pod of its namespace isolates whatever no other policy speaks of. */
function defaultDeny(facts: Facts, namespace: string, policies: readonly KubeObject[]): void {
  for (const direction of ['Ingress', 'Egress'] as const) {
    const isolating = policies.filter((policy) => {
      const spec = isMap(policy.spec) ? policy.spec : {};
      const types = Array.isArray(spec.policyTypes)
        ? spec.policyTypes
        : ['Ingress', ...(spec.egress === undefined ? [] : ['Egress'])];
      return isEmptySelector(spec.podSelector) && types.includes(direction);
    });
    const word = direction === 'Ingress' ? 'incoming' : 'outgoing';
    facts.add({
      key: ['default-deny', namespace, direction],
      rank: isolating.length > 0 ? 1 : 0,
      state:
        isolating.length > 0
          ? `${word} traffic of every pod is denied by default`
          : `no default deny for ${word} traffic, so pods that no policy names are open`,
      subject: { kind: 'Namespace', id: namespace },
      title: `Namespace ${namespace}`,
      namespace,
      about: 'strength',
      sources: isolating,
    });
  }
}

const levels = ['privileged', 'baseline', 'restricted'];

function podSecurity(facts: Facts, object: KubeObject): void {
  const { name, labels } = object.metadata;
  const level = labels?.['pod-security.kubernetes.io/enforce'] ?? 'privileged';
  facts.add({
    key: ['pod-security', name],
    rank: Math.max(0, levels.indexOf(level)),
    state: `Pod Security enforces ${level}`,
    absent: { rank: 0, state: 'nothing says what Pod Security enforces' },
    // Each version of Kubernetes may forbid more than the one before.
    ...(facts.context.zoneOf === undefined && {
      print: labels?.['pod-security.kubernetes.io/enforce-version'] ?? 'latest',
    }),
    subject: { kind: 'Namespace', id: name },
    title: `Namespace ${name}`,
    namespace: name,
    about: 'strength',
    sources: [object],
  });
}

/** A quota of zero keeps a storage class out of a namespace. */
function quota(facts: Facts, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? 'default';
  const hard = at(object, 'spec', 'hard');
  for (const [key, value] of Object.entries(isMap(hard) ? hard : {})) {
    const match = /^(.+)\.storageclass\.storage\.k8s\.io\/(requests\.storage|persistentvolumeclaims)$/.exec(key);
    const name = match?.[1];
    if (name === undefined || match?.[2] !== 'persistentvolumeclaims') continue;
    const isClosed = String(value) === '0';
    const open = { rank: 0, state: `claims of storage class ${name} are possible` };
    facts.add({
      key: ['storage-class', namespace, name],
      absent: open,
      ...(isClosed ? { rank: 1, state: `claims of storage class ${name} are refused` } : open),
      subject: { kind: 'Namespace', id: namespace },
      title: `Namespace ${namespace}`,
      namespace,
      about: 'possible',
      sources: [object],
    });
  }
}

function pods(
  facts: Facts,
  object: KubeObject,
  handlers: ReadonlyMap<string, { readonly handler: string; readonly object: KubeObject }>,
): void {
  const spec = podSpecOf(object);
  if (spec === undefined) return;
  const { context } = facts;
  const namespace = object.metadata.namespace ?? 'default';
  const name = `${namespace}/${object.metadata.name}`;
  const base = {
    subject: { kind: object.kind, id: name },
    title: `${object.kind} ${name}`,
    namespace,
    sources: [object],
    about: 'strength' as const,
  };
  const runtime = text(spec.runtimeClassName);
  const known = handlers.get(runtime);
  const handler = known?.handler ?? runtime;
  const rank = runtime === '' ? 0 : context.rankOfHandler(handler);
  if (rank !== undefined) {
    const label = runtime === '' ? 'the default runtime' : runtime;
    facts.add({
      ...base,
      key: ['runtime', name],
      rank,
      state: `runs in ${label} (${context.isolationText(rank)})`,
      grade: raised(context.gradeOf(namespace)),
      sources: known === undefined ? [object] : [object, known.object],
    });
  }
  for (const { what, state } of sharedWithNode(spec))
    facts.add({
      ...base,
      key: ['host', name, what],
      rank: 0,
      state,
      absent: { rank: 1, state: 'it does not', anywhere: true },
      grade: 'high',
    });
  const level = context.podSecurityOf?.(object);
  if (level !== undefined)
    facts.add({
      ...base,
      key: ['pod-level', name],
      rank: ['privileged', 'baseline', 'restricted'].indexOf(level),
      state: `its pods are what Pod Security calls ${level}`,
    });
  const node = text(spec.nodeName);
  // A pod that was read from a cluster has the name from its scheduler.
  const isOurs = object.kind !== 'Pod' || !('uid' in object.metadata);
  if (node !== '' && isOurs)
    facts.add({
      ...base,
      key: ['node-named', name],
      rank: 0,
      state: `it names its node, ${node}, and passes by the scheduler and the taints that it keeps to`,
      absent: { rank: 1, state: 'it does not', anywhere: true },
      print: node,
      toRead: 'Who else runs there has to be read in its text.',
    });
  const selector = spec.nodeSelector;
  const isPinned =
    (isMap(selector) && Object.keys(selector).length > 0) ||
    at(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution') !== undefined;
  facts.add({
    ...base,
    key: ['placement', name],
    rank: isPinned ? 1 : 0,
    state: isPinned ? 'is kept on nodes it names' : 'may run on any node that lets it',
  });
}

/** What a pod has of its node, so that whoever gets out of it stands on the node. */
function sharedWithNode(spec: Readonly<Record<string, unknown>>): ReadonlyArray<{ what: string; state: string }> {
  const containers = [...list(spec.containers), ...list(spec.initContainers)];
  const isPrivileged = containers.some((c) => at(c, 'securityContext', 'privileged') === true);
  const capabilities = containers.flatMap((c) => list(at(c, 'securityContext', 'capabilities', 'add')).map(String));
  const ports = containers.flatMap((c) =>
    list(at(c, 'ports')).flatMap((port) =>
      typeof at(port, 'hostPort') === 'number' ? [String(at(port, 'hostPort'))] : [],
    ),
  );
  const paths = list(spec.volumes).flatMap((volume) => text(at(volume, 'hostPath', 'path')) || []);
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC']
      .filter((field) => spec[field] === true)
      .map((field) => ({ what: field, state: `uses ${field} of its node` })),
    ...(isPrivileged ? [{ what: 'privileged', state: 'runs privileged containers' }] : []),
    ...unique(capabilities)
      // Listening on a low port is all that this one gives, and even restricted namespaces grant it.
      .filter((name) => name !== 'NET_BIND_SERVICE')
      .map((name) => ({ what: `capability ${name}`, state: `has the capability ${name}` })),
    ...unique(ports).map((port) => ({ what: `port ${port}`, state: `takes port ${port} of its node` })),
    ...(list(spec.tolerations).some((t) => at(t, 'operator') === 'Exists' && text(at(t, 'key')) === '')
      ? [{ what: 'tolerations', state: 'tolerates every taint, so it may run on nodes that keep others out' }]
      : []),
    ...unique(paths).map((path) => ({ what: `path ${path}`, state: `mounts the path ${path} of its node` })),
  ];
}

function podSpecOf(object: KubeObject): Readonly<Record<string, unknown>> | undefined {
  const paths = [
    ['spec', 'template', 'spec'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
    ...(object.kind === 'Pod' ? [['spec']] : []),
  ];
  return paths
    .map((path) => at(object, ...path))
    .find((spec): spec is Readonly<Record<string, unknown>> => isMap(spec) && Array.isArray(spec.containers));
}

function raised(grade: Grade): Grade {
  return grade === 'low' ? 'medium' : grade === 'medium' ? 'high' : 'critical';
}
