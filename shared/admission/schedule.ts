/**
 * On which nodes a pod can run once it is admitted. Resources, affinity and spread can only narrow this, so they are not
 * looked at: the answer is never too small.
 * Sources: kube-scheduler plugins NodeAffinity and TaintToleration; kubelet, pkg/kubelet/lifecycle/predicate.go.
 */
import { fieldAt, listAt, textAt, textMapAt } from './fields.ts';
import type { NodeGroup, Taint } from './nodes.ts';

/** Names of the groups. */
export function groupsFor(pod: unknown, groups: readonly NodeGroup[]): string[] {
  const selector = Object.entries(textMapAt(pod, 'spec', 'nodeSelector'));
  const tolerations = listAt(pod, 'spec', 'tolerations');
  const named = textAt(pod, 'spec', 'nodeName') ?? '';
  // A named node goes past the scheduler. Its kubelet still wants the selector to fit, and heeds only NoExecute.
  const effects = named === '' ? ['NoSchedule', 'NoExecute'] : ['NoExecute'];
  return groups
    .filter((group) => named === '' || named === group.name)
    .filter((group) =>
      selector.every(([key, value]) => Object.hasOwn(group.labels, key) && group.labels[key] === value),
    )
    .filter((group) =>
      group.taints.every((taint) => !effects.includes(taint.effect) || tolerations.some((t) => tolerates(t, taint))),
    )
    .map((group) => group.name);
}

/** Operators that compare numbers count as tolerating: the answer is never too small. */
function tolerates(toleration: unknown, taint: Taint): boolean {
  const effect = textAt(toleration, 'effect') ?? '';
  const key = textAt(toleration, 'key') ?? '';
  const operator = textAt(toleration, 'operator') ?? 'Equal';
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Equal') return key !== '' && (textAt(toleration, 'value') ?? '') === taint.value;
  return true;
}

/** Pods that a workload object makes: the pod itself, or the template with the labels of its kind. */
export function podOf(workload: unknown): { readonly metadata: unknown; readonly spec: unknown } | undefined {
  const kind = textAt(workload, 'kind');
  if (kind === 'Pod') return { metadata: fieldAt(workload, 'metadata'), spec: fieldAt(workload, 'spec') };
  const template =
    kind === 'CronJob'
      ? fieldAt(workload, 'spec', 'jobTemplate', 'spec', 'template')
      : fieldAt(workload, 'spec', 'template');
  const spec = fieldAt(template, 'spec');
  return spec === undefined ? undefined : { metadata: fieldAt(template, 'metadata'), spec };
}
