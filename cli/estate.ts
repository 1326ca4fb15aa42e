/** An estate as the command line reads it: a folder file by file, one file, or standard input. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { manifestsBelow } from '../electron/files/manifest-folder.ts';
import { type ClusterSources, Collector, type ExportedDesign } from '../shared/importing/index.ts';
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
