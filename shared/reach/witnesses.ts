/**
 * Witnesses: for each set of pods that a policy names as a peer, a pod with those labels and no others, in each namespace
 * that is meant. Policies are written for the pods that exist; a witness shows whom else they would let in.
 */
import type { KubeObject } from '../k8s/index.ts';
import { sortBy } from '../lib/sort.ts';
import { nameLabel, readCluster, type SourceObject } from './cluster.ts';
import type { PodPeer } from './policy.ts';
import { readPolicies } from './read-policies.ts';
import { isEverything, type LabelExpression, LabelIndex, type Selector, selectorKey } from './selector.ts';

export interface Witness {
  /** Its name in the cluster; where a selector finds namespaces that do not exist yet, `otherNamespace` and its labels. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The pod, and its namespace where no other object makes that. */
  readonly objects: readonly KubeObject[];
}

/** A name that no object has. */
export const otherNamespace = 'any-other-namespace';

/** In the order of their namespaces and labels. */
export function witnessesOf(sources: readonly SourceObject[]): Witness[] {
  const { namespaces, others } = readCluster(sources);
  const index = new LabelIndex(namespaces.length);
  namespaces.forEach(({ name, labels }, i) => {
    index.add(i, { ...labels, 'projectcalico.org/name': name });
  });
  const names = new Set(namespaces.map((n) => n.name));
  const found = new Map<string, Omit<Witness, 'objects'> & { readonly madeFor?: Selector }>();
  const add = (namespace: string, pods: Selector | undefined, madeFor?: Selector) => {
    const labels = labelsFor(pods ?? {});
    found.set(`${namespace} ${selectorKey({ matchLabels: labels })}`, {
      namespace,
      labels,
      ...(madeFor !== undefined && { madeFor }),
    });
  };
  for (const peer of peersOf(others)) {
    if (peer.namespaces === undefined) {
      add(peer.ownNamespace ?? 'default', peer.pods);
      continue;
    }
    index.select(peer.namespaces).forEach((i) => {
      add(namespaces[i]?.name ?? '', peer.pods);
    });
    const wanted = labelsFor(peer.namespaces);
    const { [nameLabel]: name, ...others } = wanted;
    if (name !== undefined && names.has(name)) continue;
    // Selectors that name namespaces by anything but their names find those that come later as well.
    if (!isByName(peer.namespaces)) add(name ?? nameFor(others), peer.pods, peer.namespaces);
  }
  return sortBy(
    found.values(),
    (w) => w.namespace,
    (w) => selectorKey({ matchLabels: w.labels }),
  ).map(({ madeFor, ...witness }, i) => ({ ...witness, objects: objectsOf(witness, i, madeFor) }));
}

function peersOf(sources: readonly SourceObject[]): Iterable<PodPeer> {
  const peers = new Map<string, PodPeer>();
  for (const policy of readPolicies(sources, [])) {
    for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
      if (rule.peers === 'everyone') continue;
      for (const peer of rule.peers) {
        // Who runs in other clusters of a mesh is theirs to say.
        if (!('pods' in peer) || peer.pods.clusters !== undefined) continue;
        const { ownNamespace = '', namespaces, pods } = peer.pods;
        const key = [ownNamespace, ...[namespaces, pods].map((s) => (s === undefined ? '-' : selectorKey(s)))];
        peers.set(key.join('\u0000'), peer.pods);
      }
    }
  }
  return peers.values();
}

/** Namespaces of different labels are told apart, or only one of them could be there. */
function nameFor(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? otherNamespace : `${otherNamespace} with ${pairs.sort().join(', ')}`;
}

/** Whether the selector names its namespaces one by one. */
function isByName(selector: Selector): boolean {
  if (!('op' in selector))
    return selector.matchExpressions?.some((e) => e.key === nameLabel && e.operator === 'In') ?? false;
  if (selector.op === 'and') return selector.of.some(isByName);
  return selector.op === 'in' && selector.key === nameLabel;
}

/** The fewest labels that a selector is satisfied with. */
function labelsFor(selector: Selector): Record<string, string> {
  if ('op' in selector) return Object.fromEntries(wantedBy(selector));
  const labels: Record<string, string> = { ...selector.matchLabels };
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    if (operator === 'In') labels[key] ??= values[0] ?? '';
    else if (operator === 'Exists') labels[key] ??= 'any';
  }
  return labels;
}

function wantedBy(expression: LabelExpression): Array<[string, string]> {
  switch (expression.op) {
    case 'and':
      return expression.of.flatMap(wantedBy);
    case 'or':
      return expression.of.slice(0, 1).flatMap(wantedBy);
    case 'has':
      return [[expression.key, 'any']];
    case 'in':
      return [[expression.key, expression.values[0] ?? '']];
    case 'all':
    case 'not':
      return [];
    default:
      return [[expression.key, expression.text]];
  }
}

function objectsOf(
  { namespace, labels }: Omit<Witness, 'objects'>,
  number: number,
  madeFor: Selector | undefined,
): KubeObject[] {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `(witness ${number})`, namespace, labels },
    spec: { containers: [{ name: 'main' }] },
  };
  if (madeFor === undefined || isEverything(madeFor)) return [pod];
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: labelsFor(madeFor) } }, pod];
}
