/**
 * The things policies speak of, read from parsed manifests: pods (one per workload, because pods of one template cannot
 * be told apart), namespaces and policy objects. What cannot be read becomes a problem, and the rest is analysed.
 */

import { groupOf, identityOf, type KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import { readLabels } from './read.ts';

/** An object and where it stood. */
export interface SourceObject {
  readonly object: KubeObject;
  readonly file?: string;
  /** The line the object starts on, from 1. */
  readonly line?: number;
  /** Where a value of the object stands, where the reader knows it. */
  readonly positionOf?: (path: ReadonlyArray<string | number>) => { readonly line: number };
}

export interface NamedPort {
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

export interface Pod {
  /** The cluster of a mesh it belongs to; absent in the cluster that is judged. */
  readonly cluster?: string;
  readonly namespace: string;
  /** Kind and name of the workload the pod belongs to. */
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly NamedPort[];
  readonly hostNetwork: boolean;
  /** The name of the account its pods run as. */
  readonly serviceAccount: string;
  /** Known only for Pods with a status. */
  readonly addresses: readonly string[];
  readonly source: SourceObject;
}

export interface Namespace {
  readonly cluster?: string;
  readonly name: string;
  /** With `kubernetes.io/metadata.name`, as the API server sets it. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ClusterObjects {
  /** Sorted by namespace, name, kind. */
  readonly pods: readonly Pod[];
  /** Sorted by name; namespaces that are only referred to are among them. */
  readonly namespaces: readonly Namespace[];
  /** Those that the input holds. */
  readonly serviceAccounts: readonly ServiceAccount[];
  /** Everything else, untouched: policies are read by their dialect. */
  readonly others: readonly SourceObject[];
  readonly problems: readonly Problem[];
}

export const nameLabel = 'kubernetes.io/metadata.name';

/** Where the pod template stands in each kind of workload. */
const templates: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  '/ReplicationController': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  '/Pod': [],
};

/** What was read of an object is kept with it, because a comparison evaluates the same objects several times. */
const knownPods = new WeakMap<SourceObject, Pod>();

export function readCluster(sources: readonly SourceObject[]): ClusterObjects {
  const pods: Pod[] = [];
  const namespaces = new Map<string, Namespace>();
  const serviceAccounts: ServiceAccount[] = [];
  const others: SourceObject[] = [];
  const problems: Problem[] = [];

  for (const source of lastOfEach(sources, problems)) {
    const { object } = source;
    const group = groupOf(object);
    const path = templates[`${group}/${object.kind}`] ?? (hasTemplate(object) ? ['spec', 'template'] : undefined);
    if (group === '' && object.kind === 'Namespace') {
      const name = object.metadata.name;
      namespaces.set(name, { name, labels: { ...readLabels(object.metadata.labels), [nameLabel]: name } });
    } else if (path !== undefined) {
      const pod = knownPods.get(source) ?? readPod(source, path, problems);
      if (pod === undefined) continue;
      knownPods.set(source, pod);
      pods.push(pod);
    } else {
      if (group === '' && object.kind === 'ServiceAccount') {
        const { namespace = 'default', name, labels } = object.metadata;
        serviceAccounts.push({ namespace, name, labels: readLabels(labels) });
      }
      others.push(source);
    }
  }
  for (const name of [...pods.map((p) => p.namespace), ...others.map((o) => o.object.metadata.namespace)]) {
    if (name !== undefined && !namespaces.has(name)) namespaces.set(name, { name, labels: { [nameLabel]: name } });
  }
  return {
    pods: sortBy(
      distinctPods(pods),
      (p) => p.namespace,
      (p) => p.name,
      (p) => p.kind,
    ),
    namespaces: sortBy(namespaces.values(), (n) => n.name),
    serviceAccounts,
    others,
    problems,
  };
}

/** A cluster has one object of a kind and name. Applied one after the other, the last one stays, so it is the one judged. */
function lastOfEach(sources: readonly SourceObject[], problems: Problem[]): Iterable<SourceObject> {
  const found = new Map<string, SourceObject>();
  for (const source of sources) {
    const { object } = source;
    const { kind, metadata } = object;
    const key = identityOf(object);
    const first = found.get(key);
    found.set(key, source);
    if (first === undefined || JSON.stringify(first.object) === JSON.stringify(object)) continue;
    const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
    const place =
      first.file === undefined
        ? ''
        : ` The other is in ${first.file}${first.line === undefined ? '' : `, line ${first.line}`}.`;
    problems.push({
      rule: 'manifest/duplicate-object',
      severity: 'warning',
      message: `There is another, different ${kind} ${name}.${place} A cluster keeps only one of them; the later one is judged. Remove or rename one.`,
      ...position(source),
      subject: { kind, id: name },
      fixable: false,
    });
  }
  return found.values();
}

/** Kinds of other projects that make pods (rollouts, clone sets) carry a pod template like Kubernetes' own. */
function hasTemplate({ spec }: KubeObject): boolean {
  const template = isMap(spec) ? spec.template : undefined;
  const inner = isMap(template) ? template.spec : undefined;
  return isMap(inner) && Array.isArray(inner.containers);
}

function readPod(source: SourceObject, path: readonly string[], problems: Problem[]): Pod | undefined {
  const { object } = source;
  let template: unknown = object;
  for (const key of path) template = isMap(template) ? template[key] : undefined;
  const spec = isMap(template) ? template.spec : undefined;
  if (!isMap(template) || !isMap(spec)) {
    problems.push({
      rule: 'manifest/no-pod-template',
      severity: 'warning',
      message: `${object.kind} ${object.metadata.name} has no ${[...path, 'spec'].join('.')}, so it has no pods. It is left out; complete it or remove it.`,
      ...position(source),
      subject: { kind: object.kind, id: object.metadata.name },
      fixable: false,
    });
    return undefined;
  }
  const owner = firstOwner(object);
  const metadata = isMap(template.metadata) ? template.metadata : {};
  const status = isMap(object.status) ? object.status : {};
  const addresses = Array.isArray(status.podIPs)
    ? status.podIPs.flatMap((entry) => (isMap(entry) && typeof entry.ip === 'string' ? [entry.ip] : []))
    : typeof status.podIP === 'string'
      ? [status.podIP]
      : [];
  return {
    namespace: object.metadata.namespace ?? 'default',
    kind: owner?.kind ?? object.kind,
    name: owner?.name ?? object.metadata.name,
    labels: readLabels(metadata.labels),
    ports: [...containerPorts(spec.containers), ...containerPorts(restartable(spec.initContainers))],
    hostNetwork: spec.hostNetwork === true,
    serviceAccount: accountOf(spec),
    addresses,
    source,
  };
}

/** `serviceAccount` is the older name of the field. */
function accountOf({ serviceAccountName, serviceAccount }: Readonly<Record<string, unknown>>): string {
  if (typeof serviceAccountName === 'string' && serviceAccountName !== '') return serviceAccountName;
  return typeof serviceAccount === 'string' && serviceAccount !== '' ? serviceAccount : 'default';
}

/** Sidecars: init containers that keep running, and so can listen. */
function restartable(containers: unknown): unknown {
  return Array.isArray(containers) ? containers.filter((c) => isMap(c) && c.restartPolicy === 'Always') : undefined;
}

function containerPorts(containers: unknown): NamedPort[] {
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container) =>
    isMap(container) && Array.isArray(container.ports)
      ? container.ports.flatMap((port): NamedPort[] => {
          if (!isMap(port) || typeof port.name !== 'string' || typeof port.containerPort !== 'number') return [];
          const protocol = port.protocol ?? 'TCP';
          return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP'
            ? [{ name: port.name, protocol, port: port.containerPort }]
            : [];
        })
      : [],
  );
}

