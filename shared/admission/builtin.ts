/**
 * The admission plugins of the API server that matter for placement, storage and runtimes.
 * Sources: kubernetes/kubernetes, plugin/pkg/admission/{runtimeclass,podnodeselector,podtolerationrestriction,
 * storage/storageclass/setdefault} and pkg/quota/v1/evaluator/core.
 */

import type { KubeObject } from '../k8s/index.ts';
import { isEqual } from '../lib/is-equal.ts';
import { isMap } from '../lib/is-map.ts';
import { type Fields, fieldAt, listAt, mapAt, textAt, textMapAt, withField } from './fields.ts';

/** What a plugin makes of an object, or why it refuses it. */
export type Plugged = { readonly object: Fields } | { readonly refused: string } | { readonly cannotSay: string };

const oldClassAnnotation = 'volume.beta.kubernetes.io/storage-class';
const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
const quotaSuffix = '.storageclass.storage.k8s.io/';

/** RuntimeClass: an unknown class is refused; selector and tolerations of a class come on top of the pod's own. */
export function admitRuntimeClass(pod: Fields, classes: ReadonlyMap<string, KubeObject>, knowsAll: boolean): Plugged {
  const name = fieldAt(pod, 'spec', 'runtimeClassName');
  if (name === undefined || name === null) return { object: pod };
  const found = typeof name === 'string' ? classes.get(name) : undefined;
  if (found === undefined)
    return knowsAll || name === '' ? { refused: `There is no RuntimeClass “${String(name)}”.` } : { object: pod };
  const merged = mergeSelector(pod, textMapAt(found, 'scheduling', 'nodeSelector'));
  if (merged === undefined)
    return { refused: `The pod’s node selector contradicts the one of RuntimeClass “${name}”.` };
  const tolerations = listAt(found, 'scheduling', 'tolerations');
  return { object: mergeTolerations(merged, tolerations) };
}

/** RuntimeClass, once nothing changes the pod any more: an overhead is that of its class, or absent. */
export function refusedByOverhead(pod: Fields, classes: ReadonlyMap<string, KubeObject>): string | undefined {
  const overhead = mapAt(pod, 'spec', 'overhead');
  if (Object.keys(overhead).length === 0) return undefined;
  const name = textAt(pod, 'spec', 'runtimeClassName');
  if (name === undefined) return 'The pod has an overhead and no RuntimeClass that brings it.';
  return isEqual(overhead, mapAt(classes.get(name), 'overhead', 'podFixed'))
    ? undefined
    : `The pod’s overhead is not that of RuntimeClass “${name}”.`;
}

/** PodNodeSelector: the namespace's annotation is added to the selector; a pod that contradicts it is refused. */
export function admitPodNodeSelector(pod: Fields, annotations: Readonly<Record<string, string>>): Plugged {
  const text = annotations['scheduler.alpha.kubernetes.io/node-selector'];
  if (text === undefined) return { object: pod };
  const pairs = text.split(',').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=');
    return key.trim() === '' ? [] : [[key.trim(), value.trim()] as const];
  });
  const merged = mergeSelector(pod, Object.fromEntries(pairs));
  return merged === undefined
    ? { refused: 'The pod’s node selector contradicts the one of its namespace (PodNodeSelector).' }
    : { object: merged };
}

/** PodTolerationRestriction: the namespace's default tolerations are added. */
export function admitPodTolerations(pod: Fields, annotations: Readonly<Record<string, string>>): Plugged {
  if (annotations['scheduler.alpha.kubernetes.io/tolerationsWhitelist'] !== undefined)
    return { cannotSay: 'its namespace has a list of permitted tolerations, which is not evaluated' };
  const text = annotations['scheduler.alpha.kubernetes.io/defaultTolerations'];
  if (text === undefined || text === '') return { object: pod };
  let defaults: unknown;
  try {
    defaults = JSON.parse(text);
  } catch {
    return { refused: 'The default tolerations of the namespace are no JSON, so the API server refuses its pods.' };
  }
  return { object: mergeTolerations(pod, Array.isArray(defaults) ? defaults : []) };
}

/** DefaultStorageClass: a claim that names no class, not even "", gets the default of the cluster. */
export function admitDefaultClass(claim: Fields, classes: readonly KubeObject[]): Plugged {
  if (classOfClaim(claim) !== undefined) return { object: claim };
  const defaults = classes.filter((c) => defaultAnnotations.some((a) => c.metadata.annotations?.[a] === 'true'));
  const [first, second] = defaults;
  if (first === undefined) return { object: claim };
  if (second !== undefined)
    return { cannotSay: 'the cluster has several default storage classes, and the newest of them counts' };
  return { object: withField(claim, ['spec', 'storageClassName'], first.metadata.name) };
}

/** The class a claim asks for: the annotation of old times wins over the field. */
function classOfClaim(claim: Fields): string | undefined {
  return textAt(claim, 'metadata', 'annotations', oldClassAnnotation) ?? textAt(claim, 'spec', 'storageClassName');
}

/**
 * ResourceQuota: why one of the quotas leaves no room at all. Quotas above zero always have room here, since nothing is
 * known of what a namespace already holds. A quota with scopes counts only some claims, so it is not relied on.
 */
export function refusedByQuota(quotas: readonly KubeObject[], resource: string, object: Fields): string | undefined {
  const keys = [`count/${resource}`];
  if (resource === 'pods') keys.push('pods');
  if (resource === 'persistentvolumeclaims') {
    const name = classOfClaim(object);
    const prefixes = ['', ...(name === undefined || name === '' ? [] : [`${name}${quotaSuffix}`])];
    keys.push(...prefixes.flatMap((p) => [`${p}persistentvolumeclaims`, `${p}requests.storage`]));
  }
  for (const quota of quotas) {
    if (listAt(quota, 'spec', 'scopes').length > 0 || isMap(fieldAt(quota, 'spec', 'scopeSelector'))) continue;
    const hard = mapAt(quota, 'spec', 'hard');
    const used = keys.find((key) => Object.hasOwn(hard, key) && isZero(hard[key]));
    if (used !== undefined) return `ResourceQuota “${quota.metadata.name}” leaves no room for ${used}.`;
  }
  return undefined;
}

function isZero(quantity: unknown): boolean {
  return (
    quantity === 0 || (typeof quantity === 'string' && /^[+-]?0+(\.0*)?([a-zA-Z]{0,2}|[eE][+-]?\d+)$/.test(quantity))
  );
}

function mergeSelector(pod: Fields, added: Readonly<Record<string, string>>): Fields | undefined {
  const keys = Object.keys(added);
  if (keys.length === 0) return pod;
  const before = textMapAt(pod, 'spec', 'nodeSelector');
  if (keys.some((key) => Object.hasOwn(before, key) && before[key] !== added[key])) return undefined;
  return withField(pod, ['spec', 'nodeSelector'], { ...before, ...added });
}

function mergeTolerations(pod: Fields, added: readonly unknown[]): Fields {
  if (added.length === 0) return pod;
  const before = listAt(pod, 'spec', 'tolerations');
  const known = new Set(before.map((t) => JSON.stringify(t)));
  const fresh = added.filter((t) => !known.has(JSON.stringify(t)));
  return fresh.length === 0 ? pod : withField(pod, ['spec', 'tolerations'], [...before, ...fresh]);
}
