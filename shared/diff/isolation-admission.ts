/** What the admission policies of Kubernetes itself refuse, by how they are bound and by what they ask. */

import type { KubeObject } from '../k8s/index.ts';
import { at, type Facts, gone, isEmptySelector, list, printOf, push, standingOf, text } from './object-facts.ts';

export function admissionFacts(facts: Facts, objects: readonly KubeObject[]): void {
  const bindings = new Map<string, KubeObject[]>();
  for (const object of objects)
    if (object.kind.endsWith('AdmissionPolicyBinding')) push(bindings, text(at(object, 'spec', 'policyName')), object);
  for (const object of objects)
    if (object.kind.endsWith('AdmissionPolicy')) admission(facts, object, bindings.get(object.metadata.name) ?? []);
}

/** A policy without a binding, one that only warns, and one that lets through what it cannot judge are weaker. */
function admission(facts: Facts, object: KubeObject, bindings: readonly KubeObject[]): void {
  const isMutating = object.kind === 'MutatingAdmissionPolicy';
  const denies = bindings.some((b) => isMutating || list(at(b, 'spec', 'validationActions')).includes('Deny'));
  const fails = (text(at(object, 'spec', 'failurePolicy')) || 'Fail') === 'Fail';
  const validations = list(at(object, 'spec', 'validations'));
  const count = validations.length;
  // Each rule that Zonewright writes keeps something out; what rules of others do is told by trying them.
  const counted = facts.context.zoneOf === undefined ? 0 : count;
  facts.add({
    key: ['admission', object.kind, object.metadata.name],
    absent: gone,
    // What Zonewright wrote itself is told by the records it was written from.
    ...(facts.context.zoneOf === undefined
      ? { print: textOfRules(object, bindings), asks: validations.map((rule) => text(at(rule, 'expression'))) }
      : {}),
    ...standingOf(
      [
        { when: bindings.length === 0, rank: 1, state: 'it is bound to nothing, so it judges nothing' },
        { when: !denies, rank: 2, state: 'it only warns' },
        { when: !fails, rank: 3, state: 'it lets through what it cannot judge' },
        { when: isMutating, rank: 4, state: 'it is bound' },
      ],
      { rank: 4 + counted, state: `it refuses by ${count} ${count === 1 ? 'rule' : 'rules'}` },
    ),
    subject: { kind: object.kind, id: object.metadata.name },
    title: `${object.kind} ${object.metadata.name}`,
    about: 'strength',
    sources: [object, ...bindings],
  });
}

/** Whom an admission policy asks, and by what, without words for people and without what an API server fills in. */
function textOfRules(policy: KubeObject, bindings: readonly KubeObject[]): string {
  const selectors = (match: unknown) =>
    ['namespaceSelector', 'objectSelector'].map((key) => (isEmptySelector(at(match, key)) ? null : at(match, key)));
  const rules = list(at(policy, 'spec', 'matchConstraints', 'resourceRules'));
  return printOf([
    ['matchConditions', 'variables'].map((part) =>
      list(at(policy, 'spec', part)).map((rule) => at(rule, 'expression')),
    ),
    at(policy, 'spec', 'mutations'),
    rules.map((rule) => ['apiGroups', 'operations', 'resources'].map((part) => at(rule, part))),
    selectors(at(policy, 'spec', 'matchConstraints')),
    bindings.map((binding) => [selectors(at(binding, 'spec', 'matchResources')), at(binding, 'spec', 'paramRef')]),
  ]);
}
