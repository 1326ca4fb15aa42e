/**
 * What a set of exported objects admits, as an API server decides it: mutating policies first, then the validating ones
 * that are bound to the namespace, by their CEL. For tests; knows only what the export uses.
 */
import { Environment } from '@marcbachmann/cel-js';
import type { KubeObject } from '../k8s/index.ts';

export interface AdmissionRequest {
  readonly group?: string;
  readonly resource: string;
  readonly operation: 'CREATE' | 'UPDATE';
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly object: object;
}

export interface Verdict {
  readonly admitted: boolean;
  /** Messages of the validations that failed. */
  readonly messages: readonly string[];
  /** The object after mutation. */
  readonly object: object;
}

interface Spec {
  readonly failurePolicy?: string;
  readonly matchConstraints: {
    readonly resourceRules: ReadonlyArray<Record<'apiGroups' | 'operations' | 'resources', readonly string[]>>;
  };
  readonly matchConditions?: ReadonlyArray<{ readonly expression: string }>;
  readonly validations?: ReadonlyArray<{ readonly expression: string; readonly message: string }>;
  readonly mutations?: ReadonlyArray<{ readonly applyConfiguration: { readonly expression: string } }>;
  readonly policyName: string;
  readonly matchResources?: {
    readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
}

const cel = new Environment({ enableOptionalTypes: true, unlistedVariablesAreDyn: true });

/** A boolean expression; throws for one that does not parse or gives anything else. */
export function evaluateCel(expression: string, variables: Readonly<Record<string, unknown>>): boolean {
  const result: unknown = cel.evaluate(expression, variables);
  if (typeof result !== 'boolean') throw new Error(`${expression} is no boolean`);
  return result;
}

export function admit(objects: readonly KubeObject[], request: AdmissionRequest): Verdict {
  let object = request.object;
  for (const policy of bound(objects, 'MutatingAdmissionPolicy', request, object)) {
    for (const mutation of policy.mutations ?? []) object = mutate(object, mutation.applyConfiguration.expression);
  }
  const messages: string[] = [];
  for (const policy of bound(objects, 'ValidatingAdmissionPolicy', request, object)) {
    for (const { expression, message } of policy.validations ?? []) {
      let passes = false;
      try {
        passes = evaluateCel(expression, { object, request });
      } catch (e) {
        // A runtime error counts as a refusal under failurePolicy Fail, and would be a fault of the export.
        throw new Error(`${expression} failed for ${JSON.stringify(object)}: ${String(e)}`);
      }
      if (!passes) messages.push(message);
    }
  }
  return { admitted: messages.length === 0, messages, object };
}

function bound(objects: readonly KubeObject[], kind: string, request: AdmissionRequest, object: object): Spec[] {
  return objects
    .filter((o) => o.kind === `${kind}Binding`)
    .map((o) => o.spec as Spec)
    .filter((b) =>
      Object.entries(b.matchResources?.namespaceSelector?.matchLabels ?? {}).every(
        ([k, v]) => request.namespaceLabels[k] === v,
      ),
    )
    .flatMap((b) =>
      objects.filter((o) => o.kind === kind && o.metadata.name === b.policyName).map((o) => o.spec as Spec),
    )
    .filter((p) =>
      p.matchConstraints.resourceRules.some(
        (r) =>
          r.apiGroups.includes(request.group ?? '') &&
          r.operations.includes(request.operation) &&
          r.resources.includes(request.resource),
      ),
    )
    .filter((p) => (p.matchConditions ?? []).every((c) => evaluateCel(c.expression, { object, request })));
}

/** The one form of mutation that the export writes. */
function mutate(object: object, expression: string): object {
  const match = /^Object\{spec: Object\.spec\{runtimeClassName: "([^"]+)"\}\}$/.exec(expression);
  if (match === null) throw new Error(`no known mutation: ${expression}`);
  return { ...object, spec: { ...('spec' in object ? (object.spec as object) : {}), runtimeClassName: match[1] } };
}
