/** What the engine is asked about, cluster by cluster: a folder or file of manifests, or what a design exports. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type FolderEntry, manifestsBelow } from '../electron/files/manifest-folder.ts';
import { clustersOf } from '../shared/analysis/index.ts';
import { compile, indexName } from '../shared/compile/index.ts';
import { locate } from '../shared/document/index.ts';
import { parseManifests } from '../shared/k8s/index.ts';
import type { Problem } from '../shared/lib/problem.ts';
import { sortBy } from '../shared/lib/sort.ts';
import type { SourceObject } from '../shared/reach/index.ts';
import { problemsAsText } from '../shared/report/index.ts';
import { InputError, type Io } from './command.ts';
import { holdsDesign, nameOf, readDesignText, wholeDesign } from './design.ts';

export interface ClusterInput {
  /** Absent where nothing says which cluster it is. */
  readonly cluster?: string;
  readonly sources: readonly SourceObject[];
}

export interface ManifestInput {
  /** Sorted by cluster; at least one. */
  readonly clusters: readonly ClusterInput[];
  /** What could not be read; the rest is there. */
  readonly problems: readonly Problem[];
}

/**
 * Reads whatever can be read: a broken document or file becomes a problem. Throws an InputError or FileError where the
 * argument itself cannot be read or holds no object at all.
 */
export async function readManifestInput(argument: string, io: Io): Promise<ManifestInput> {
  const path = resolve(io.cwd, argument);
  const isFolder = argument !== '-' && (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (isFolder) return inputOf(manifestsBelow(path), argument, []);
  const text = await readDesignText(argument, io);
  const name = nameOf(argument);
  return holdsDesign(text, name) ? designInput(text, name) : inputOf([{ path: '', text }], name, []);
}

/**
 * Evaluation by cluster needs objects by cluster: an export's index, which comes first, tells them; any other folder is one
 * cluster. Files are parsed as they come, so that a folder never is in memory as text.
 */
async function inputOf(
  files: AsyncIterable<FolderEntry> | Iterable<FolderEntry>,
  name: string,
  faults: readonly Problem[],
): Promise<ManifestInput> {
  let clusters: ReadonlyMap<string, string> = new Map();
  let folders: ReadonlyMap<string, string> = new Map();
  const byCluster = new Map<string | undefined, SourceObject[]>();
  const problems: Problem[] = [...faults];
  for await (const file of files) {
    const shown = file.path === '' ? name : `${name.replace(/\/$/, '')}/${file.path}`;
    if ('fault' in file) {
      problems.push({ rule: 'file/unreadable', severity: 'error', message: file.fault, file: shown, fixable: false });
      continue;
    }
    if (file.path === indexName) {
      clusters = clustersOf(file.text);
      folders = new Map([...clusters].map(([path, cluster]) => [path.split('/')[0] ?? '', cluster]));
      continue;
    }
    const parsed = parseManifests(file.text, { file: shown });
    for (const problem of parsed.problems) {
      if (!isConfiguration(problem, file.path, clusters.has(file.path))) problems.push(problem);
    }
    // A file that somebody put into a cluster's folder is applied with the others.
    const cluster = clusters.get(file.path) ?? folders.get(file.path.split('/')[0] ?? '');
    const own = byCluster.get(cluster);
    if (own === undefined) byCluster.set(cluster, [...parsed.objects]);
    else for (const object of parsed.objects) own.push(object);
  }
  const found = [...byCluster].filter(([, sources]) => sources.length > 0);
  if (found.length === 0) {
    const reasons = problemsAsText(problems).trimEnd();
    throw new InputError(
      `${name} holds no Kubernetes objects. Name a design, or a folder or file of manifests.${reasons === '' ? '' : `\n${reasons}`}`,
    );
  }
  return {
    clusters: sortBy(found, ([cluster]) => cluster ?? '').map(([cluster, sources]) => ({
      ...(cluster !== undefined && { cluster }),
      sources,
    })),
    problems,
  };
}

async function designInput(text: string, name: string): Promise<ManifestInput> {
  const { document, problems } = wholeDesign(text, name);
  const bundle = compile(document.topology);
  const found = [...problems, ...locate(bundle.problems, document)];
  const index = bundle.files.filter((file) => file.path === indexName);
  const files = [...index, ...bundle.files.filter((file) => file.objects.length > 0)];
  // A design without a cluster yet allows nothing, and that is an answer.
  if (files.every((file) => file.objects.length === 0)) return { clusters: [{ sources: [] }], problems: found };
  return inputOf(files, name, found);
}

/** Files of tools that live beside manifests are no objects, and nobody means them to be. */
function isConfiguration(problem: Problem, path: string, isOurs: boolean): boolean {
  return (
    problem.rule === 'manifest/missing-field' &&
    (isOurs || /^(kustomization\.ya?ml|Chart\.ya?ml|values[^/]*\.ya?ml|.*\.json)$/i.test(basename(path)))
  );
}
