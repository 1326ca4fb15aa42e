/**
 * Admission policies (admissionregistration.k8s.io) with their bindings, read from manifests. Without a binding a policy
 * does nothing, and a binding refuses nothing unless its actions say Deny.
 * Source: kubernetes/apiserver, pkg/admission/plugin/policy.
 */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { sortBy } from '../lib/sort.ts';
import type { CelEvaluator, Evaluated, Variable } from './cel.ts';
import { type Fields, fieldAt, listAt, mapAt, textAt, textMapAt, textsAt } from './fields.ts';
import { isEmptySelector, type ResourceAsked, rulesPick, selectorPicks } from './selector.ts';

export interface Policy {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Fields;
  readonly bindings: readonly Binding[];
}

interface Binding {
  readonly name: string;
  readonly spec: Fields;
}

export interface Asked extends ResourceAsked {
  /** Labels of the object's namespace; of a Namespace its own. Undefined for other objects without a namespace. */
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
  readonly object: Fields;
}

/** How a policy stands to a request, before its conditions and expressions are looked at. */
export type Standing =
  | { readonly kind: 'holds' }
  /** `other-resource`: it judges something else. `not-bound`: no binding picks the namespace. */
  | { readonly kind: 'other-resource' | 'not-bound' }
  /** Bound, but only to warn or to write into the audit log. */
  | { readonly kind: 'not-denying'; readonly actions: readonly string[] }
  | { readonly kind: 'cannot-say'; readonly reason: string };

/** In the order of their names, as the API server has no other. */
export function readPolicies(objects: readonly KubeObject[], kind: 'Validating' | 'Mutating'): Policy[] {
  const bindings = objects
    .filter((o) => o.kind === `${kind}AdmissionPolicyBinding`)
    .map((o): Binding => ({ name: o.metadata.name, spec: mapAt(o, 'spec') }));
  return sortBy(
    objects
      .filter((o) => o.kind === `${kind}AdmissionPolicy`)
      .map((o) => ({
        name: o.metadata.name,
        labels: o.metadata.labels ?? {},
        spec: mapAt(o, 'spec'),
        bindings: bindings.filter((b) => textAt(b.spec, 'policyName') === o.metadata.name),
      })),
    (p) => p.name,
  );
}

export function standing(policy: Policy, asked: Asked, mustDeny: boolean): Standing {
  const { spec } = policy;
  if (!matches(mapAt(spec, 'matchConstraints'), asked, true)) return { kind: 'other-resource' };
  const bound = policy.bindings.filter((b) => matches(mapAt(b.spec, 'matchResources'), asked, false));
  if (bound.length === 0) return { kind: 'not-bound' };
  const actions = (b: Binding) => textsAt(b.spec, 'validationActions') ?? [];
  const deciding = mustDeny ? bound.filter((b) => actions(b).includes('Deny')) : bound;
  if (deciding.length === 0) return { kind: 'not-denying', actions: bound.flatMap(actions) };
  const unsure = unsureOf(policy, deciding);
  return unsure === undefined ? { kind: 'holds' } : { kind: 'cannot-say', reason: unsure };
}

/**
 * Whether the request meets all `matchConditions`: one that is false decides, before one that fails. They are looked at
 * before the variables of the policy exist.
 */
export function meetsConditions(
  evaluator: CelEvaluator,
  policy: Policy,
  scope: Readonly<Record<string, unknown>>,
): Evaluated {
  const results = listAt(policy.spec, 'matchConditions').map((condition) =>
    evaluator.evaluate(textAt(condition, 'expression') ?? '', scope),
  );
  const isFalse = results.some((r) => r.kind === 'value' && !r.value);
  if (isFalse) return { kind: 'value', value: false };
  return (
    results.find((r) => r.kind === 'cannot-say') ??
    results.find((r) => r.kind === 'error') ?? { kind: 'value', value: true }
  );
}

/** The scope of a policy's expressions, its variables included. */
export function withVariables(
  evaluator: CelEvaluator,
  policy: Policy,
  scope: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const list = listAt(policy.spec, 'variables').map(
    (v): Variable => ({ name: textAt(v, 'name') ?? '', expression: textAt(v, 'expression') ?? '' }),
  );
  return list.length === 0 ? scope : { ...scope, variables: evaluator.variables(list, scope) };
}

/** Gives for a namespace the names of the validating policies that may refuse what is made in it, by its labels. */
export function denyingPolicies(objects: readonly KubeObject[]): (namespace: KubeObject) => string[] {
  const policies = readPolicies(objects, 'Validating');
  return ({ metadata }) => {
    const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
    const picks = (match: Fields) => selectorPicks(fieldAt(match, 'namespaceSelector'), labels);
    return policies
      .filter(
        ({ spec, bindings }) =>
          picks(mapAt(spec, 'matchConstraints')) &&
          bindings.some(
            (b) =>
              (textsAt(b.spec, 'validationActions') ?? []).includes('Deny') && picks(mapAt(b.spec, 'matchResources')),
          ),
      )
      .map((policy) => policy.name);
  };
}

/** Every expression of a policy, to see what of a request it can read. */
export function expressionsOf(policy: Policy): string[] {
  const { spec } = policy;
  return ['matchConditions', 'variables', 'validations'].flatMap((list) =>
    listAt(spec, list).flatMap((entry) => textAt(entry, 'expression') ?? []),
  );
}

/** With `isFail` an expression that fails refuses the request, which is the default. */
export function isFail(policy: Policy): boolean {
  return textAt(policy.spec, 'failurePolicy') !== 'Ignore';
}

/** `matchConstraints` of a policy, which needs rules, or `matchResources` of a binding, which may have none. */
function matches(match: Fields, asked: Asked, needsRules: boolean): boolean {
  const rules = listAt(match, 'resourceRules');
  if (needsRules || rules.length > 0) if (!rulesPick(rules, asked)) return false;
  if (rulesPick(listAt(match, 'excludeResourceRules'), asked)) return false;
  // Objects without a namespace, other than namespaces themselves, pass every namespaceSelector.
  if (asked.namespaceLabels !== undefined && !selectorPicks(fieldAt(match, 'namespaceSelector'), asked.namespaceLabels))
    return false;
  return selectorPicks(fieldAt(match, 'objectSelector'), textMapAt(asked.object, 'metadata', 'labels'));
}

/** What keeps us from saying what a policy does, in words; undefined for the forms that are understood. */
function unsureOf(policy: Policy, bindings: readonly Binding[]): string | undefined {
  if (isMap(policy.spec.paramKind) || bindings.some((b) => isMap(b.spec.paramRef)))
    return `policy “${policy.name}” takes parameters from other objects`;
  const selectors = [
    fieldAt(policy.spec, 'matchConstraints', 'objectSelector'),
    ...bindings.map((b) => fieldAt(b.spec, 'matchResources', 'objectSelector')),
  ];
  if (!selectors.every(isEmptySelector))
    return `policy “${policy.name}” looks at labels that whoever makes the object can choose`;
  return undefined;
}
