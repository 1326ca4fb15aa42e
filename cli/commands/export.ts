import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { faultOfPath } from '../../electron/files/export-paths.ts';
import { type FolderPlan, type PlannedFile, planExport } from '../../electron/files/export-plan.ts';
import { writeExport } from '../../electron/files/export-write.ts';
import { readJson } from '../../electron/files/json-store.ts';
import { writeAtomic } from '../../electron/files/write-atomic.ts';
import { prove, provenExport } from '../../shared/analysis/index.ts';
import { type Bundle, compile, type ExportIndex, indexName } from '../../shared/compile/index.ts';
import { replacedObjects } from '../../shared/diff/index.ts';
import { locate } from '../../shared/document/index.ts';
import { sha256Hex } from '../../shared/lib/sha256.ts';
import { compareText } from '../../shared/lib/sort.ts';
import { zipTextFiles } from '../../shared/lib/zip.ts';
import {
  countFiles,
  type ExportedFile,
  exportAsJson,
  exportAsText,
  jsonText,
  problemsAsText,
  proofAsText,
  proofCounts,
} from '../../shared/report/index.ts';
import { type CliCommand, InputError, type Io, listOption, oneOf, textOption, UsageError } from '../command.ts';
import { nameOf, readDesignText, wholeDesign } from '../design.ts';

export const command: CliCommand = {
  help: `Usage: zonewright export FILE --out DIR [OPTIONS]

Writes the manifests and cluster configurations of a design into a folder, one sub-folder per cluster. Files that
Zonewright did not write, or that somebody edited since, are never touched: they are listed, nothing is written, and the
exit code is 1. FILE - is standard input.

  --out DIR          the folder; with --zip the zip file
  --cluster ID       only this cluster (repeatable); files of other clusters in DIR stay
  --zip              write one zip instead of a folder
  --dry-run          say what would be written and write nothing
  --overwrite PATH   replace or remove this edited or foreign file, as the list names it (repeatable)
  --unproven         write although the manifests allow something that is not drawn
  --format txt|json  how to print what was done (default: txt)

The manifests are read back and held against the drawing before anything is written. What they allow beyond it stops the
export; what they miss is written, with an error.

Exit codes: 0 fine, 1 something could not be exported or proven or would overwrite somebody's work, 2 bad usage or
unreadable input.
`,
  options: {
    out: { type: 'string' },
    cluster: { type: 'string', multiple: true },
    zip: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    overwrite: { type: 'string', multiple: true },
    unproven: { type: 'boolean' },
    format: { type: 'string' },
  },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'json'], 'txt');
    const out = textOption(values, 'out');
    const [argument, ...more] = positionals;
    if (argument === undefined || more.length > 0) throw new UsageError('name one design, or - for standard input.');
    if (out === undefined || out === '') throw new UsageError('say with --out where to write.');
    const name = nameOf(argument);
    const { document, problems } = wholeDesign(await readDesignText(argument, io), name);
    const compiled = compile(document.topology);
    const clusters = chosenClusters(listOption(values, 'cluster'), Object.keys(document.topology.clusters ?? {}));

    const found = [...problems, ...locate(compiled.problems, document)];
    if (found.length > 0) io.stderr(problemsAsText(found));
    const proof = prove(document.topology, compiled);
    const bundle = provenExport(document.topology, compiled, proof);
    const counts = proofCounts(proof);
    const isUnproven = counts.extra > 0 && values.unproven !== true;
    io.stderr(proofAsText(proof));
    if (isUnproven) {
      io.stderr(
        'The manifests would allow what is not drawn, so nothing is written. --unproven writes them all the same.\n',
      );
    }
    const isDryRun = values['dry-run'] === true || isUnproven;
    const overwrite = listOption(values, 'overwrite');
    const target = resolve(io.cwd, out);
    const write = values.zip === true ? writeZip : writeFolder;
    const { files, isRefused } = await write(target, bundle, clusters, { isDryRun, overwrite }, io);
    const coverage = bundle.coverage.filter((c) => clusters === undefined || clusters.has(c.cluster));
    await io.stdout((format === 'json' ? exportAsJson : exportAsText)({ files, coverage, proof }));
    io.stderr(
      `${isRefused || isUnproven ? 'Not written to' : isDryRun ? 'Would write to' : 'Written to'} ${out}: ${countFiles(files)}\n`,
    );
    const isFaulty = counts.missing > 0 || counts.extra > 0 || found.some((p) => p.severity === 'error');
    return isRefused || isFaulty ? 1 : 0;
  },
};

