/**
 * What a set of manifests admits, as an API server decides it: its own plugins and mutating policies change the object, a
 * change runs the plugins again, then validating policies, Pod Security and quotas judge. Knows Kubernetes objects only.
 */
import type { KubeObject } from '../k8s/index.ts';
import {
  admitDefaultClass,
  admitPodNodeSelector,
  admitPodTolerations,
  admitRuntimeClass,
  type Plugged,
  refusedByOverhead,
  refusedByQuota,
} from './builtin.ts';
import { CelEvaluator, type Evaluated } from './cel.ts';
import { type Fields, listAt, mapAt, textAt } from './fields.ts';
import { mutate } from './mutation.ts';
import { enforceLabel, refusedByPodSecurity } from './pod-security.ts';
import {
  expressionsOf,
  isFail,
  meetsConditions,
  type Policy,
  readPolicies,
  type Standing,
  standing,
  withVariables,
} from './policy.ts';
import { type AdmissionRequest, askedOf, type Namespaces, namespaceLabels, scopeOf } from './request.ts';
import { selectorPicks } from './selector.ts';

export interface AdmissionOptions {
  /** Admission plugins that are on beside those that always are: PodNodeSelector, PodTolerationRestriction. */
  readonly plugins?: readonly string[];
}

export interface Verdict {
  readonly outcome: 'admitted' | 'refused' | 'cannot-say';
  /** The object after mutation. */
  readonly object: Fields;
  /** Why it is refused, as the API server would say it. */
  readonly messages: readonly string[];
  /** Why nothing can be said: what stands in the way, without a period. */
  readonly reasons: readonly string[];
}

/** The policies that could judge a kind of object in a namespace, by what becomes of them there. */
export interface Judges {
  readonly denying: readonly string[];
  /** Bound without Deny, with their actions: `name (Audit)`. */
  readonly notDenying: readonly string[];
  readonly notBound: ReadonlyArray<{ readonly name: string; readonly labels: Readonly<Record<string, string>> }>;
}

export interface Admission {
  readonly runtimeClasses: readonly string[];
  readonly storageClasses: readonly string[];
  /** VolumeAttributesClasses. */
  readonly attributesClasses: readonly string[];
  admit(request: AdmissionRequest): Verdict;
  judges(request: Omit<AdmissionRequest, 'object'>): Judges;
  /** Labels of a namespace, with the one that the API server adds; only that one for a namespace that is not there. */
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
  /** Equal for namespaces in which every request has the same verdict, whatever their names. */
  classOf(namespace: string): string;
}

export function admissionOf(objects: readonly KubeObject[], { plugins = [] }: AdmissionOptions = {}): Admission {
  const evaluator = new CelEvaluator();
  const validating = readPolicies(objects, 'Validating');
  const mutating = readPolicies(objects, 'Mutating');
  const ofKind = (kind: string) => objects.filter((o) => o.kind === kind);
  const namespaces: Namespaces = new Map(ofKind('Namespace').map((n) => [n.metadata.name, n]));
  const runtimeClasses = new Map(ofKind('RuntimeClass').map((c) => [c.metadata.name, c]));
  const storageClasses = ofKind('StorageClass');
  const quotas = new Map<string, KubeObject[]>();
  for (const quota of ofKind('ResourceQuota')) {
    const namespace = quota.metadata.namespace ?? '';
    quotas.set(namespace, [...(quotas.get(namespace) ?? []), quota]);
  }
  const all = [...validating, ...mutating].map((policy) => ({
    policy,
    readsName: expressionsOf(policy).some((e) => namesNamespace.test(e)),
  }));

  const plug = (request: AdmissionRequest, object: Fields): Plugged => {
    if (request.operation !== 'CREATE' || (request.group ?? '') !== '') return { object };
    const annotations = namespaces.get(request.namespace ?? '')?.metadata.annotations ?? {};
    const steps: Array<(o: Fields) => Plugged> = [];
    if (request.resource === 'persistentvolumeclaims') steps.push((o) => admitDefaultClass(o, storageClasses));
    if (request.resource === 'pods') {
      if (plugins.includes('PodNodeSelector')) steps.push((o) => admitPodNodeSelector(o, annotations));
      if (plugins.includes('PodTolerationRestriction')) steps.push((o) => admitPodTolerations(o, annotations));
      steps.push((o) => admitRuntimeClass(o, runtimeClasses, request.ifClassExisted !== true));
    }
    return steps.reduce<Plugged>((so, step) => ('object' in so ? step(so.object) : so), { object });
  };

  const settle = (request: AdmissionRequest): Plugged => {
    const round = (object: Fields, again: boolean) =>
      changedBy(mutating, { evaluator, namespaces, request }, object, again);
    const first = plug(request, request.object);
    if (!('object' in first)) return first;
    const changed = round(first.object, false);
    if (!('object' in changed) || changed.object === first.object) return changed;
    const again = plug(request, changed.object);
    return 'object' in again ? round(again.object, true) : again;
  };

  const admit = (request: AdmissionRequest): Verdict => {
    const settled = settle(request);
    if ('refused' in settled)
      return { outcome: 'refused', object: request.object, messages: [settled.refused], reasons: [] };
    if ('cannotSay' in settled)
      return { outcome: 'cannot-say', object: request.object, messages: [], reasons: [settled.cannotSay] };
    const { object } = settled;
    const asked = askedOf(namespaces, request, object);
    const messages: string[] = [];
    const reasons: string[] = [];
    let scope: Readonly<Record<string, unknown>> | undefined;
    for (const policy of validating) {
      const stands = standing(policy, asked, true);
      if (stands.kind === 'cannot-say') reasons.push(stands.reason);
      if (stands.kind !== 'holds') continue;
      scope ??= scopeOf(namespaces, request, object);
      judge(evaluator, policy, scope, messages, reasons);
    }
    const labels = asked.namespaceLabels ?? {};
    if (request.resource === 'pods' && request.operation === 'CREATE') {
      const refusals = [refusedByPodSecurity(object, labels), refusedByOverhead(object, runtimeClasses)];
      messages.push(...refusals.filter((r) => r !== undefined));
    }
    const quota = refusedByQuota(quotas.get(request.namespace ?? '') ?? [], request.resource, object);
    if (quota !== undefined) messages.push(quota);
    // One refusal is enough, whatever the policies say of which nothing is known.
    const outcome = messages.length > 0 ? 'refused' : reasons.length > 0 ? 'cannot-say' : 'admitted';
    return { outcome, object, messages, reasons };
  };

  return {
    runtimeClasses: [...runtimeClasses.keys()].sort(),
    storageClasses: storageClasses.map((c) => c.metadata.name).sort(),
    attributesClasses: ofKind('VolumeAttributesClass')
      .map((c) => c.metadata.name)
      .sort(),
    admit,
    judges: (request) => {
      const asked = askedOf(namespaces, request, {});
      const found = validating.map((policy) => ({ policy, stands: standing(policy, asked, true) }));
      const standingAs = (kind: Standing['kind']) => found.filter((f) => f.stands.kind === kind).map((f) => f.policy);
      return {
        denying: [...standingAs('holds'), ...standingAs('cannot-say')].map((p) => p.name).sort(),
        notDenying: found.flatMap(({ policy, stands }) =>
          stands.kind === 'not-denying' ? [`${policy.name} (${stands.actions.join(', ') || 'no action'})`] : [],
        ),
        notBound: standingAs('not-bound').map(({ name, labels }) => ({ name, labels })),
      };
    },
    namespaceLabels: (name) => namespaceLabels(name, namespaces.get(name)),
    classOf: (name) => {
      const namespace = namespaces.get(name);
      const labels = namespaceLabels(name, namespace);
      const bits = all.flatMap(({ policy, readsName }) =>
        policy.bindings.map((b) => (!picksNamespace(policy, b, labels) ? '0' : readsName ? `(${name})` : '1')),
      );
      const hard = (quotas.get(name) ?? []).map((q) => mapAt(q, 'spec'));
      return JSON.stringify([bits.join(''), namespace?.metadata.annotations ?? {}, labels[enforceLabel] ?? '', hard]);
    },
  };
}

