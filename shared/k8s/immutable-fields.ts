/**
 * Fields that the API server lets nobody change: an object with another value has to be deleted and made again. Whoever
 * applies it otherwise gets "field is immutable", and nothing of the change takes effect.
 * Sources: kubernetes/kubernetes pkg/apis/{apps,batch,core,networking,node,rbac,scheduling,storage}/validation, storage-classes and
 * volume-attributes-classes docs; kubernetes-sigs/gateway-api apis/v1.
 */
import { isEqual } from '../lib/is-equal.ts';
import { groupOf } from './identity.ts';
import type { KubeObject } from './types.ts';

/** By API group and kind: paths of fields, and the value that counts where the field is absent. */
const immutable: Readonly<Record<string, ReadonlyArray<{ readonly path: string; readonly otherwise?: string }>>> = {
  'storage.k8s.io StorageClass': [
    { path: 'provisioner' },
    { path: 'parameters' },
    { path: 'reclaimPolicy', otherwise: 'Delete' },
    { path: 'volumeBindingMode', otherwise: 'Immediate' },
  ],
  'storage.k8s.io VolumeAttributesClass': [{ path: 'driverName' }, { path: 'parameters' }],
  'storage.k8s.io CSIDriver': [{ path: 'spec.attachRequired' }, { path: 'spec.volumeLifecycleModes' }],
  'node.k8s.io RuntimeClass': [{ path: 'handler' }],
  'apps Deployment': [{ path: 'spec.selector' }],
  'apps DaemonSet': [{ path: 'spec.selector' }],
  'apps ReplicaSet': [{ path: 'spec.selector' }],
  'apps StatefulSet': [
    { path: 'spec.selector' },
    { path: 'spec.serviceName' },
    { path: 'spec.volumeClaimTemplates' },
    { path: 'spec.podManagementPolicy', otherwise: 'OrderedReady' },
  ],
  'batch Job': [
    { path: 'spec.selector' },
    { path: 'spec.template' },
    { path: 'spec.completionMode', otherwise: 'NonIndexed' },
  ],
  'rbac.authorization.k8s.io RoleBinding': [{ path: 'roleRef' }],
  'rbac.authorization.k8s.io ClusterRoleBinding': [{ path: 'roleRef' }],
  'networking.k8s.io IngressClass': [{ path: 'spec.controller' }],
  'gateway.networking.k8s.io GatewayClass': [{ path: 'spec.controllerName' }],
  'scheduling.k8s.io PriorityClass': [{ path: 'value' }, { path: 'preemptionPolicy' }],
  ' PersistentVolumeClaim': [
    { path: 'spec.accessModes' },
    { path: 'spec.storageClassName' },
    { path: 'spec.volumeMode', otherwise: 'Filesystem' },
  ],
  ' ResourceQuota': [{ path: 'spec.scopes' }, { path: 'spec.scopeSelector' }],
  // Only while it is a load balancer, which these objects stay.
  ' Service': [{ path: 'spec.loadBalancerClass' }],
};

/** Paths of the fields of this kind that cannot be changed; empty for kinds whose fields all can. */
export function immutableFields(object: Pick<KubeObject, 'apiVersion' | 'kind'>): readonly string[] {
  return fieldsOf(object).map((f) => f.path);
}

/** Fields that differ and cannot be changed, for two versions of one object; empty where an update does. */
export function replacedFields(before: KubeObject, after: KubeObject): readonly string[] {
  if (before.kind !== after.kind || groupOf(before) !== groupOf(after)) return [];
  return fieldsOf(after)
    .filter(
      ({ path, otherwise }) =>
        !isEqual(valueAt(before, path) ?? otherwise ?? {}, valueAt(after, path) ?? otherwise ?? {}),
    )
    .map((f) => f.path);
}

function fieldsOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>) {
  const key = `${groupOf(object)} ${object.kind}`;
  return Object.hasOwn(immutable, key) ? (immutable[key] ?? []) : [];
}

function valueAt(object: KubeObject, path: string): unknown {
  let at: unknown = object;
  for (const key of path.split('.'))
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}