interface WriteOptions {
  readonly isDryRun: boolean;
  readonly overwrite: readonly string[];
}

interface Outcome {
  readonly files: readonly ExportedFile[];
  readonly isRefused: boolean;
}

async function writeFolder(
  folder: string,
  bundle: Bundle,
  clusters: ReadonlySet<string> | undefined,
  options: WriteOptions,
  io: Io,
): Promise<Outcome> {
  const wanted = clusters === undefined ? bundle.files : await onlyClusters(folder, bundle, clusters);
  const plan = await planExport(folder, wanted);
  const conflicts = plan.entries.filter(
    (e) => (e.change === 'edited' || e.change === 'foreign') && !options.overwrite.includes(e.path),
  );
  const blocking = conflicts.filter((e) => e.wanted !== 'same');
  for (const path of options.overwrite.filter((p) => !plan.entries.some((e) => e.path === p))) {
    throw new UsageError(
      `--overwrite ${path} names no file of this export. Write it as the list does, relative to the folder.`,
    );
  }
  for (const entry of conflicts.filter((e) => e.wanted === 'same')) {
    io.stderr(
      `${entry.path} was edited since it was written. It is left as it is; --overwrite ${entry.path} restores it.\n`,
    );
  }
  if (blocking.length > 0) {
    io.stderr(
      'These files were not written by Zonewright or were edited since, so nothing is written. Move them, or name each with --overwrite:\n',
    );
    for (const entry of blocking)
      io.stderr(`  ${entry.path} (${entry.change}, would be ${entry.wanted ?? 'changed'})\n`);
  }
  if (blocking.length === 0 && !options.isDryRun) await writeExport(plan, wanted, options.overwrite);
  return { files: exportedFiles(plan, bundle, options.overwrite), isRefused: blocking.length > 0 };
}

function exportedFiles(plan: FolderPlan, bundle: Bundle, overwrite: readonly string[]): ExportedFile[] {
  const files = new Map(bundle.files.map((f) => [f.path, f]));
  return plan.entries.map(({ path, change, wanted, before }) => {
    const isConfirmed = overwrite.includes(path) && wanted !== undefined;
    const file = files.get(path);
    const now = isConfirmed ? (wanted === 'same' ? 'changed' : wanted) : change;
    const isUpdate = now === 'changed' && file !== undefined && file.objects.length > 0 && before !== undefined;
    return {
      path,
      change: now,
      causes: file?.causes ?? [],
      ...(isUpdate && { replaces: replacedObjects(before, file.text) }),
    };
  });
}

async function writeZip(
  target: string,
  bundle: Bundle,
  clusters: ReadonlySet<string> | undefined,
  options: WriteOptions,
  io: Io,
): Promise<Outcome> {
  const path = target.endsWith('.zip') ? target : `${target}.zip`;
  const files =
    clusters === undefined
      ? bundle.files
      : withIndexOf(
          bundle,
          bundle.files.filter((f) => f.cluster === undefined || clusters.has(f.cluster)),
        );
  const before = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new InputError(`${path} cannot be replaced: ${error.message}. Choose another file.`);
  });
  const isOurs = before === undefined || isZipOfOurs(before);
  const isRefused = !isOurs && !options.overwrite.some((p) => resolve(io.cwd, p) === path);
  if (isRefused)
    io.stderr(
      `${path} is no export of Zonewright, so it is not replaced. Choose another file, or name it with --overwrite.\n`,
    );
  else if (!options.isDryRun) await writeAtomic(path, zipTextFiles(files));
  const causes = new Map(bundle.files.map((f) => [f.path, f.causes]));
  return { files: files.map((f) => ({ path: f.path, change: 'added', causes: causes.get(f.path) ?? [] })), isRefused };
}

