/**
 * Folders of kustomize are no manifests until somebody builds them. What one would change is told, and its patches, which
 * look like objects and are parts of some, are left out.
 */
import { isMap } from '../lib/is-map.ts';
import type { Problem } from '../lib/problem.ts';
import { readYamlSections } from '../lib/yaml-sections.ts';

export interface Kustomization {
  /** Paths of its patches, from where its own path is from. */
  readonly patches: readonly string[];
  /** What it changes of the manifests that it names, in its own words; empty where it only lists them. */
  readonly changes: readonly string[];
}

export function isKustomization(path: string): boolean {
  return /(^|\/)kustomization\.ya?ml$/.test(path);
}

/** Keys that change nothing of the objects that are listed. */
const passive = new Set(['apiVersion', 'kind', 'metadata', 'resources', 'bases', 'components', 'crds', 'openapi']);

export function readKustomization(path: string, text: string): Kustomization {
  const { sections } = readYamlSections(text, '1.1', { duplicates: 'last', merges: true });
  const records = sections.flatMap(({ value }) => (isMap(value) ? [value] : []));
  const folder = path.split('/').slice(0, -1);
  const patches = records.flatMap((record) =>
    ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap((key) => {
      const list = record[key];
      return Array.isArray(list) ? list.flatMap((entry: unknown) => fileOf(entry) ?? []) : [];
    }),
  );
  return {
    patches: patches.map((patch) => resolved(folder, patch)),
    changes: [...new Set(records.flatMap((record) => Object.keys(record).filter((key) => !passive.has(key))))],
  };
}

export function unbuilt({ changes }: Kustomization, file: string): Problem[] {
  if (changes.length === 0) return [];
  return [
    {
      rule: 'import/kustomization',
      severity: 'warning',
      message: `Nobody has built this kustomization: what it changes (${changes.join(', ')}) takes no part, and the manifests beside it are read as they stand. Import what “kustomize build” prints for it instead.`,
      file,
      fixable: false,
    },
  ];
}

/** A patch is written by its path, or as a map that names one; one that is written out has none. */
function fileOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry.includes('\n') ? undefined : entry;
  return isMap(entry) && typeof entry.path === 'string' ? entry.path : undefined;
}

function resolved(folder: readonly string[], path: string): string {
  const at = [...folder];
  for (const part of path.split('/')) {
    if (part === '..') at.pop();
    else if (part !== '.' && part !== '') at.push(part);
  }
  return at.join('/');
}
