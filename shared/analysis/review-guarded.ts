/** Namespaces whose labels changed: which admission policies judge what is in them, and which do no longer. */
import { denyingPolicies } from '../admission/index.ts';
import type { FactChange, IsolationFact, ObjectChange } from '../diff/index.ts';
import type { KubeObject } from '../k8s/index.ts';

/** `objectsOf` gives the newer objects of a cluster; its policies are asked about the labels of both sides. */
export function guardedNamespaces(
  changes: readonly ObjectChange[],
  objectsOf: (cluster: string) => readonly KubeObject[],
): FactChange[] {
  return changes.flatMap(({ id, before, after }) => {
    if (id.kind !== 'Namespace' || before === undefined || after === undefined) return [];
    const denying = denyingPolicies(objectsOf(id.cluster ?? ''));
    const had = new Set(denying(before.object));
    const has = new Set(denying(after.object));
    const fact = (policy: string, isJudged: boolean): IsolationFact => ({
      key: `${id.cluster ?? ''}/guarded/${id.name}/${policy}`,
      rank: isJudged ? 1 : 0,
      state: isJudged
        ? `what is made in it is judged by ValidatingAdmissionPolicy ${policy}`
        : `its labels keep it from being judged by ValidatingAdmissionPolicy ${policy}`,
      subject: { kind: 'Namespace', id: id.name },
      title: `Namespace ${id.name}`,
      namespace: id.name,
      zones: [],
      grade: 'high',
      about: 'strength',
      sources: [before.object, after.object],
    });
    return [...new Set([...had, ...has])]
      .filter((policy) => had.has(policy) !== has.has(policy))
      .map((policy) => ({
        before: fact(policy, had.has(policy)),
        after: fact(policy, has.has(policy)),
        way: has.has(policy) ? ('gain' as const) : ('loss' as const),
      }));
  });
}
