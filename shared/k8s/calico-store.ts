import { isMap } from '../lib/is-map.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { KubeObject } from './types.ts';

/**
 * Calico's objects as its API serves them. Without its API server they are there only as it stores them, under
 * crd.projectcalico.org/v1: the specs are those of projectcalico.org/v3, and what its own clients wrote as labels and
 * annotations stands in one annotation, as JSON. Any other object is given back as it is. Source: projectcalico/calico,
 * libcalico-go/lib/backend/k8s/resources/customresource.go and libcalico-go/config/crd.
 */
export function asServedByCalico(object: KubeObject): KubeObject {
  if (object.apiVersion !== 'crd.projectcalico.org/v1') return object;
  const { [stored]: text, ...annotations } = object.metadata.annotations ?? {};
  const own = text === undefined ? {} : recordOf(text);
  const merged = {
    labels: { ...object.metadata.labels, ...textsOf(own.labels) },
    annotations: { ...annotations, ...textsOf(own.annotations) },
  };
  const { labels: _, annotations: __, ...metadata } = object.metadata;
  const filled = Object.entries(merged).filter(([, texts]) => Object.keys(texts).length > 0);
  return {
    ...object,
    apiVersion: 'projectcalico.org/v3',
    metadata: { ...metadata, ...Object.fromEntries(filled) },
  };
}

const stored = 'projectcalico.org/metadata';

function recordOf(text: string): Readonly<Record<string, unknown>> {
  const parsed = parseJson(text);
  return isMap(parsed) ? parsed : {};
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'));
}
