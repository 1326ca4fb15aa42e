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

export function managedLabels(ir: Pick<ClusterIr, 'zoneLabel'>, zone?: string): Record<string, string> {
  return { 'app.kubernetes.io/managed-by': 'zonewright', ...(zone !== undefined && { [ir.zoneLabel]: zone }) };
}

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

/** A ValidatingAdmissionPolicy and its binding: without a binding a policy does nothing. */
export function validatingPair(
  ir: Pick<ClusterIr, 'zoneLabel'>,
  zone: string,
  purpose: string,
  policy: {
    readonly rule: ResourceRule;
    readonly validations: readonly Validation[];
    readonly matchConditions?: ReadonlyArray<{ readonly name: string; readonly expression: string }>;
  },
): [KubeObject, KubeObject] {
  const metadata = { name: zoneObjectName(zone, purpose), labels: managedLabels(ir, zone) };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [policy.rule] },
        ...(policy.matchConditions && { matchConditions: policy.matchConditions }),
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
        matchResources: { namespaceSelector: { matchLabels: { [ir.zoneLabel]: zone } } },
      },
    },
  ];
}

/** `['a', 'b']` in CEL. The values are names of Kubernetes objects, so they hold no quotes. */
export function celList(values: readonly string[]): string {
  return `[${values.map((v) => `'${v}'`).join(', ')}]`;
}
