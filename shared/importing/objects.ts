/**
 * Which objects of a cluster take part in an import, and which of their fields. An estate has far more text than meaning:
 * what no design could say is left behind while reading, so that memory holds the meaning alone.
 */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Kinds that hold data and no structure. They are never kept, whoever hands them over. */
const neverKept = new Set(['Secret', 'ConfigMap', 'Event', 'CustomResourceDefinition', 'SealedSecret']);

/** True for groups and kinds whose pods come from a template, Kubernetes' own or not. */
export function podTemplate(object: KubeObject): Fields | undefined {
  if (object.kind === 'Pod' && object.apiVersion === 'v1') return object;
  const { spec } = object;
  if (!isMap(spec)) return undefined;
  const inner = object.kind === 'CronJob' && isMap(spec.jobTemplate) ? spec.jobTemplate.spec : spec;
  const template = isMap(inner) ? inner.template : undefined;
  return isMap(template) && isMap(template.spec) ? template : undefined;
}

/** The object with what an import reads of it; undefined for kinds that say nothing about a design. */
export function keepOf(object: KubeObject): KubeObject | undefined {
  if (neverKept.has(object.kind)) return undefined;
  const bare = { ...object, metadata: metadataOf(object) };
  const template = podTemplate(object);
  if (template === undefined || !isMap(object.spec)) return bare;
  return { ...bare, spec: withoutBulk(object.spec) as Fields };
}

function metadataOf({ metadata }: KubeObject): KubeObject['metadata'] {
  const { managedFields: _managed, ...rest } = metadata as KubeObject['metadata'] & {
    readonly managedFields?: unknown;
  };
  if (rest.annotations === undefined) return rest;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...annotations } = rest.annotations;
  return { ...rest, annotations };
}

const bulk = new Set([
  ...['env', 'envFrom', 'command', 'args', 'resources', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'],
  ...['affinity', 'topologySpreadConstraints', 'volumeMounts', 'securityContext', 'dnsConfig', 'hostAliases'],
]);

function withoutBulk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBulk);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      // A claim's `resources` say its size, so only containers, which have an image, lose theirs.
      .filter(([key]) => !bulk.has(key) || (key === 'resources' && !('image' in value)))
      .map(([key, inner]) => [key, withoutBulk(inner)]),
  );
}

export function field(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) at = isMap(at) ? at[key] : undefined;
  return at;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Text values only. */
export function textsAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const found = field(value, ...path);
  if (!isMap(found)) return {};
  return Object.fromEntries(Object.entries(found).filter((e): e is [string, string] => typeof e[1] === 'string'));
}
