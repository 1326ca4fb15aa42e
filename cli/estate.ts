/** An estate as the command line reads it: a folder file by file, one file, or standard input. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type ReadProgress, readCluster } from '../electron/files/cluster.ts';
import { ClusterError } from '../electron/files/cluster-request.ts';
import { manifestsBelow } from '../electron/files/manifest-folder.ts';
import { type ClusterSources, Collector, type ExportedDesign, keepOf } from '../shared/importing/index.ts';
import type { Problem } from '../shared/lib/problem.ts';
import { problemsAsText } from '../shared/report/index.ts';
import { InputError, type Io } from './command.ts';
import { nameOf, readDesignText } from './design.ts';

export interface EstateInput {
  /** At least one. */
  readonly clusters: readonly ClusterSources[];
  readonly problems: readonly Problem[];
  readonly files: number;
  readonly exported?: ExportedDesign;
  /** What the design may be called. */
  readonly name: string;
}

/** Reads the clusters of some contexts, one after the other, and says on standard error what could not be read. */
export async function readContexts(
  contexts: readonly string[],
  kubeconfig: string | undefined,
  io: Io,
): Promise<EstateInput> {
  const clusters: ClusterSources[] = [];
  const problems: Problem[] = [];
  for (const context of contexts) {
    try {
      const { objects, withheld } = await readCluster(context, {
        ...(kubeconfig !== undefined && { kubeconfig: resolve(io.cwd, kubeconfig) }),
        onProgress: progressTo(io),
      });
      clusters.push({ name: context, sources: objects.flatMap((o) => sourceOf(o)) });
      for (const { kind, message } of withheld) problems.push(withheldProblem(context, kind, message));
    } catch (error) {
      if (error instanceof ClusterError) throw new InputError(error.message);
      throw error;
    }
  }
  return { clusters, problems, files: 0, name: contexts.length === 1 ? (contexts[0] ?? 'imported') : 'imported' };
}

function sourceOf(object: Readonly<Record<string, unknown>>): ClusterSources['sources'] {
  const kept = keepOf(object as unknown as Parameters<typeof keepOf>[0]);
  return kept === undefined ? [] : [{ object: kept }];
}

function progressTo(io: Io): (progress: ReadProgress) => void {
  let told = '';
  return ({ context, kind, done, of, objects }) => {
    const line = `${context}: ${kind} (${done + 1} of ${of})`;
    if (line === told || objects === 0) return;
    told = line;
    io.stderr(`${line}, ${objects} objects\n`);
  };
}

function withheldProblem(context: string, kind: string, message: string): Problem {
  return {
    rule: 'cluster/withheld',
    severity: 'warning',
    message: `${context}: ${message} The design may lack what they say.`,
    subject: { kind, id: context },
    fixable: false,
  };
}

/** Throws an InputError or FileError where the argument itself cannot be read or holds no object. */
export async function readEstateInput(argument: string, byFolder: boolean, io: Io): Promise<EstateInput> {
  const path = resolve(io.cwd, argument);
  const isFolder = argument !== '-' && (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const name = argument === '-' ? 'imported' : basename(path).replace(/\.(ya?ml|json)$/i, '');
  const collector = new Collector({ name, byFolder, ...(isFolder && { shown: argument }) });
  if (isFolder) {
    for await (const entry of manifestsBelow(path)) {
      if ('text' in entry) collector.add(entry.path, entry.text);
      else collector.fault(`${argument.replace(/\/$/, '')}/${entry.path}`, entry.fault);
    }
  } else {
    collector.add(nameOf(argument), await readDesignText(argument, io));
  }
  const clusters = collector.clusters();
  if (clusters.length === 0) {
    const reasons = problemsAsText(collector.problems).trimEnd();
    throw new InputError(
      `${nameOf(argument)} holds no Kubernetes objects. Name a folder or file of manifests.${reasons === '' ? '' : `\n${reasons}`}`,
    );
  }
  const exported = collector.exported();
  return {
    clusters,
    problems: collector.problems,
    files: collector.files,
    name,
    ...(exported !== undefined && { exported }),
  };
}
