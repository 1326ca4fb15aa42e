/** Admission for tests of what is exported: a request in a namespace that only its labels describe. */
import { type AdmissionRequest as Asked, admissionOf, CelEvaluator } from '../admission/index.ts';
import type { KubeObject } from '../k8s/index.ts';

export interface AdmissionRequest {
  readonly group?: string;
  readonly version?: string;
  readonly resource: string;
  readonly operation: 'CREATE' | 'UPDATE';
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Default: a name that no design gives. */
  readonly namespaceName?: string;
  readonly object: object;
  readonly oldObject?: object;
  readonly user?: Asked['user'];
}

export interface Verdict {
  readonly admitted: boolean;
  /** Messages of the validations that failed. */
  readonly messages: readonly string[];
  /** The object after mutation. */
  readonly object: object;
}

const evaluator = new CelEvaluator();
/** Away from every name that a design gives. */
const namespace = 'zonewright.test';

/** A boolean expression; throws for one that cannot be evaluated, fails, or gives anything else. */
export function evaluateCel(expression: string, variables: Readonly<Record<string, unknown>>): boolean {
  const result = evaluator.evaluate(expression, variables);
  if (result.kind !== 'value') throw new Error(result.kind === 'error' ? result.message : result.reason);
  return result.value;
}

export function admit(objects: readonly KubeObject[], request: AdmissionRequest): Verdict {
  const { namespaceLabels: labels, namespaceName: name = namespace, object, oldObject, user, ...asked } = request;
  const metadata = { name, labels };
  const verdict = admissionOf([...objects, { apiVersion: 'v1', kind: 'Namespace', metadata }]).admit({
    ...asked,
    ...(user && { user }),
    ...(!/^(namespaces|nodes)(\/|$)/.test(request.resource) && { namespace: name }),
    object: object as Asked['object'],
    ...(oldObject && { oldObject: oldObject as Asked['object'] }),
    ifClassExisted: true,
  });
  if (verdict.outcome === 'cannot-say') throw new Error(verdict.reasons.join('; '));
  return { admitted: verdict.outcome === 'admitted', messages: verdict.messages, object: verdict.object };
}
