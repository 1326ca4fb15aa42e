/**
 * Every folder of manifests in the conformance sets, imported and held against the design that came of it: the design has
 * to mean exactly what the manifests allow, or each pair for which it does not is named.
 */
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { manifestsBelow } from '../../electron/files/manifest-folder.ts';
import { type ImportDifference, importManifests } from '../../shared/analysis/index.ts';
import {
  type ClusterSources,
  Collector,
  type Proposal,
  propose,
  readEstate,
  splitZone,
} from '../../shared/importing/index.ts';
import { compareText } from '../../shared/lib/sort.ts';
import { describePorts } from '../../shared/reach/index.ts';
import { readJson } from './input.ts';

export interface ImportedCase {
  readonly name: string;
  readonly workloads: number;
  readonly pairs: number;
  readonly flows: number;
  /** `differs` where a pair differs; `equal, but` where no drawing could say some pair. */
  readonly verdict: 'equal' | 'equal, but' | 'differs' | 'nothing to import';
  readonly note: string;
}

/** Inputs of all sets below a folder, each once, by name. */
export async function* runImports(folder: string): AsyncGenerator<ImportedCase> {
  const inputs = new Set<string>();
  for (const index of await indexesBelow(folder)) {
    const content = await readJson(index);
    for (const one of casesOf(content)) for (const input of inputsOf(one)) inputs.add(join(index, '..', input));
  }
  for (const input of [...inputs].sort(compareText)) {
    const found = await importCase(input, relative(folder, input));
    if (found !== undefined) yield found;
  }
}

async function importCase(folder: string, name: string): Promise<ImportedCase | undefined> {
  const collector = new Collector({ name: basename(folder) });
  for await (const entry of manifestsBelow(folder)) {
    if ('text' in entry) collector.add(entry.path, entry.text);
  }
  const clusters = collector.clusters();
  if (clusters.length === 0) {
    const why = collector.problems[0]?.message ?? 'the folder holds no manifests';
    return { name, workloads: 0, pairs: 0, flows: 0, verdict: 'nothing to import', note: why };
  }
  const { topology, check } = importManifests(clusters, { name, proposal: wholeProposal(clusters) });
  const workloads = Object.keys(topology.workloads ?? {}).length;
  if (workloads === 0)
    return {
      name,
      workloads,
      pairs: 0,
      flows: 0,
      verdict: 'nothing to import',
      note: collector.problems[0]?.message ?? 'no workloads',
    };
  const { counts, differences } = check;
  const differs = counts.extra + counts.missing > 0;
  return {
    name,
    workloads,
    pairs: check.pairs,
    flows: Object.keys(topology.flows ?? {}).length,
    verdict: differs ? 'differs' : counts['cannot-say'] > 0 ? 'equal, but' : 'equal',
    note: differs ? pairs(differences, counts) : reasons(differences),
  };
}

/** Namespaces of the cluster itself would stay out of the design; here they go into a zone, so that every pair is compared. */
function wholeProposal(clusters: readonly ClusterSources[]): Proposal {
  const proposal = propose(readEstate(clusters));
  const left = proposal.namespaces.filter((n) => n.zone === undefined && n.workloads > 0);
  return left.length === 0 ? proposal : splitZone(proposal, left, 'system');
}

function pairs(differences: readonly ImportDifference[], counts: Readonly<Record<string, number>>): string {
  const first = differences.find((d) => d.kind !== 'cannot-say');
  const told = first === undefined ? '' : `${first.kind} ${first.from} to ${first.to} ${describePorts(first.ports)}`;
  return `${told} (${counts.extra} extra, ${counts.missing} missing)`;
}

function reasons(differences: readonly ImportDifference[]): string {
  const counts = new Map<string, number>();
  for (const { reason = '' } of differences) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count}: ${reason}`).join('; ');
}

function casesOf(content: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const cases = typeof content === 'object' && content !== null && 'cases' in content ? content.cases : content;
  return Array.isArray(cases) ? cases.filter((c) => typeof c === 'object' && c !== null) : [];
}

function inputsOf({ inputs }: Readonly<Record<string, unknown>>): string[] {
  if (typeof inputs === 'string') return [inputs];
  return Array.isArray(inputs) ? inputs.filter((i): i is string => typeof i === 'string') : [];
}

async function indexesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((e) => e.isFile() && e.name === 'index.json')) return [join(folder, 'index.json')];
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name)))
    if (entry.isDirectory()) found.push(...(await indexesBelow(join(folder, entry.name))));
  return found;
}
