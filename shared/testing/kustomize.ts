/**
 * What kustomize makes of the kustomizations of an export, in the few words that they use: resources, labels on objects,
 * patches in JSON by kind and name, deletion. Anything else throws, so that a test notices when an export says more.
 */
import { loadAll } from 'js-yaml';
import type { Bundle } from '../compile/index.ts';
import type { KubeObject } from '../k8s/index.ts';

export interface Patch {
  readonly target: { readonly group?: string; readonly kind: string; readonly name?: string };
  readonly patch: string;
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly labels?: ReadonlyArray<{ readonly pairs: Readonly<Record<string, string>> }>;
  readonly patches?: readonly Patch[];
}

const known = new Set(['apiVersion', 'kind', 'resources', 'labels', 'patches', 'sortOptions']);

/** The objects of a folder of the export, in the order in which they are applied; `patches` are laid over it. */
export function build(bundle: Pick<Bundle, 'files'>, folder: string, patches: readonly Patch[] = []): KubeObject[] {
  const text = bundle.files.find((f) => f.path === `${folder}/kustomization.yaml`)?.text;
  if (text === undefined) throw new Error(`${folder} has no kustomization`);
  const [kustomization] = loadAll(text) as [Kustomization];
  for (const key of Object.keys(kustomization)) if (!known.has(key)) throw new Error(`nobody expects ${key}`);
  const objects = kustomization.resources.flatMap((resource) => {
    const path = resolve(`${folder}/${resource}`);
    const file = bundle.files.find((f) => f.path === path);
    return file === undefined ? build(bundle, path) : (loadAll(file.text) as KubeObject[]);
  });
  const pairs = Object.assign({}, ...(kustomization.labels ?? []).map((l) => l.pairs)) as Record<string, string>;
  return [...(kustomization.patches ?? []), ...patches].reduce(
    patched,
    objects.map((o) => ({ ...o, metadata: { ...o.metadata, labels: { ...o.metadata.labels, ...pairs } } })),
  );
}

function patched(objects: readonly KubeObject[], { target, patch }: Patch): KubeObject[] {
  const change: unknown = JSON.parse(patch);
  const isMeant = (o: KubeObject) =>
    o.kind === target.kind &&
    (target.name === undefined || o.metadata.name === target.name) &&
    (target.group === undefined || o.apiVersion.startsWith(`${target.group}/`));
  if (!Array.isArray(change)) {
    if ((change as { $patch?: string }).$patch !== 'delete') throw new Error('only deletion is expected');
    return objects.filter((o) => !isMeant(o));
  }
  return objects.map((o) => (isMeant(o) ? (change as Operation[]).reduce(operated, structuredClone(o)) : o));
}

interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  /** JSON pointer. */
  readonly path: string;
  readonly value?: unknown;
}

function operated(object: KubeObject, { op, path, value }: Operation): KubeObject {
  const keys = path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  let at = object as unknown as Record<string, unknown>;
  for (const key of keys) {
    const next = at[key];
    if (typeof next !== 'object' || next === null) throw new Error(`${path} leads nowhere`);
    at = next as Record<string, unknown>;
  }
  if (op !== 'add' && !Object.hasOwn(at, last)) throw new Error(`${path} is not there`);
  if (op === 'remove') delete at[last];
  else at[last] = value;
  return object;
}

function resolve(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
