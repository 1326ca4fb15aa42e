/**
 * Which namespaces a comparison of connections has to look into. Two pods whose own objects and policies are the same on
 * both sides connect as before, so policies of namespaces that nothing touched need not be evaluated, and such pairs need
 * not be compared.
 */

import { groupOf, identityOf, type KubeObject } from '../k8s/index.ts';
import { hostCidr, looseCidr } from '../lib/ip.ts';
import { isEqual } from '../lib/is-equal.ts';
import { isMap } from '../lib/is-map.ts';
import { type EvaluateOptions, isPolicy, namespacesHeld, type SourceObject } from '../reach/index.ts';

export interface Touched {
  /** Where a policy, a pod, or the namespace itself differs; `all` where something that policies refer to does. */
  readonly namespaces: ReadonlySet<string> | 'all';
  /** Namespaces of which an object differs whose labels selectors may ask for: its own, or an account. */
  readonly relabelled: ReadonlySet<string>;
  /** Objects of either side that the other side has not, or has otherwise. */
  readonly changed: ReadonlySet<object>;
}

/** Kinds of objects that decide nothing about connections between pods. */
const harmlessGroups = new Set([
  'admissionregistration.k8s.io',
  'kustomize.config.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);
const harmlessCore = new Set([
  'ConfigMap',
  'LimitRange',
  'Node',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'Secret',
  'Service',
]);

/** The objects of both sides: those that are the same are one and the same, so that what is read of them is read once. */
export interface Aligned {
  readonly sides: readonly [readonly SourceObject[], readonly SourceObject[]];
  /** Those of either side that the other has not, or has otherwise. */
  readonly differing: readonly SourceObject[];
}

/** `known`: objects that differ, where the caller has compared all of them already. */
export function align(
  before: readonly SourceObject[],
  after: readonly SourceObject[],
  known?: ReadonlySet<object>,
): Aligned {
  const [older, newer] = [byKey(before), byKey(after)];
  const differing: SourceObject[] = [];
  const same = new Map<SourceObject, SourceObject>();
  for (const [key, source] of older) {
    const other = newer.get(key);
    if (other !== undefined && (known === undefined ? isEqual(source.object, other.object) : !known.has(other.object)))
      same.set(other, source);
    else differing.push(source, ...(other === undefined ? [] : [other]));
  }
  for (const [key, source] of newer) if (!older.has(key)) differing.push(source);
  return { sides: [[...older.values()], [...newer.values()].map((source) => same.get(source) ?? source)], differing };
}

/** Objects of either side that the other has not, or has otherwise. */
export function differingObjects(before: readonly SourceObject[], after: readonly SourceObject[]): ReadonlySet<object> {
  return new Set(align(before, after).differing.map(({ object }) => object));
}

/** `sides`: the objects of both, with what is known of the network plugin of each. */
export function touchedBy(
  differing: readonly SourceObject[],
  sides: ReadonlyArray<{ readonly sources: readonly SourceObject[]; readonly options: EvaluateOptions }>,
): Touched {
  const changed = new Set<object>();
  const namespaces = new Set<string>();
  const relabelled = new Set<string>();
  const wide = new Set<object>();
  let isEverywhere = false;
  for (const source of differing) {
    const { object } = source;
    changed.add(object);
    const group = groupOf(object);
    if (harmlessGroups.has(group) || (group === '' && harmlessCore.has(object.kind))) continue;
    const labelled = group === '' ? labelledNamespace(object) : undefined;
    if (labelled !== undefined) {
      namespaces.add(labelled);
      relabelled.add(labelled);
    } else if (isLocal(group) || isOfNamespace(source)) namespaces.add(object.metadata.namespace ?? 'default');
    else if (isPolicy(source)) wide.add(object);
    else isEverywhere = true;
  }
  if (isEverywhere) return { namespaces: 'all', relabelled, changed };
  if (wide.size > 0) {
    for (const { sources, options } of sides) {
      const held = namespacesHeld(
        sources.filter((source) => !isPolicy(source) || wide.has(source.object)),
        options,
      );
      for (const found of held.values()) for (const namespace of found) namespaces.add(namespace);
    }
  }
  return { namespaces, relabelled, changed };
}

/** The namespace whose pods selectors may see otherwise when the object changes. */
function labelledNamespace({ kind, metadata }: KubeObject): string | undefined {
  if (kind === 'Namespace') return metadata.name;
  return kind === 'ServiceAccount' ? (metadata.namespace ?? 'default') : undefined;
}

/** Every address range that a policy names, whatever its kind calls it. */
export function cidrsIn(sources: readonly SourceObject[]): string[] {
  return [...new Set(sources.flatMap((source) => cidrsOf(source.object)))];
}

/** Kept with the object, because a comparison asks for the same objects several times. */
const knownCidrs = new WeakMap<object, readonly string[]>();

function cidrsOf(object: KubeObject): readonly string[] {
  const group = groupOf(object);
  if (harmlessGroups.has(group) || group === '' || group === 'apps' || group === 'batch') return [];
  const known = knownCidrs.get(object);
  if (known !== undefined) return known;
  const found: string[] = [];
  eachText([object.spec, object.specs], (text) => {
    if (!/^[0-9a-f.:]+(\/\d+)?$/i.test(text)) return;
    // Some kinds write a single address without the length of a prefix.
    const cidr = looseCidr(text) ? text : hostCidr(text);
    if (cidr !== undefined) found.push(cidr);
  });
  knownCidrs.set(object, found);
  return found;
}

function eachText(value: unknown, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value);
  else if (Array.isArray(value)) for (const item of value) eachText(item, visit);
  else if (isMap(value)) for (const key of Object.keys(value)) eachText(value[key], visit);
}

/** The objects without the policies of other namespaces. Policies that may hold pods of any namespace stay. */
export function withoutPoliciesElsewhere(
  sources: readonly SourceObject[],
  namespaces: ReadonlySet<string>,
): readonly SourceObject[] {
  return sources.filter((source) => {
    const { namespace } = source.object.metadata;
    return namespace === undefined || namespaces.has(namespace) || !isOfNamespace(source);
  });
}

/** Policies that hold pods of their own namespace only: those of Kubernetes, Calico and Cilium. */
function isOfNamespace(source: SourceObject): boolean {
  const { kind, metadata } = source.object;
  const isKindOf = kind === 'NetworkPolicy' || kind === 'CiliumNetworkPolicy';
  return isKindOf && metadata.namespace !== undefined && isPolicy(source);
}

/** Groups whose objects matter to pods of their own namespace only: pods, what makes pods, and NetworkPolicy. */
function isLocal(group: string): boolean {
  return group === '' || group === 'apps' || group === 'batch' || group === 'networking.k8s.io';
}

/** As with `kubectl apply`, the last object of a kind and name counts. */
function byKey(sources: readonly SourceObject[]): Map<string, SourceObject> {
  return new Map(sources.map((source) => [identityOf(source.object), source]));
}
