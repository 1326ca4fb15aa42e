/** A request to the API server, and what of it policies may look at. */
import type { KubeObject } from '../k8s/index.ts';
import { celValue } from './cel.ts';
import { type Fields, textAt } from './fields.ts';
import type { Asked } from './policy.ts';

export interface AdmissionUser {
  readonly username: string;
  readonly groups: readonly string[];
}

const somebody: AdmissionUser = { username: 'somebody', groups: ['system:authenticated'] };

export interface AdmissionRequest {
  /** API group; default: the core group. */
  readonly group?: string;
  /** Default: v1. */
  readonly version?: string;
  /** Plural: `pods`; a subresource after a `/`: `pods/ephemeralcontainers`. */
  readonly resource: string;
  readonly operation: 'CREATE' | 'UPDATE';
  /** The namespace's name; absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly object: Fields;
  readonly oldObject?: Fields;
  /** Who asks. Default: somebody whom no policy knows, so that an exemption for others is none for them. */
  readonly user?: AdmissionUser;
  /**
   * True to judge a pod as if somebody had made the runtime class that it names. Otherwise a class that the manifests do
   * not hold is refused.
   */
  readonly ifClassExisted?: boolean;
}

/** Namespaces of the manifests by name. */
export type Namespaces = ReadonlyMap<string, KubeObject>;

/** What policies and their bindings pick a request by. */
export function askedOf(namespaces: Namespaces, request: Omit<AdmissionRequest, 'object'>, object: Fields): Asked {
  return {
    group: request.group ?? '',
    version: request.version ?? 'v1',
    resource: request.resource,
    operation: request.operation,
    name: textAt(object, 'metadata', 'name') ?? '',
    namespaced: request.namespace !== undefined,
    namespaceLabels: labelsFor(namespaces, request, object),
    object,
  };
}

/** The variables of CEL that every policy has. */
export function scopeOf(
  namespaces: Namespaces,
  request: AdmissionRequest,
  object: Fields,
): Readonly<Record<string, unknown>> {
  const namespace = request.namespace === undefined ? undefined : namespaces.get(request.namespace);
  const [resource = '', subResource = ''] = request.resource.split('/');
  return {
    object: celValue(object),
    oldObject: celValue(request.oldObject ?? null),
    request: celValue({
      operation: request.operation,
      name: textAt(object, 'metadata', 'name') ?? '',
      namespace: request.namespace ?? '',
      resource: { group: request.group ?? '', version: request.version ?? 'v1', resource },
      subResource,
      dryRun: false,
      userInfo: { uid: '', extra: {}, ...(request.user ?? somebody) },
    }),
    namespaceObject:
      request.namespace === undefined
        ? null
        : celValue({
            ...namespace,
            metadata: {
              ...namespace?.metadata,
              name: request.namespace,
              labels: namespaceLabels(request.namespace, namespace),
            },
          }),
  };
}

function labelsFor(namespaces: Namespaces, request: Omit<AdmissionRequest, 'object'>, object: Fields) {
  if (request.namespace !== undefined) return namespaceLabels(request.namespace, namespaces.get(request.namespace));
  const [resource, subresource] = request.resource.split('/');
  if (resource !== 'namespaces') return undefined;
  const name = textAt(object, 'metadata', 'name') ?? '';
  // Through a subresource the API server still picks by the labels that the namespace had.
  return namespaceLabels(name, subresource === undefined ? (object as Partial<KubeObject>) : namespaces.get(name));
}

/** The API server gives every namespace a label with its name. */
export function namespaceLabels(
  name: string,
  namespace: Partial<KubeObject> | undefined,
): Readonly<Record<string, string>> {
  return { ...namespace?.metadata?.labels, 'kubernetes.io/metadata.name': name };
}
