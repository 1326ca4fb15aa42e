/** Folders of manifests and JSON files of a conformance set. */
import { readFile } from 'node:fs/promises';
import type { Problem } from '../../shared/lib/problem.ts';
import type { SourceObject } from '../../shared/reach/index.ts';
import type { Io } from '../command.ts';
import { readManifestInput } from '../manifests.ts';

export interface CaseInput {
  readonly sources: readonly SourceObject[];
  readonly problems: readonly Problem[];
}

export async function readInput(folder: string): Promise<CaseInput> {
  const { clusters, problems } = await readManifestInput(folder, silent);
  return { sources: clusters.flatMap((cluster) => cluster.sources), problems };
}

export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

const silent: Io = {
  stdout: async () => undefined,
  stderr: () => undefined,
  stdin: async () => new Uint8Array(),
  tell: () => {},
  stdinPieces: async function* () {},
  cwd: process.cwd(),
  today: () => '2000-01-01',
  version: '',
};
