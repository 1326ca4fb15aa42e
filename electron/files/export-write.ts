/**
 * Carries out an export plan: everything is first written and flushed beside its place, then renamed file by file, the
 * index last. Where a step fails, what was renamed before is put back. Where the process or the machine dies between two
 * renames, each file is whole but the folder holds some files of either export; the journal in the staging folder lets
 * the next plan know all of them for Zonewright's own, and the next write finishes the work.
 */
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dropStaging, makeStaging, stagingFolders, writeJournal } from './export-journal.ts';
import {
  examine,
  exportIndexName,
  type FolderPlan,
  type FolderPlanEntry,
  look,
  type PlannedFile,
} from './export-plan.ts';
import { FileError, toFileError } from './file-error.ts';
import { inParallel } from './in-parallel.ts';
import { etagOf } from './read.ts';
import { type FileSystem, flushFolder, writeFlushed } from './write-atomic.ts';

/** A flush is mostly waiting for the disk, and disks take several in one go. */
const flushedAtOnce = 8;

export interface ExportWriteResult {
  readonly written: number;
  readonly removed: number;
}

/**
 * `plan` is what planExport answered and the user saw; where the folder or the files changed since, the write is
 * refused with `changed-on-disk`. `confirmed` lists the edited or foreign paths that may be overwritten or removed; the
 * others stay as they are. A foreign index must be confirmed, since nothing else could be recognised later.
 */
export async function writeExport(
  plan: Pick<FolderPlan, 'folder' | 'etag'>,
  files: readonly PlannedFile[],
  confirmed: readonly string[],
  fileSystem: FileSystem = fs,
): Promise<ExportWriteResult> {
  const { folder } = plan;
  const { plan: now, staging, indexFor } = await examine(folder, files);
  if (now.etag !== plan.etag) {
    throw new FileError(
      'changed-on-disk',
      `${folder} changed since the preview was made. Nothing was written; look at the preview again.`,
    );
  }
  const may = new Set(confirmed);
  refuseForeignIndex(now, may);
  const index = indexFor(may);
  const toWrite = now.entries.filter((e) =>
    e.path === exportIndexName ? e.before !== index : isOutcome(e, 'changed', may) || e.change === 'added',
  );
  const toRemove = now.entries.filter((e) => e.path !== exportIndexName && isOutcome(e, 'removed', may));
  const texts = new Map(files.map((f) => [f.path, f.text]));
  if (index !== undefined) texts.set(exportIndexName, index);
  try {
    if (toWrite.length > 0 || toRemove.length > 0) {
      await fs.mkdir(folder, { recursive: true });
      await carryOut(await fs.realpath(folder), toWrite, toRemove, texts, fileSystem);
    }
    // Only now, since what a killed export put in place is known by its journal until the new index lists it.
    for (const { place } of staging.filter((s) => s.isLeftOver)) await dropStaging(place, false);
    return { written: toWrite.length, removed: toRemove.length };
  } catch (error) {
    throw toFileError(error, 'write the export to', folder);
  }
}