function firstOwner(object: KubeObject): { readonly kind: string; readonly name: string } | undefined {
  const owners = (object.metadata as { readonly ownerReferences?: unknown }).ownerReferences;
  if (!Array.isArray(owners)) return undefined;
  const owner: unknown = owners.find((o) => isMap(o) && o.controller === true) ?? owners[0];
  // A node owns the static pods of its kubelet, which have nothing else in common.
  if (!isMap(owner) || owner.kind === 'Node' || typeof owner.name !== 'string') return undefined;
  return { kind: typeof owner.kind === 'string' ? owner.kind : object.kind, name: owner.name };
}

/** Pods of one owner with the same labels and ports are one. */
function distinctPods(pods: readonly Pod[]): Pod[] {
  const byOwner = new Map<string, { readonly pods: Pod[]; readonly keys: Set<string> }>();
  for (const pod of pods) {
    const owner = `${pod.namespace}/${pod.kind}/${pod.name}`;
    const known = byOwner.get(owner);
    // Most owners have one template and so one pod, for which nobody has to ask what makes pods alike.
    if (known === undefined) byOwner.set(owner, { pods: [pod], keys: new Set() });
    else {
      if (known.keys.size === 0) for (const first of known.pods) known.keys.add(keyOf(first));
      const key = keyOf(pod);
      if (!known.keys.has(key)) known.pods.push(pod);
      known.keys.add(key);
    }
  }
  return [...byOwner.values()].flatMap((owner) => owner.pods);
}

function keyOf({ source: _, labels, ...pod }: Pod): string {
  return JSON.stringify([Object.entries(labels).sort(), pod]);
}

/** The position fields of a problem about an object. */
export function position(
  source: SourceObject,
  path?: ReadonlyArray<string | number>,
): { readonly file?: string; readonly line?: number } {
  const line = (path !== undefined ? source.positionOf?.(path).line : undefined) ?? source.line;
  return { ...(source.file !== undefined && { file: source.file }), ...(line !== undefined && { line }) };
}
