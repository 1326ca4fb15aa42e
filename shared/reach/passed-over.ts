/**
 * What the engine does not judge, said once per kind: policies of other projects, without which the answer may be wrong,
 * and kinds it does not know.
 */
import { groupOf } from '../k8s/index.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import { position, type SourceObject } from './cluster.ts';
import { dialects } from './dialects/registry.ts';

export function passedOver(sources: readonly SourceObject[]): Problem[] {
  const byKind = new Map<string, SourceObject[]>();
  for (const source of sources) {
    if (dialects.some((dialect) => dialect.reads(source) || dialect.refersTo?.(source) === true)) continue;
    const { apiVersion, kind } = source.object;
    if (!isPolicy(kind) && isKubernetes(apiVersion)) continue;
    const known = byKind.get(`${apiVersion} ${kind}`);
    if (known === undefined) byKind.set(`${apiVersion} ${kind}`, [source]);
    else known.push(source);
  }
  return sortBy(byKind, ([key]) => key).flatMap(([, [first, ...more]]): Problem[] => {
    if (first === undefined) return [];
    const { apiVersion, kind, metadata } = first.object;
    const count = more.length === 0 ? 'One object' : `${more.length + 1} objects`;
    const common = {
      ...position(first),
      subject: { kind, id: metadata.name },
      fixable: false,
    };
    return isPolicy(kind)
      ? [
          {
            rule: 'manifest/policy-not-judged',
            severity: 'warning',
            message: `${count} of kind ${kind} (${apiVersion}) cannot be judged and ${more.length === 0 ? 'is' : 'are'} passed over, so the cluster may allow more or less than this answer. Judged are NetworkPolicy, ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy and the policies of Cilium and Calico; check the others by hand.`,
            ...common,
          },
        ]
      : [
          {
            rule: 'manifest/unknown-kind',
            severity: 'info',
            message: `${count} of kind ${kind} (${apiVersion}) ${more.length === 0 ? 'is' : 'are'} passed over, because the kind is not known here. If it makes pods, add their workloads to the input.`,
            ...common,
          },
        ];
  });
}

function isPolicy(kind: string): boolean {
  return /NetworkPolicy$/.test(kind) || kind === 'AuthorizationPolicy';
}

/** Groups of Kubernetes itself have no dot or end in .k8s.io. */
function isKubernetes(apiVersion: string): boolean {
  const group = groupOf({ apiVersion });
  return !group.includes('.') || group.endsWith('.k8s.io');
}
