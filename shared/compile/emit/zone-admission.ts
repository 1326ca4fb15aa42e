/**
 * What all admission policies of a zone share: their names, and the binding that picks the zone's namespaces by their
 * label. Nothing inside these namespaces is exempt.
 */
import type { KubeObject } from '../../k8s/index.ts';
import type { ClusterIr } from '../ir.ts';

/** `zone-dmz-claims`: names of cluster-scoped objects that belong to a zone. */
export function zoneObjectName(zone: string, purpose: string): string {
  return `zone-${zone}-${purpose}`;
}

const managedLabel = 'app.kubernetes.io/managed-by';

/** The selector of what any design applied. */
export const managedBy = `${managedLabel}=zonewright`;

export function managedLabels(ir: Pick<ClusterIr, 'zoneLabel'>, zone?: string): Record<string, string> {
  return { [managedLabel]: 'zonewright', ...(zone !== undefined && { [ir.zoneLabel]: zone }) };
}

/** `*` in `apiVersions` keeps a policy closed when a kind gets a new version. */
export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: ReadonlyArray<'CREATE' | 'UPDATE'>;
  readonly resources: readonly string[];
}

export interface Validation {
  /** CEL. */
  readonly expression: string;
  /** One line. */
  readonly message: string;
}

export interface NamedExpression {
  readonly name: string;
  /** CEL. */
  readonly expression: string;
}

/** Removing the finalizers of an object that is being deleted is an update; refusing it would keep the object for ever. */
export const notBeingDeleted: NamedExpression = {
  name: 'not-being-deleted',
  expression: "request.operation == 'CREATE' || !has(object.metadata.deletionTimestamp)",
};

export interface ZonePolicy {
  readonly rules: readonly ResourceRule[];
  readonly validations: readonly Validation[];
  /** Looked at first, without `variables`. */
  readonly matchConditions?: readonly NamedExpression[];
  readonly variables?: readonly NamedExpression[];
  /** Names of namespaces of the zone that the policy leaves alone. */
  readonly except?: readonly string[];
}

/** A ValidatingAdmissionPolicy and its binding: without a binding a policy does nothing. */
export function validatingPair(
  ir: Pick<ClusterIr, 'zoneLabel'>,
  zone: string,
  purpose: string,
  policy: ZonePolicy,
): [KubeObject, KubeObject] {
  const metadata = { name: zoneObjectName(zone, purpose), labels: managedLabels(ir, zone) };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: policy.rules },
        ...(policy.matchConditions && { matchConditions: policy.matchConditions }),
        ...(policy.variables && { variables: policy.variables }),
        validations: policy.validations.map((v) => ({ ...v, reason: 'Forbidden' })),
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: metadata.name,
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: {
            matchLabels: { [ir.zoneLabel]: zone },
            ...(policy.except !== undefined &&
              policy.except.length > 0 && {
                // The API server gives every namespace this label itself, so nobody can take it on.
                matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: policy.except }],
              }),
          },
        },
      },
    },
  ];
}

export interface ZoneMutation {
  readonly rules: readonly ResourceRule[];
  readonly condition: NamedExpression;
  readonly mutation:
    | { readonly patchType: 'JSONPatch'; readonly jsonPatch: { readonly expression: string } }
    | { readonly patchType: 'ApplyConfiguration'; readonly applyConfiguration: { readonly expression: string } };
}

/** A MutatingAdmissionPolicy and its binding. It runs again where something else changes the object after it. */
export function mutatingPair(
  ir: Pick<ClusterIr, 'zoneLabel'>,
  zone: string,
  purpose: string,
  { rules, condition, mutation }: ZoneMutation,
): [KubeObject, KubeObject] {
  const metadata = { name: zoneObjectName(zone, purpose), labels: managedLabels(ir, zone) };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'IfNeeded',
        matchConstraints: { resourceRules: rules },
        matchConditions: [condition],
        mutations: [mutation],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: metadata.name,
        matchResources: { namespaceSelector: { matchLabels: { [ir.zoneLabel]: zone } } },
      },
    },
  ];
}

/** `['a', 'b']` in CEL. */
export function celList(values: readonly string[]): string {
  return `[${values.map(celText).join(', ')}]`;
}

/** A text in CEL, whatever it holds. */
export function celText(value: string): string {
  const escaped = [...value].map((char) => {
    if (char === "'" || char === '\\') return `\\${char}`;
    const code = char.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f ? `\\u${code.toString(16).padStart(4, '0')}` : char;
  });
  return `'${escaped.join('')}'`;
}
