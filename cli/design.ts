/** Designs and folders of manifests as the command line reads them: from a path, from standard input, from git. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { manifestsBelow } from '../electron/files/manifest-folder.ts';
import { decodeAnyText, readBytes, readPieces } from '../electron/files/read.ts';
import { placeManifests } from '../shared/analysis/index.ts';
import type { PlacedObject } from '../shared/diff/index.ts';
import type { DesignDocument } from '../shared/document/index.ts';
import { comparedIn, isDesign, isNamedDesign, loadDesign, newDesign } from '../shared/document/index.ts';
import { hidesObjects, parseManifests } from '../shared/k8s/index.ts';
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
  // `<(kustomize build prod)` of a shell.
  const isPipe = (await statOrNothing(path))?.isFIFO() === true;
  return decodeAnyText(isPipe ? await readPieces(createReadStream(path), argument) : await readBytes(path), path);
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
  const side = sideBeside(await readSide(argument, io));
  if (side.kind !== 'design') throw new InputError(`${argument} holds manifests. Name a design.`);
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
  | {
      readonly kind: 'manifests';
      readonly name: string;
      readonly objects: readonly PlacedObject[];
      /** The folder that the files of the objects are in, as the user wrote it; absent where nobody can open them. */
      readonly folder?: string;
    };

/** Git gives an empty file for one that is not there on a side: what was not there is known by the other side alone. */
export interface EmptySide {
  readonly kind: 'empty';
  readonly name: string;
}

/** Nothing beside manifests is no object, and else a design in which nothing is drawn. */
export function sideBeside(side: Side | EmptySide, other?: Side | EmptySide): Side {
  if (side.kind !== 'empty') return side;
  if (other?.kind === 'manifests') return { kind: 'manifests', name: side.name, objects: [] };
  return design(newDesign(emptyTopology('empty')), side.name);
}

/** A design, manifests in a folder or a file, or any of them at a revision of the git repository around: `main:prod/`. */
export async function readSide(argument: string, io: Io): Promise<Side | EmptySide> {
  const path = resolve(io.cwd, argument);
  const info = argument === '-' ? undefined : await statOrNothing(path);
  if (argument === '-' || info?.isFIFO()) {
    const text = await readDesignText(argument, io);
    // All of the other side would show as removed, and nothing as opened.
    if (text.trim() === '')
      throw new InputError(
        `Nothing came through ${nameOf(argument)}, as where the command before it failed. Name ${devNull} for a side on which there is nothing.`,
      );
    // Nobody can open what came through a pipe under its name again.
    return inText(text, nameOf('-'), io);
  }
  const revision = info === undefined ? splitRevision(argument) : undefined;
  if (revision !== undefined) {
    const found = await readRevision(revision, io.cwd);
    return found.kind === 'file' ? inText(found.text, argument, io) : inFolder(found.files, argument, io);
  }
  if (info?.isDirectory()) return inFolder(await readFolder(path), argument, io);
  return inText(await readDesignText(argument, io), argument, io);
}

function design(text: string, name: string): Side {
  return { kind: 'design', name, ...wholeDesign(text, name) };
}

/** A file is what it holds, because tools make copies under other names and print manifests without any. */
function inText(text: string, name: string, io: Io): Side | EmptySide {
  if (isNamedDesign(name)) return text.trim() === '' ? { kind: 'empty', name } : design(text, name);
  const { objects, problems } = parseManifests(text, { file: name });
  if (objects.length > 0) {
    tellProblems(problems, name, io);
    const [, folder = '', file = name] = /^(.*[\\/])?([^\\/]+)$/s.exec(name) ?? [];
    const placed = objects.map(({ object, line }) => ({ object, file, line }));
    return { kind: 'manifests', name, objects: placed, ...(name !== 'stdin' && { folder }) };
  }
  if (holdsDesign(text, name, { objects, problems })) return design(text, name);
  if (problems.length === 0) return { kind: 'empty', name };
  throw new InputError(
    `${name} is no design, which begins with apiVersion: zonewright/v1, and holds no Kubernetes objects.\n${problemsAsText(problems).trimEnd()}`,
  );
}

/** Whether a text is a design, and not manifests of which one carries a design in a field. */
export function holdsDesign(text: string, name: string, read?: ReturnType<typeof parseManifests>): boolean {
  if (isNamedDesign(name)) return true;
  if (!text.includes('zonewright/')) return false;
  const { objects, problems } = read ?? parseManifests(text);
  return objects.length === 0 && (isDesign(text, name) || problems.some((p) => p.rule === 'manifest/design'));
}

function inFolder(files: readonly TextFile[], name: string, io: Io): Side | EmptySide {
  const compared = comparedIn(files, (file) => placeManifests([file], name).objects.length > 0);
  // Behind `main:` git takes no separator: that is the root of the repository already.
  const folder = name.endsWith(':') ? name : `${name.replace(/[\\/]$/, '')}/`;
  if (compared.kind === 'designs')
    throw new InputError(
      `${name} holds ${compared.files.length} designs and no manifests: ${listOf(compared.files)}. Name one design on each side, such as ${folder}${compared.files[0]?.path}.`,
    );
  if (compared.kind === 'design') {
    const path = `${folder}${compared.file.path}`;
    io.stderr(`${name} holds no manifests, so its one design is taken: ${path}.\n`);
    const { text } = compared.file;
    return inText(text, path, io);
  }
  const { objects, problems } = placeManifests(compared.files, name);
  tellProblems(problems, name, io);
  if (objects.length === 0)
    throw new InputError(`${name} holds no Kubernetes objects. Name a folder of manifests or a design.`);
  if (compared.leftOut.length > 0)
    io.stderr(`${name} is compared by its manifests; left out are the designs ${listOf(compared.leftOut)}.\n`);
  return { kind: 'manifests', name, objects, folder };
}

/** Throws an InputError where something cannot be read, because whatever is missing would show as removed. */
function tellProblems(problems: readonly Problem[], name: string, io: Io): void {
  const broken = problems.filter(hidesObjects);
  if (broken.length > 0) throw new InputError(`${name} cannot be read whole.\n${problemsAsText(broken).trimEnd()}`);
  const others = problems.filter((p) => p.rule !== 'manifest/missing-field');
  if (others.length > 0) io.stderr(problemsAsText(others));
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
