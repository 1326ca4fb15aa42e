/**
 * Which namespaces a comparison of connections has to look into. Two pods whose own objects and policies are the same on
 * both sides connect as before, so policies of namespaces that nothing touched need not be evaluated.
 */

import type { KubeObject } from '../k8s/index.ts';
import { hostCidr, looseCidr } from '../lib/ip.ts';
import { isEqual } from '../lib/is-equal.ts';
import { networkTier, type Policy, type SourceObject } from '../reach/index.ts';

export interface Touched {
  /** Where a policy, a pod, or the namespace itself differs; `all` where something that holds everywhere does. */
  readonly namespaces: ReadonlySet<string> | 'all';
  /** Namespaces whose own object differs, and with it perhaps the labels that selectors ask for. */
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
  'ServiceAccount',
]);

/** `known`: objects that differ, where the caller has compared all of them already. */
export function touchedBy(
  before: readonly SourceObject[],
  after: readonly SourceObject[],
  known?: ReadonlySet<object>,
): Touched {
  const [older, newer] = [byKey(before), byKey(after)];
  const changed = new Set<object>();
  const namespaces = new Set<string>();
  const relabelled = new Set<string>();
  let isEverywhere = false;
  const note = ({ object }: SourceObject) => {
    changed.add(object);
    const group = groupOf(object.apiVersion);
    if (harmlessGroups.has(group) || (group === '' && harmlessCore.has(object.kind))) return;
    if (group === '' && object.kind === 'Namespace') {
      namespaces.add(object.metadata.name);
      relabelled.add(object.metadata.name);
    } else if (object.metadata.namespace !== undefined && (isLocal(group) || isOfNamespace(object)))
      namespaces.add(object.metadata.namespace);
    else if (isLocal(group)) namespaces.add('default');
    else isEverywhere = true;
  };
  for (const [key, source] of older) {
    const other = newer.get(key);
    const isSame =
      other !== undefined && (known === undefined ? isEqual(source.object, other.object) : !known.has(other.object));
    if (isSame) continue;
    note(source);
    if (other !== undefined) note(other);
  }
  for (const [key, source] of newer) if (!older.has(key)) note(source);
  return { namespaces: isEverywhere ? 'all' : namespaces, relabelled, changed };
}

/** Every address range that a policy names, whatever its kind calls it. */
export function cidrsIn(sources: readonly SourceObject[]): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      // Some kinds write a single address without the length of a prefix.
      const cidr = /^[0-9a-f.:]+(\/\d+)?$/i.test(value) ? (looseCidr(value) ? value : hostCidr(value)) : undefined;
      if (cidr !== undefined) found.add(cidr);
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) walk(inner);
    }
  };
  for (const { object } of sources) {
    const group = groupOf(object.apiVersion);
    if (!harmlessGroups.has(group) && group !== '' && group !== 'apps' && group !== 'batch')
      walk([object.spec, object.specs]);
  }
  return [...found];
}

/** The objects without the policies of namespaces that do not matter. */
export function withoutPoliciesElsewhere(
  sources: readonly SourceObject[],
  namespaces: ReadonlySet<string>,
): readonly SourceObject[] {
  return sources.filter(
    ({ object }) => !isOfNamespace(object) || namespaces.has(object.metadata.namespace ?? 'default'),
  );
}

/**
 * Whether leaving out the policies of a namespace can only make it look more open beside this one. Baseline rules hold
 * where no policy of the namespace does, and allowing rules of other kinds count only together with those of it.
 */
export function canStandAlone({ tier, source }: Policy): boolean {
  return isOfNamespace(source.object) || tier.order < networkTier.order;
}

/** Policies that hold for pods of their own namespace and are all asked together. */
function isOfNamespace({ apiVersion, kind }: KubeObject): boolean {
  const group = groupOf(apiVersion);
  return (
    (group === 'networking.k8s.io' && kind === 'NetworkPolicy') ||
    (group === 'cilium.io' && kind === 'CiliumNetworkPolicy')
  );
}

/** Groups whose objects matter to pods of their own namespace only: pods, what makes pods, and NetworkPolicy. */
function isLocal(group: string): boolean {
  return group === '' || group === 'apps' || group === 'batch' || group === 'networking.k8s.io';
}

/** As with `kubectl apply`, the last object of a kind and name counts. */
function byKey(sources: readonly SourceObject[]): Map<string, SourceObject> {
  return new Map(
    sources.map((source) => {
      const { apiVersion, kind, metadata } = source.object;
      return [`${groupOf(apiVersion)}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`, source];
    }),
  );
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