/** What lets an expression tell one namespace from another. */
const namesNamespace = /\bnamespaceObject\b|\brequest\s*\.\s*namespace\b|\bmetadata\s*\.\s*(__)?namespace\b/;

/** One round of the mutating policies; `again` is for those that want to see what others changed after them. */
function changedBy(
  policies: readonly Policy[],
  {
    evaluator,
    namespaces,
    request,
  }: { readonly evaluator: CelEvaluator; readonly namespaces: Namespaces; readonly request: AdmissionRequest },
  start: Fields,
  again: boolean,
): Plugged {
  let object = start;
  for (const policy of policies) {
    if (again && textAt(policy.spec, 'reinvocationPolicy') !== 'IfNeeded') continue;
    const stands = standing(policy, askedOf(namespaces, request, object), false);
    if (stands.kind === 'cannot-say') return { cannotSay: stands.reason };
    if (stands.kind !== 'holds') continue;
    const met = meetsConditions(evaluator, policy, scopeOf(namespaces, request, object));
    if (met.kind === 'cannot-say') return { cannotSay: `${met.reason} in policy “${policy.name}”` };
    if (met.kind === 'error') {
      if (isFail(policy)) return { refused: `Policy “${policy.name}” fails: ${met.message}.` };
      continue;
    }
    if (!met.value) continue;
    for (const mutation of listAt(policy.spec, 'mutations')) {
      const changed = mutate(object, mutation);
      if (changed === undefined)
        return { cannotSay: `policy “${policy.name}” changes objects in a form that is not evaluated` };
      object = changed;
    }
  }
  return { object };
}

function judge(
  evaluator: CelEvaluator,
  policy: Policy,
  plain: Readonly<Record<string, unknown>>,
  messages: string[],
  reasons: string[],
): void {
  const scope = withVariables(evaluator, policy, plain);
  const note = (result: Evaluated, message: string): void => {
    if (result.kind === 'cannot-say') reasons.push(`${result.reason} in policy “${policy.name}”`);
    else if (result.kind === 'error') {
      if (isFail(policy)) messages.push(`Policy “${policy.name}” fails: ${result.message}.`);
    } else if (!result.value) messages.push(message);
  };
  const met = meetsConditions(evaluator, policy, plain);
  if (met.kind !== 'value') note(met, '');
  if (met.kind !== 'value' || !met.value) return;
  for (const validation of listAt(policy.spec, 'validations')) {
    const expression = textAt(validation, 'expression') ?? '';
    const message = textAt(validation, 'message') ?? `failed expression: ${expression}`;
    note(evaluator.evaluate(expression, scope), message);
  }
}

function picksNamespace(policy: Policy, binding: Policy['bindings'][number], labels: Readonly<Record<string, string>>) {
  return (
    selectorPicks(mapAt(policy.spec, 'matchConstraints').namespaceSelector, labels) &&
    selectorPicks(mapAt(binding.spec, 'matchResources').namespaceSelector, labels)
  );
}
