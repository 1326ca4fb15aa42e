/**
 * Fields that the API server refuses to change, so that a changed object has to be deleted and made again. From the
 * validation of updates in Kubernetes 1.37 (pkg/apis/*\/validation) and the API reference of each kind.
 */
import type { FieldChange } from './entry.ts';

/** By group and kind; a path stands for all that is below it. `!` names what may change where the rest may not. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': ['spec.selector'],
  'apps/ReplicaSet': ['spec.selector'],
  'apps/DaemonSet': ['spec.selector'],
  'apps/StatefulSet': [
    'spec',
    ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'minReadySeconds'].map(
      (field) => `!spec.${field}`,
    ),
    '!spec.persistentVolumeClaimRetentionPolicy',
  ],
  'batch/Job': ['spec.selector', 'spec.template', 'spec.completionMode', 'spec.podFailurePolicy', 'spec.successPolicy'],
  '/PersistentVolumeClaim': ['spec', '!spec.resources', '!spec.volumeAttributesClassName'],
  '/PersistentVolume': ['spec.csi', 'spec.nfs', 'spec.local', 'spec.nodeAffinity', 'spec.volumeMode'],
  '/Pod': [
    'spec',
    ...['activeDeadlineSeconds', 'terminationGracePeriodSeconds', 'tolerations', 'schedulingGates'].map(
      (field) => `!spec.${field}`,
    ),
  ],
  '/Service': ['spec.clusterIP'],
  '/Secret': ['type'],
  'storage.k8s.io/StorageClass': ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
  'storage.k8s.io/CSIDriver': ['spec.attachRequired', 'spec.volumeLifecycleModes'],
  'storage.k8s.io/VolumeAttributesClass': ['driverName', 'parameters'],
  'node.k8s.io/RuntimeClass': ['handler'],
  'scheduling.k8s.io/PriorityClass': ['value', 'preemptionPolicy'],
  'networking.k8s.io/IngressClass': ['spec.controller'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
};

/** The changed fields that nobody may change, as paths: `spec.selector.matchLabels.app`. */
export function immutableFields(apiVersion: string, kind: string, fields: readonly FieldChange[]): string[] {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const rules = immutable[`${group}/${kind}`] ?? [];
  const covers = (rule: string, path: string) => path === rule || path.startsWith(`${rule}.`);
  return fields
    .map((field) => field.path.join('.'))
    .filter(
      (path) =>
        rules.some((rule) => !rule.startsWith('!') && covers(rule, path)) &&
        !rules.some((rule) => rule.startsWith('!') && covers(rule.slice(1), path)),
    );
}
