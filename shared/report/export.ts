/** What an export wrote or would write, as text and JSON. */
import type { CoverageNote } from '../compile/index.ts';
import { describeReplaced, type ReplacedObject } from '../diff/index.ts';
import { jsonText } from './json.ts';
import { type ProofReport, proofAsData } from './proof.ts';

export interface ExportedFile {
  readonly path: string;
  /** `edited` and `foreign` files are left alone unless they are named. */
  readonly change: 'added' | 'changed' | 'removed' | 'same' | 'edited' | 'foreign';
  readonly causes: ReadonlyArray<{ readonly kind: string; readonly id: string }>;
  /** Objects in it that have to be deleted and made again, because Kubernetes lets nobody change what differs. */
  readonly replaces?: readonly ReplacedObject[];
}

export interface ExportOutcome {
  readonly files: readonly ExportedFile[];
  readonly coverage: readonly CoverageNote[];
  readonly proof: ProofReport;
}

/** The contract of `export --format json`. */
export function exportAsJson(outcome: ExportOutcome): string {
  return jsonText({
    apiVersion: 'zonewright/v1',
    kind: 'Export',
    files: outcome.files.map(({ path, change, causes, replaces = [] }) => ({
      path,
      change,
      causes: causes.map(({ kind, id }) => ({ kind, id })),
      ...(replaces.length > 0 && { replaces }),
    })),
    proof: proofAsData(outcome.proof),
    coverage: outcome.coverage,
  });
}

const marks: Readonly<Record<ExportedFile['change'], string>> = {
  added: '+',
  changed: '~',
  removed: '-',
  same: '=',
  edited: '!',
  foreign: '!',
};

/** One line per file that is not the same, then where it says what the manifests cannot enforce. */
export function exportAsText(outcome: ExportOutcome): string {
  const files = outcome.files.filter((f) => f.change !== 'same');
  const lines = files.flatMap((f) => [
    `${marks[f.change]} ${f.path}${f.change === 'edited' || f.change === 'foreign' ? ` (${f.change})` : ''}\n`,
    ...(f.replaces ?? []).map((r) => `    replace ${describeReplaced(r)}\n`),
  ]);
  return [...lines, ...unenforced(outcome.coverage)].join('');
}

/** Where to read of it and no more: the notes of a large design are longer than all the rest, and the same each time. */
function unenforced(coverage: readonly CoverageNote[]): string[] {
  const counts = new Map<string, number>();
  for (const { cluster, state } of coverage)
    if (state === 'not-enforced') counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
  if (counts.size === 0) return [];
  const lines = [...counts].map(([cluster, count]) => `  ${cluster}/coverage.md: ${count}\n`);
  return ['\nWhat the manifests cannot enforce, and why:\n', ...lines];
}

/** `3 added, 1 changed, 12 the same`. */
export function countFiles(files: readonly ExportedFile[]): string {
  const words: Readonly<Record<ExportedFile['change'], string>> = {
    added: 'added',
    changed: 'changed',
    removed: 'removed',
    same: 'the same',
    edited: 'edited by somebody',
    foreign: 'not from Zonewright',
  };
  const parts = Object.entries(words).flatMap(([change, word]) => {
    const n = files.filter((f) => f.change === change).length;
    return n === 0 ? [] : [`${n} ${word}`];
  });
  return parts.length === 0 ? 'no files' : parts.join(', ');
}
