/** What tells an object from all others of a cluster. */
import { memoWeak } from '../lib/memo.ts';
import type { KubeObject } from './types.ts';

/** `networking.k8s.io`; empty for the core group. */
export function groupOf({ apiVersion }: Pick<KubeObject, 'apiVersion'>): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}

/**
 * Group, kind, namespace and name: the version of the API is not part of it. A cluster has one object of each, and as with
 * `kubectl apply` the last one counts. Kept with the object, because a comparison asks several times for each.
 */
export const identityOf = memoWeak((object: KubeObject): string => {
  const { kind, metadata } = object;
  return [groupOf(object), kind, metadata.namespace ?? '', metadata.name].join('\u0000');
});
