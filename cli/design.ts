/** Designs and folders of manifests as the command line reads them: from a path, from standard input, from git. */
import { stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { manifestsBelow } from '../electron/files/manifest-folder.ts';
import { decodeAnyText, readBytes } from '../electron/files/read.ts';
import { placeManifests } from '../shared/analysis/index.ts';
import type { PlacedObject } from '../shared/diff/index.ts';
import type { DesignDocument } from '../shared/document/index.ts';
import { isNamedDesign, loadDesign, newDesign } from '../shared/document/index.ts';
import type { Problem } from '../shared/lib/problem.ts';
import { emptyTopology } from '../shared/model/index.ts';
import { problemsAsText } from '../shared/report/index.ts';
import { InputError, type Io } from './command.ts';
import type { TextFile } from './manifest-files.ts';
import { readRevision, splitRevision } from './revision.ts';

/** The text of a design; `-` is standard input. */
export async function readDesignText(argument: string, io: Io): Promise<string> {
  if (argument === '-') return decodeAnyText(await io.stdin(), 'Standard input');
  // What git names for a file that one side has not; it is no file that could be read with the care of others.
  if (argument === devNull || argument === '/dev/null') return '';
  const path = resolve(io.cwd, argument);
  return decodeAnyText(await readBytes(path), path);
}

export function nameOf(argument: string): string {
  return argument === '-' ? 'stdin' : argument;
}

/** A design that could be read whole. Throws an InputError with every place that could not. */
export function wholeDesign(
  text: string,
  name: string,
): { readonly document: DesignDocument; readonly problems: readonly Problem[] } {
  const { document, problems } = loadDesign(text, { file: name });
  if (document === undefined || document.unreadable.length > 0) {
    throw new InputError(`${name} cannot be read.\n${problemsAsText(problems).trimEnd()}`);
  }
  return { document, problems };
}

/** A design, or one at a revision of the git repository around. An empty file is a design in which nothing is drawn. */
export async function readDesignSide(argument: string, io: Io): Promise<DesignDocument> {
  const side = await readSide(argument, io);
  if (side.kind !== 'design') throw new InputError(`${argument} is a folder. Name a design.`);
  return side.document;
}

/** One side of a comparison. */
export type Side =
  | {
      readonly kind: 'design';
      readonly name: string;
      readonly document: DesignDocument;
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'manifests'; readonly name: string; readonly objects: readonly PlacedObject[] };

/** A design, a folder of manifests, or either at a revision of the git repository around: `main:prod/`. */
export async function readSide(argument: string, io: Io): Promise<Side> {
  if (argument === '-') return design(await readDesignText('-', io), 'stdin');
  const path = resolve(io.cwd, argument);
  const info = await statOrNothing(path);
  const revision = info === undefined ? splitRevision(argument) : undefined;
  if (revision !== undefined) {
    const found = await readRevision(revision, io.cwd);
    return found.kind === 'file' ? design(found.text, argument) : inFolder(found.files, argument, io);
  }
  if (info?.isDirectory()) return inFolder(await readFolder(path), argument, io);
  return design(await readDesignText(argument, io), argument);
}

/** Git gives an empty file for one that is not there on a side; nothing is drawn in it. */
function design(given: string, name: string): Side {
  const text = given.trim() === '' ? newDesign(emptyTopology('empty')) : given;
  return { kind: 'design', name, ...wholeDesign(text, name) };
}

/** Manifests, whatever designs lie among them; the design of a folder that holds one and nothing else. */
function inFolder(files: readonly TextFile[], name: string, io: Io): Side {
  const designs = files.filter((file) => isNamedDesign(file.path));
  const { objects, problems } = placeManifests(
    files.filter((file) => !designs.includes(file)),
    name,
  );
  if (objects.length === 0 && designs.length > 0) return onlyDesign(designs, name, io);
  // A document without a name is configuration of some tool; a file that is no YAML may hide anything.
  const broken = problems.filter((p) => p.severity === 'error' && !p.rule.startsWith('manifest/'));
  if (broken.length > 0)
    throw new InputError(`${name} holds files that cannot be read.\n${problemsAsText(broken).trimEnd()}`);
  const others = problems.filter((p) => p.rule !== 'manifest/missing-field');
  if (others.length > 0) io.stderr(problemsAsText(others));
  if (objects.length === 0)
    throw new InputError(`${name} holds no Kubernetes objects. Name a folder of manifests or a design.`);
  if (designs.length > 0)
    io.stderr(`${name} is compared by its manifests; left out are the designs ${listOf(designs)}.\n`);
  return { kind: 'manifests', name, objects };
}

function onlyDesign(designs: readonly TextFile[], name: string, io: Io): Side {
  const [first, ...more] = designs;
  const path = `${name.replace(/[\\/]$/, '')}/${first?.path}`;
  if (first === undefined || more.length > 0)
    throw new InputError(
      `${name} holds ${designs.length} designs and no manifests: ${listOf(designs)}. Name one design on each side, such as ${path}.`,
    );
  io.stderr(`${name} holds no manifests, so its one design is taken: ${path}.\n`);
  return design(first.text, path);
}

function listOf(files: readonly TextFile[]): string {
  return files.map((file) => file.path).join(', ');
}

/** What is missing would show as removed, so a folder of which something cannot be read is not compared at all. */
async function readFolder(folder: string): Promise<TextFile[]> {
  const files: TextFile[] = [];
  for await (const entry of manifestsBelow(folder)) {
    if ('fault' in entry) throw new InputError(entry.fault);
    files.push(entry);
  }
  return files;
}

async function statOrNothing(path: string) {
  return stat(path).catch(() => undefined);
}
