/**
 * Policies of Kyverno as guard rails: which rules there are, whether they refuse, and whom they leave out. What their
 * patterns ask is not evaluated.
 * Source: kyverno/kyverno api/kyverno/v1 (spec_types.go, rule_types.go), api/kyverno/v2 (policy_exception_types.go),
 * api/policies.kyverno.io.
 */
import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { Guard } from './guard.ts';
import { at, type Facts, gone, list, printOf, standingOf, text } from './object-facts.ts';

export function kyvernoFacts(facts: Facts, objects: readonly KubeObject[]): void {
  for (const object of objects) {
    const { apiVersion, kind } = object;
    if (apiVersion.startsWith('kyverno.io/') && /^(Cluster)?Policy$/.test(kind)) rules(facts, object);
    else if (apiVersion.startsWith('policies.kyverno.io/') && /Policy$/.test(kind)) policy(facts, object);
    else if (/^(policies\.)?kyverno\.io\//.test(apiVersion) && kind === 'PolicyException') exception(facts, object);
  }
}

function rules(facts: Facts, object: KubeObject): void {
  const spec = at(object, 'spec');
  const isIgnoring = [at(spec, 'failurePolicy'), at(spec, 'webhookConfiguration', 'failurePolicy')].includes('Ignore');
  for (const rule of list(at(spec, 'rules'))) {
    const { name, match, exclude, ...body } = isMap(rule) ? rule : {};
    const doing = ['validate', 'verifyImages'].find((key) => body[key] !== undefined);
    const checks = doing === undefined ? [] : Array.isArray(body[doing]) ? body[doing] : [body[doing]];
    const isEnforced = (check: unknown) => {
      const action = text(at(check, 'failureAction')) || text(at(spec, 'validationFailureAction'));
      return action.toLowerCase() === 'enforce';
    };
    const guard = new Guard(facts, {
      ...whole(object, 'rule', text(name)),
      ...standing({
        isOff: at(spec, 'admission') === false,
        isReporting: !checks.every(isEnforced),
        isIgnoring,
        isRefusing: doing !== undefined,
      }),
      print: printOf(withoutKeys(body, /^failureAction(Overrides)?$/)),
    });
    for (const filter of filtersOf(match)) for (const what of wordsOf(filter)) guard.judges(what);
    for (const filter of filtersOf(exclude)) for (const what of wordsOf(filter)) guard.leavesOut(what);
    const overrides = [
      at(spec, 'validationFailureActionOverrides'),
      ...checks.map((c) => at(c, 'failureActionOverrides')),
    ];
    for (const override of overrides.flatMap(list)) {
      if (text(at(override, 'action')).toLowerCase() !== 'audit') continue;
      const named = list(at(override, 'namespaces'));
      for (const namespace of named) guard.leavesOut(`namespace ${String(namespace)}, of which it only reports`);
      const selector = at(override, 'namespaceSelector');
      if (selector !== undefined) guard.leavesOut(`namespaces with ${printOf(selector)}, of which it only reports`);
    }
  }
}

function standing(is: Record<'isOff' | 'isReporting' | 'isIgnoring' | 'isRefusing', boolean>) {
  return standingOf(
    [
      { when: is.isOff, rank: 1, state: 'it judges nothing that is admitted' },
      { when: is.isReporting, rank: 2, state: 'it only reports' },
      { when: is.isIgnoring, rank: 3, state: 'it lets through what it cannot judge' },
      { when: is.isRefusing, rank: 4, state: 'it refuses' },
    ],
    { rank: 4, state: 'it is there' },
  );
}

/** `any` or `all` of some filters, or one filter as it stands. */
function filtersOf(match: unknown): readonly unknown[] {
  if (!isMap(match)) return [];
  const { any, all, ...plain } = match;
  if (all !== undefined) return [{ all }];
  return any === undefined ? (Object.keys(plain).length === 0 ? [] : [plain]) : list(any);
}

/** Each kind in each namespace by itself, so that one that is gone from a list is told. */
function wordsOf(filter: unknown): string[] {
  const { resources, ...others } = isMap(filter) ? filter : {};
  const { kinds, namespaces, ...more } = isMap(resources) ? resources : {};
  const rest = { ...more, ...others };
  const where = Object.keys(rest).length === 0 ? '' : ` where ${printOf(rest)}`;
  const places = list(namespaces).map((namespace) => ` in namespace ${String(namespace)}`);
  return (Array.isArray(kinds) ? kinds : ['any kind']).flatMap((kind) =>
    (places.length === 0 ? [''] : places).map((place) => `${String(kind)}${place}${where}`),
  );
}

/** The policies in CEL: ValidatingPolicy, ImageValidatingPolicy and others, also of one namespace. */
function policy(facts: Facts, object: KubeObject): void {
  const { spec } = object;
  const actions = at(spec, 'validationActions');
  const {
    matchConstraints,
    validationActions: _,
    failurePolicy: __,
    evaluation: ___,
    ...body
  } = isMap(spec) ? spec : {};
  const guard = new Guard(facts, {
    ...whole(object),
    ...standing({
      isOff: at(spec, 'evaluation', 'admission', 'enabled') === false,
      isReporting: Array.isArray(actions) && !actions.includes('Deny'),
      isIgnoring: at(spec, 'failurePolicy') === 'Ignore',
      isRefusing: true,
    }),
    print: printOf(body),
  });
  for (const rule of list(at(matchConstraints, 'resourceRules')))
    for (const resource of list(at(rule, 'resources')))
      for (const operation of list(at(rule, 'operations'))) guard.judges(`${String(operation)} of ${String(resource)}`);
  guard.selects('namespaces', at(matchConstraints, 'namespaceSelector'));
  guard.selects('objects', at(matchConstraints, 'objectSelector'));
}

function exception(facts: Facts, object: KubeObject): void {
  const exceptions = list(at(object, 'spec', 'exceptions')).flatMap((entry) => {
    const names = list(at(entry, 'ruleNames')).map(String);
    return names.map((rule) => `rule ${rule} of ${text(at(entry, 'policyName'))}`);
  });
  const refs = list(at(object, 'spec', 'policyRefs')).map(
    (entry) => `${text(at(entry, 'kind'))} ${text(at(entry, 'name'))}`,
  );
  for (const what of [...exceptions, ...refs])
    facts.add({
      ...whole(object, 'exempts', what),
      rank: 0,
      state: `it exempts from ${what}`,
      absent: { rank: 1, state: 'it does not', anywhere: true },
      print: printOf(object.spec),
    });
}

function whole(object: KubeObject, part = '', name = '') {
  const { namespace } = object.metadata;
  const id = [namespace, object.metadata.name].filter((p) => p !== undefined).join('/');
  return {
    key: ['kyverno', object.kind, id, part, name],
    absent: gone,
    subject: { kind: object.kind, id },
    title: `${object.kind} ${id}${part === 'rule' ? `, rule ${name}` : ''}`,
    ...(namespace !== undefined && { namespace }),
    about: 'strength' as const,
    sources: [object],
  };
}

function withoutKeys(value: unknown, keys: RegExp): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, keys));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (keys.test(key) ? [] : [[key, withoutKeys(inner, keys)]])),
  );
}