function isZipOfOurs(bytes: Uint8Array): boolean {
  try {
    return Object.keys(unzipSync(bytes, { filter: (file) => file.name === indexName })).length > 0;
  } catch {
    return false;
  }
}

/** The chosen clusters' files and those of the whole design; what other clusters have in the folder stays and stays listed. */
async function onlyClusters(folder: string, bundle: Bundle, clusters: ReadonlySet<string>): Promise<PlannedFile[]> {
  const chosen = bundle.files.filter((f) => f.cluster === undefined || clusters.has(f.cluster));
  const old = await readIndex(folder);
  const others = [];
  for (const file of old?.files.filter((f) => f.cluster !== undefined && !clusters.has(f.cluster)) ?? []) {
    const text = await readFile(join(folder, file.path), 'utf8').catch(() => undefined);
    if (text !== undefined) others.push({ ...file, text });
  }
  return withIndexOf(bundle, chosen, others, old);
}

/** Files with an index that lists exactly them. Files of other clusters keep the hash that was written, so edits still show. */
function withIndexOf(
  bundle: Bundle,
  chosen: ReadonlyArray<{ readonly path: string; readonly text: string; readonly cluster?: string }>,
  others: ReadonlyArray<{
    readonly path: string;
    readonly text: string;
    readonly sha256: string;
    readonly cluster?: string;
  }> = [],
  old?: ExportIndex,
): PlannedFile[] {
  const full = JSON.parse(bundle.files.find((f) => f.path === indexName)?.text ?? '{}') as ExportIndex;
  const listed = [
    ...chosen
      .filter((f) => f.path !== indexName)
      .map((f) => ({
        path: f.path,
        sha256: sha256Hex(f.text),
        ...(f.cluster !== undefined && { cluster: f.cluster }),
      })),
    ...others.map(({ text: _, ...file }) => file),
  ].sort((a, b) => compareText(a.path, b.path));
  const present = new Set(listed.flatMap((f) => (f.cluster === undefined ? [] : [f.cluster])));
  const known = new Map([...(old?.clusters ?? []), ...full.clusters].map((c) => [c.id, c]));
  const index: ExportIndex = {
    ...full,
    clusters: [...known.values()].filter((c) => present.has(c.id)).sort((a, b) => compareText(a.id, b.id)),
    files: listed,
  };
  return [
    ...[...chosen.filter((f) => f.path !== indexName), ...others].map(({ path, text }) => ({ path, text })),
    { path: indexName, text: jsonText(index) },
  ];
}

async function readIndex(folder: string): Promise<ExportIndex | undefined> {
  const path = join(folder, indexName);
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  const index = await readJson(path);
  return isIndex(index) ? index : undefined;
}

function isIndex(value: unknown): value is ExportIndex {
  if (typeof value !== 'object' || value === null) return false;
  const { files, clusters } = value as { files?: unknown; clusters?: unknown };
  return (
    Array.isArray(clusters) &&
    Array.isArray(files) &&
    files.every(
      (f) => typeof f?.path === 'string' && typeof f?.sha256 === 'string' && faultOfPath(f.path) === undefined,
    )
  );
}

function chosenClusters(asked: readonly string[], known: readonly string[]): ReadonlySet<string> | undefined {
  if (asked.length === 0) return undefined;
  const unknown = asked.filter((id) => !known.includes(id));
  if (unknown.length > 0)
    throw new UsageError(
      `the design has no cluster ${unknown.join(', ')}. Its clusters: ${known.join(', ') || 'none'}.`,
    );
  return new Set(asked);
}
