/**
 * What judges pods and everything that makes pods. Pods are what holds; the kinds that make them are judged so that an
 * author sees the refusal where the mistake is.
 */
import type { NamedExpression, ResourceRule } from './zone-admission.ts';

const both = ['CREATE', 'UPDATE'] as const;

/** Every kind of Kubernetes that makes pods. */
export const makersOfPods: readonly ResourceRule[] = [
  { apiGroups: [''], apiVersions: ['*'], operations: both, resources: ['replicationcontrollers'] },
  {
    apiGroups: ['apps'],
    apiVersions: ['*'],
    operations: both,
    resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  },
  { apiGroups: ['batch'], apiVersions: ['*'], operations: both, resources: ['cronjobs', 'jobs'] },
];

/**
 * `variables.pod`: the pod's spec, of a pod or in a template. Controllers update what they own, and an object from before
 * the policy must not become one that nobody can touch: with `variables.isUnchanged` an update is judged only where it
 * changes the pod.
 */
export const podVariables: readonly NamedExpression[] = [
  { name: 'pod', expression: podSpec('object') },
  { name: 'isUnchanged', expression: `request.operation == 'UPDATE' && ${podSpec('oldObject')} == variables.pod` },
];

export function unlessUnchanged(expression: string): string {
  return `variables.isUnchanged || ${expression}`;
}

function podSpec(object: string): string {
  return `(${object}.kind == 'Pod' ? ${object}.spec : ${object}.kind == 'CronJob' ? ${object}.spec.jobTemplate.spec.template.spec : ${object}.spec.template.spec)`;
}
