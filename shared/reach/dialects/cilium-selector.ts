/**
 * Cilium's endpoint selectors. One selector speaks of labels of the pod, of its namespace and of its cluster at once; since
 * all of its requirements have to hold, it falls apart into a selector for each.
 */
import { isMap } from '../../lib/is-map.ts';
import { nameLabel } from '../cluster.ts';
import { clusterLabel, type PodPeer } from '../policy.ts';
import type { LabelSelector } from '../selector.ts';
import type { PolicyReader } from './reader.ts';

type Path = ReadonlyArray<string | number>;

const namespaceKey = 'io.kubernetes.pod.namespace';
const namespaceLabelPrefix = 'io.cilium.k8s.namespace.labels.';

export interface EndpointSelector {
  readonly pods: LabelSelector;
  /** Requirements on the namespace, its name among them; undefined where there are none. */
  readonly namespaces?: LabelSelector;
  /** The same without those on its name. */
  readonly namespaceLabels?: LabelSelector;
  readonly clusters?: LabelSelector;
  /** Entities that are named by their reserved label: `reserved:host` is `host`. */
  readonly reserved: readonly string[];
  /** True where it asks for labels that no manifest shows. Such a selector matches nothing here. */
  readonly isUnknown: boolean;
}

interface Requirement {
  readonly key: string;
  /** Undefined for an expression. */
  readonly value?: unknown;
  readonly expression?: unknown;
}

export function selectorOf(reader: PolicyReader, value: unknown, path: Path): EndpointSelector | undefined {
  const record = reader.record(value, path);
  if (record === undefined) {
    if (reader.isValid) reader.refuse(path, `${path.join('.')} must be a label selector.`);
    return undefined;
  }
  for (const key of Object.keys(record))
    if (key !== 'matchLabels' && key !== 'matchExpressions')
      reader.refuse([...path, key], `“${key}” is no field of a label selector; use matchLabels or matchExpressions.`);
  const labels = reader.record(record.matchLabels, [...path, 'matchLabels']) ?? {};
  const expressions = reader.list(record.matchExpressions, [...path, 'matchExpressions']) ?? [];
  const parts = {
    pod: [] as Requirement[],
    name: [] as Requirement[],
    namespace: [] as Requirement[],
    cluster: [] as Requirement[],
  };
  const reserved: string[] = [];
  let isUnknown = false;
  const sort = (written: string, requirement: Omit<Requirement, 'key'>) => {
    const [source, key] = splitSource(written);
    if (source === 'reserved') reserved.push(key);
    else if ((source !== 'any' && source !== 'k8s') || key === 'io.cilium.k8s.policy.serviceaccount') isUnknown = true;
    else if (key === namespaceKey) parts.name.push({ key: nameLabel, ...requirement });
    else if (key.startsWith(namespaceLabelPrefix))
      parts.namespace.push({ key: key.slice(namespaceLabelPrefix.length), ...requirement });
    else if (key === clusterLabel) parts.cluster.push({ key, ...requirement });
    else parts.pod.push({ key, ...requirement });
  };
  for (const [key, label] of Object.entries(labels)) sort(key, { value: label });
  expressions.forEach((expression, i) => {
    const key = isMap(expression) ? expression.key : undefined;
    if (typeof key === 'string') sort(key, { expression });
    else reader.refuse([...path, 'matchExpressions', i], 'an expression needs a key.');
  });
  const read = (...requirements: readonly Requirement[]): LabelSelector | undefined =>
    requirements.length === 0 ? undefined : reader.selector(rawSelector(requirements), path);
  const namespaces = read(...parts.name, ...parts.namespace);
  const namespaceLabels = read(...parts.namespace);
  const clusters = read(...parts.cluster);
  return {
    pods: read(...parts.pod) ?? {},
    ...(namespaces !== undefined && { namespaces }),
    ...(namespaceLabels !== undefined && { namespaceLabels }),
    ...(clusters !== undefined && { clusters }),
    reserved,
    isUnknown: isUnknown || (reserved.length > 0 && Object.values(parts).some((p) => p.length > 0)),
  };
}

/** The pods a selector means as a peer: of the policy's own namespace, unless it speaks of namespaces itself. */
export function podPeerOf(selector: EndpointSelector, ownNamespace: string | undefined): PodPeer {
  const { pods, namespaces, clusters } = selector;
  if (namespaces === undefined && ownNamespace !== undefined && clusters === undefined) return { pods, ownNamespace };
  const own = ownNamespace === undefined ? {} : { matchLabels: { [nameLabel]: ownNamespace } };
  return { pods, namespaces: namespaces ?? own, ...(clusters !== undefined && { clusters }) };
}

/** `k8s:app` is the label app from Kubernetes; without a source any will do. */
function splitSource(key: string): readonly [source: string, key: string] {
  const colon = key.indexOf(':');
  return colon === -1 ? ['any', key] : [key.slice(0, colon), key.slice(colon + 1)];
}

/** In the form in which Kubernetes writes it; the same key from two sources becomes two requirements. */
function rawSelector(requirements: readonly Requirement[]): Readonly<Record<string, unknown>> {
  const matchLabels: Record<string, unknown> = {};
  const matchExpressions: unknown[] = [];
  for (const { key, value, expression } of requirements) {
    if (expression !== undefined) matchExpressions.push({ ...(isMap(expression) ? expression : {}), key });
    else if (Object.hasOwn(matchLabels, key)) matchExpressions.push({ key, operator: 'In', values: [value] });
    else matchLabels[key] = value;
  }
  return { matchLabels, matchExpressions };
}