async function carryOut(
  root: string,
  toWrite: readonly FolderPlanEntry[],
  toRemove: readonly FolderPlanEntry[],
  texts: ReadonlyMap<string, string>,
  io: FileSystem,
): Promise<void> {
  const staging = await makeStaging(root);
  const undo: Array<() => Promise<void>> = [];
  const newFolders = new Set<string>();
  let isRestored = true;
  try {
    await refuseBeside(root, staging);
    const fresh = new Map(toWrite.map(({ path }, i) => [path, join(staging, `new-${i}`)]));
    await inParallel([...fresh], flushedAtOnce, async ([path, place]) =>
      writeFlushed(io, place, texts.get(path) ?? '', await modeOf(join(root, path))),
    );
    const hashes = toWrite.map(({ path }) => ({ path, sha256: etagOf(texts.get(path) ?? '') }));
    await writeJournal(io, staging, hashes);
    await flushFolder(root, io);
    const paths = [...toWrite, ...toRemove].map((e) => e.path).filter((path) => path !== exportIndexName);
    if (fresh.has(exportIndexName)) paths.push(exportIndexName);
    for (const [i, path] of paths.entries()) {
      // Looks again: a folder on the way may have become a link that leads out.
      const disk = await look(root, path);
      const place = join(root, path);
      const backup = join(staging, `old-${i}`);
      const next = fresh.get(path);
      if (next === undefined) {
        if (disk.state === 'absent') continue;
        await io.rename(place, backup);
        undo.push(() => fs.rename(backup, place));
        continue;
      }
      await makeFolders(root, dirname(path), newFolders);
      if (disk.state === 'absent') {
        undo.push(() => fs.rm(place, { force: true }));
      } else {
        await keepCopy(place, backup, disk.state === 'link');
        undo.push(() => fs.rename(backup, place));
      }
      await io.rename(next, place);
    }
  } catch (error) {
    for (const step of undo.reverse()) {
      await step().catch(() => {
        isRestored = false;
      });
    }
    for (const made of [...newFolders].reverse()) await fs.rmdir(made).catch(() => undefined);
    if (isRestored) throw error;
    throw new FileError(
      'failed',
      `${toFileError(error, 'write the export to', root).message} Not everything could be put back: the files that stood there are in ${staging} until the next export; copy what you need.`,
    );
  } finally {
    await dropStaging(staging, !isRestored);
  }
  await removeEmptyFolders(root, toRemove);
  const touched = new Set([root, ...toWrite.map((e) => dirname(join(root, e.path)))]);
  await inParallel([...touched], flushedAtOnce, (folder) => flushFolder(folder, io));
}

/** Two exports at once would take each other's files for changes. */
async function refuseBeside(root: string, own: string): Promise<void> {
  if ((await stagingFolders(root)).some((other) => other.place !== own && !other.isLeftOver)) {
    throw new FileError(
      'changed-on-disk',
      `Another export is being written to ${root}. Nothing was written; wait a moment and look at the preview again.`,
    );
  }
}

function isOutcome(entry: FolderPlanEntry, outcome: 'changed' | 'removed', confirmed: ReadonlySet<string>): boolean {
  if (entry.change === outcome) return true;
  if (entry.change !== 'edited' && entry.change !== 'foreign') return false;
  if (!confirmed.has(entry.path)) return false;
  return (entry.wanted === 'removed') === (outcome === 'removed');
}

function refuseForeignIndex(plan: FolderPlan, confirmed: ReadonlySet<string>): void {
  const index = plan.entries.find((e) => e.path === exportIndexName);
  if (index?.change === 'foreign' && !confirmed.has(exportIndexName)) {
    throw new FileError(
      'not-allowed',
      `${plan.folder} holds a ${exportIndexName} that Zonewright did not write. Nothing was written; choose another folder, or confirm to replace that file.`,
    );
  }
}

async function modeOf(place: string) {
  const info = await fs.lstat(place).catch(() => undefined);
  return info?.isFile() === true ? info : undefined;
}

/** The old file under a second name, so that the rename over the first one stays a single step. */
async function keepCopy(place: string, backup: string, isLink: boolean): Promise<void> {
  if (isLink) return fs.symlink(await fs.readlink(place), backup);
  // Not every file system has hard links.
  await fs.link(place, backup).catch(() => fs.copyFile(place, backup));
}

async function makeFolders(root: string, relative: string, made: Set<string>): Promise<void> {
  let folder = root;
  for (const part of relative === '.' ? [] : relative.split('/')) {
    folder = join(folder, part);
    const isNew = await fs.mkdir(folder).then(
      () => true,
      () => false,
    );
    if (isNew) made.add(folder);
  }
}

/** Folders that held nothing but removed files. */
async function removeEmptyFolders(root: string, removed: readonly FolderPlanEntry[]): Promise<void> {
  const folders = new Set<string>();
  for (const { path } of removed) {
    const parts = path.split('/').slice(0, -1);
    for (let depth = parts.length; depth > 0; depth -= 1) folders.add(parts.slice(0, depth).join('/'));
  }
  // Deepest first; a folder with anything else in it refuses to go.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    await fs.rmdir(join(root, folder)).catch(() => undefined);
  }
}
