/**
 * Runs every conformance set below a folder: sets are found by their `index.json`, and how a set is judged is told by
 * what its cases hold. Answers are compared by meaning, never by wording.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isMap } from '../../shared/lib/is-map.ts';
import { compareText } from '../../shared/lib/sort.ts';
import { readInput, readJson } from './input.ts';
import { judgeDiff, judgeList, judgeNpGuard, type NpGuardCase } from './np-guard.ts';
import type { CaseResult } from './result.ts';
import { judgeTables, type TableCase } from './tables.ts';

export interface SetResult {
  /** The folder of the set, relative to the one asked for. */
  readonly name: string;
  readonly cases: readonly CaseResult[];
}

type AnyCase = Readonly<Record<string, unknown>> & { readonly id: string };

/** Sets in the order of their folders; folders without cases are passed over. */
export async function* runConformance(folder: string): AsyncGenerator<SetResult> {
  for (const index of await findIndexes(folder)) {
    const root = join(index, '..');
    const content = await readJson(index);
    const cases = isMap(content) && Array.isArray(content.cases) ? content.cases.filter(isCase) : [];
    if (cases.length === 0) continue;
    const results: CaseResult[] = [];
    for (const one of cases) results.push(await judge(root, one));
    yield { name: relative(folder, root) || '.', cases: results };
  }
}

/** `agreed 12, disagreed 1, not applicable 2`. */
export function countVerdicts(cases: readonly CaseResult[]): string {
  return (['agreed', 'disagreed', 'not-applicable'] as const)
    .map((verdict) => `${verdict.replace('-', ' ')} ${cases.filter((c) => c.verdict === verdict).length}`)
    .join(', ');
}

async function judge(root: string, one: AnyCase): Promise<CaseResult> {
  try {
    if (typeof one.inputs === 'string') return await judgeRealWorld(root, one.id, one.inputs);
    if (one.op === 'diff' && typeof one.expected === 'string') return await judgeRealDiff(root, one);
    if (typeof one.op === 'string') return await judgeNpGuard(root, one as unknown as NpGuardCase);
    if (Array.isArray(one.steps) || typeof one.dir === 'string')
      return await judgeTables(root, one as unknown as TableCase);
    return { id: one.id, verdict: 'not-applicable', note: 'the case is of no known form' };
  } catch (error) {
    return {
      id: one.id,
      verdict: 'disagreed',
      note: `it could not be run: ${error instanceof Error ? error.message : error}`,
    };
  }
}

async function judgeRealWorld(root: string, id: string, inputs: string): Promise<CaseResult> {
  const { sources } = await readInput(join(root, inputs));
  const oracle = await readFile(join(root, inputs, '..', 'oracle', 'connlist.txt'), 'utf8');
  return judgeList({ id }, sources, oracle);
}

async function judgeRealDiff(root: string, one: AnyCase): Promise<CaseResult> {
  const [before, after] = await Promise.all(
    (Array.isArray(one.inputs) ? one.inputs : []).map((input) => readInput(join(root, String(input)))),
  );
  if (before === undefined || after === undefined)
    return { id: one.id, verdict: 'not-applicable', note: 'the case has no two inputs' };
  const file = String(one.expected).replace(/\{txt(,[^}]*)?\}$/, 'txt');
  return judgeDiff({ id: one.id }, before.sources, after.sources, await readFile(join(root, file), 'utf8'));
}

async function findIndexes(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && entry.name === 'index.json')) return [join(folder, 'index.json')];
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    if (entry.isDirectory() && !entry.name.startsWith('.'))
      found.push(...(await findIndexes(join(folder, entry.name))));
  }
  return found;
}

function isCase(value: unknown): value is AnyCase {
  return isMap(value) && typeof value.id === 'string';
}
