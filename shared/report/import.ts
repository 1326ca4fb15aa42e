/** What an import made, as text and JSON. */
import type { Problem } from '../lib/problem.ts';
import { sortedEntries } from '../lib/sort.ts';
import type { Topology } from '../model/index.ts';
import { describePorts, type PortRange } from '../reach/index.ts';
import { jsonText } from './json.ts';
import { problemRecord } from './problems.ts';

export interface ImportOutcome {
  readonly topology: Topology;
  readonly proposal: {
    readonly zones: Readonly<Record<string, { readonly trust: number; readonly why: string }>>;
    readonly namespaces: ReadonlyArray<{
      readonly cluster: string;
      readonly name: string;
      readonly zone?: string;
      readonly why: string;
      readonly workloads: number;
    }>;
  };
  readonly check: {
    readonly pairs: number;
    readonly equal: number;
    readonly counts: Readonly<Record<'extra' | 'missing' | 'cannot-say', number>>;
    readonly differences: ReadonlyArray<{
      readonly kind: 'extra' | 'missing' | 'cannot-say';
      readonly cluster: string;
      readonly from: string;
      readonly to: string;
      readonly ports: readonly PortRange[];
      readonly reason?: string;
    }>;
  };
  readonly problems: readonly Problem[];
  readonly files: number;
  /** True where an export's own design was given back. */
  readonly isGivenBack: boolean;
  /** The file that was written. */
  readonly out?: string;
}

export function importAsText({ topology, proposal, check, files, isGivenBack, out }: ImportOutcome): string {
  const count = (records: object | undefined, one: string, many: string) => {
    const n = Object.keys(records ?? {}).length;
    return `${n} ${n === 1 ? one : many}`;
  };
  const lines = [
    `${files === 0 ? '' : `${files} ${files === 1 ? 'file' : 'files'}: `}${count(topology.clusters, 'cluster', 'clusters')}, ${count(topology.namespaces, 'namespace', 'namespaces')}, ${count(topology.workloads, 'workload', 'workloads')}, ${count(topology.flows, 'flow', 'flows')}.`,
    '',
  ];
  const several = Object.keys(topology.clusters ?? {}).length > 1;
  const byTrust = sortedEntries(proposal.zones).sort(([, a], [, b]) => a.trust - b.trust);
  for (const [id, zone] of byTrust) {
    lines.push(`Zone ${id}, trust ${zone.trust}`);
    for (const n of proposal.namespaces.filter((one) => one.zone === id))
      lines.push(`  ${title(n, several)}: ${n.why}`);
  }
  const left = proposal.namespaces.filter((n) => n.zone === undefined && n.workloads > 0);
  if (left.length > 0) lines.push('Not in the design', ...left.map((n) => `  ${title(n, several)}: ${n.why}`));
  if (isGivenBack)
    lines.push('', 'The folder is exactly what its design exports, so that design is given back as it was.');
  lines.push('', equality(check));
  for (const d of check.differences.filter((one) => one.kind !== 'cannot-say'))
    lines.push(`  ${d.kind}: ${d.from} to ${d.to}, ${describePorts(d.ports)}`);
  for (const [reason, n] of reasonsOf(check)) lines.push(`  ${n} ${n === 1 ? 'pair' : 'pairs'}: ${reason}.`);
  if (out !== undefined) lines.push('', `Written to ${out}.`);
  return `${lines.join('\n')}\n`;
}

export function importAsJson({ topology, proposal, check, problems, files, isGivenBack, out }: ImportOutcome): string {
  const size = (records: object | undefined) => Object.keys(records ?? {}).length;
  return jsonText({
    apiVersion: 'zonewright/v1',
    kind: 'Import',
    ...(out !== undefined && { out }),
    files,
    givenBack: isGivenBack,
    clusters: size(topology.clusters),
    namespaces: size(topology.namespaces),
    workloads: size(topology.workloads),
    flows: size(topology.flows),
    proposal,
    equality: {
      pairs: check.pairs,
      equal: check.equal,
      extra: check.counts.extra,
      missing: check.counts.missing,
      cannotSay: check.counts['cannot-say'],
      differences: check.differences,
    },
    problems: problems.map(problemRecord),
  });
}

function equality({ pairs, counts }: ImportOutcome['check']): string {
  const differing = counts.extra + counts.missing;
  const without = counts['cannot-say'] > 0 ? ', without what no drawing can say' : '';
  if (differing === 0) return `The design means what the manifests allow: ${pairs} pairs are equal${without}.`;
  return `The design and the manifests differ on ${differing} of ${pairs} pairs.`;
}

function reasonsOf({ differences }: ImportOutcome['check']): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { kind, reason } of differences)
    if (kind === 'cannot-say' && reason !== undefined) found.set(reason, (found.get(reason) ?? 0) + 1);
  return found;
}

function title({ cluster, name }: { readonly cluster: string; readonly name: string }, several: boolean): string {
  return several ? `${cluster}/${name}` : name;
}
