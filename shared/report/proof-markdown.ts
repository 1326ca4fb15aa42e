/** The proof as a page for people, which stands in the export beside what it is about. */
import type { TargetDocs } from '../compile/index.ts';
import type { PlatformProof } from '../proof/index.ts';
import { escapeMarkdown } from './escape.ts';
import { describeFinding, describePlatformFinding, type ProofReport } from './proof.ts';

export const proofPageName = 'PROOF.md';
export const proofDataName = 'proof.json';

export const proofDocs: TargetDocs = {
  title: 'Proof',
  formats: ['Markdown', 'zonewright/v1 Proof'],
  files: [proofPageName, proofDataName],
  covers:
    'What was compared with what, and every difference: connections, placement, storage and runtimes, as a page and as data.',
  limits: 'It is a proof of the export. What else a live cluster holds is outside it.',
};

export interface ProofSubject {
  /** The name of the design. */
  readonly design: string;
  readonly clusters: readonly string[];
  readonly workloads: number;
}

/** How many differences of one kind the page lists; the data beside it has more. */
const mostListed = 100;

export function proofAsMarkdown(report: ProofReport, { design, clusters, workloads }: ProofSubject): string {
  const { equal, findings, counts, choices } = report.connections;
  const platform = [
    ['Placement', 'on which node pools pods can land', report.placement],
    ['Storage', 'which storage classes namespaces can use', report.storage],
    ['Runtimes', 'under which runtimes pods can be admitted, and with which privileges', report.runtime],
  ] as const;
  const lines = [
    `# Proof of the export of ${escapeMarkdown(design)}`,
    '',
    verdict(report),
    '',
    `The printed files of ${count(clusters.length, 'cluster')} (${clusters.map(escapeMarkdown).join(', ') || 'none'}) with ${count(workloads, 'workload')} were read back and`,
    'judged by an engine that does not know the drawing; the answers were held against what the drawing means.',
    '',
    '| proof | what is compared | agree | extra | missing | extra by address | cannot be said |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
    `| Connections | who can reach whom on which ports, in pairs and each end by itself | ${equal} | ${counts.extra} | ${counts.missing} | ${counts['extra-by-address']} | ${counts['cannot-say']} |`,
    ...platform.map(
      ([title, what, proof]) =>
        `| ${title} | ${what} | ${proof.equal} | ${proof.counts.extra} | ${proof.counts.missing} | | ${proof.counts['cannot-say']} |`,
    ),
    '',
    ...differences('Connections', findings.map(describeFinding), total(counts)),
    ...platform.flatMap(([title, , proof]) =>
      differences(title, proof.findings.map(describePlatformFinding), total(proof.counts)),
    ),
    '## What is outside this proof',
    '',
    '- It is a proof of the exported files. Objects that a cluster holds besides them, and what was never applied, are outside.',
    '- Traffic between a pod and its own node is always possible and not counted.',
    ...choices.map((choice) => `- ${choice}`),
    '',
    'What no manifest can enforce is in the `coverage.md` of each cluster.',
  ];
  return `${lines.join('\n')}\n`;
}

function verdict({ connections, placement, storage, runtime }: ProofReport): string {
  const all = [connections, placement, storage, runtime];
  const sum = (kind: 'extra' | 'missing' | 'cannot-say') => all.reduce((n, p) => n + p.counts[kind], 0);
  const [extra, missing] = [sum('extra'), sum('missing')];
  if (extra + missing > 0)
    return `**Not proven.** ${count(extra, 'thing')} possible though not drawn, ${count(missing, 'thing')} drawn though not possible.`;
  const open = sum('cannot-say') + connections.counts['extra-by-address'];
  return open === 0
    ? '**Proven.** The manifests allow exactly what is drawn.'
    : `**Proven but for what is named below.** Nothing is missing and nothing is extra, except ${count(open, 'entry', 'entries')} that addresses or policies cannot decide.`;
}

function differences(title: string, lines: readonly string[], all: number): string[] {
  if (all === 0) return [];
  const shown = lines.slice(0, mostListed);
  return [
    `## ${title}: differences`,
    '',
    ...shown.map((line) => `- ${escapeMarkdown(line)}`),
    ...(all > shown.length ? [`- and ${all - shown.length} more.`] : []),
    '',
  ];
}

function total(counts: PlatformProof['counts'] | ProofReport['connections']['counts']): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

function count(n: number, word: string, words = `${word}s`): string {
  return `${n} ${n === 1 ? word : words}`;
}
