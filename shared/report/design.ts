/** The report of a design for people who will not open it: what it is, who may talk to whom and why, what holds it. */
import type { CoverageNote, TargetDocs } from '../compile/index.ts';
import { endRef, formatShortPorts, type Lookup, lookup, outside, protocolOf, type Topology } from '../model/index.ts';
import { escapeHtml, escapeMarkdown } from './escape.ts';
import { matrixAsHtmlTable, matrixAsMarkdown, matrixTable } from './matrix.ts';
import { type PictureOptions, pictureOf, pictureStyle } from './picture.ts';
import { type ProofReport, proofCounts } from './proof.ts';
import { proofPageName } from './proof-markdown.ts';
import { reportPage } from './report-page.ts';

export const reportFiles = {
  markdown: 'report/report.md',
  html: 'report/report.html',
  matrix: 'report/matrix.csv',
  picture: 'report/picture.svg',
} as const;

export const reportDocs: TargetDocs = {
  title: 'Report',
  formats: ['Markdown', 'HTML', 'CSV (RFC 4180)', 'SVG'],
  files: Object.values(reportFiles),
  covers:
    'The design for people: zones, matrix, flows with reason, owner, ticket and end, clusters, proof, coverage, and a picture.',
  limits: 'It says what is drawn and exported, and nothing of what was applied. Expiry is written down and not judged.',
};

export interface DesignReport {
  readonly topology: Topology;
  readonly coverage: readonly CoverageNote[];
  /** Absent where nothing was proven. */
  readonly proof?: ProofReport;
}

export function reportAsMarkdown({ topology, coverage, proof }: DesignReport): string {
  const text = escapeMarkdown;
  const tables = tablesOf(topology);
  const lines = [
    `# ${text(topology.metadata.name)}`,
    '',
    ...(topology.metadata.description === undefined ? [] : [text(topology.metadata.description), '']),
    `${summary(topology)} A picture is in [picture.svg](picture.svg), the matrix as a table in [matrix.csv](matrix.csv).`,
    '',
    '## Proof',
    '',
    `${proofSentence(proof)} The whole of it is in [${proofPageName}](../${proofPageName}).`,
    '',
    '## Zone matrix',
    '',
    'What drawn flows may do from zone to zone. It allows nothing by itself.',
    '',
    matrixAsMarkdown(matrixTable(topology)),
    ...tables.flatMap((table) => [`## ${table.title}`, '', ...markdownTable(table), '']),
    '## Coverage',
    '',
    'What the manifests of each cluster enforce, by which object, and what they cannot.',
    '',
    ...groups(coverage).flatMap(({ cluster, notes }) => [
      `### ${text(cluster)}`,
      '',
      ...notes.map(
        (n) =>
          `- ${n.state === 'enforced' ? 'Enforced' : '**Not enforced**'}: **${text(n.subject)}**. ${text(noteText(n))}`,
      ),
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

export function reportAsHtml({ topology, coverage, proof }: DesignReport, picture: PictureOptions = {}): string {
  const text = escapeHtml;
  const counts = proof === undefined ? undefined : proofCounts(proof);
  const isFaulty = counts === undefined || counts.extra + counts.missing > 0;
  const body = [
    `<h1>${text(topology.metadata.name)}</h1>`,
    ...(topology.metadata.description === undefined ? [] : [`<p>${text(topology.metadata.description)}</p>`]),
    `<p class="dim">${text(summary(topology))}</p>`,
    `<p class="${isFaulty ? 'error' : 'fine'}">${text(proofSentence(proof))}</p>`,
    `<figure>${pictureOf(topology, picture)}</figure>`,
    '<h2>Zone matrix</h2>',
    '<p>What drawn flows may do from zone to zone. It allows nothing by itself.</p>',
    matrixAsHtmlTable(matrixTable(topology)),
    ...tablesOf(topology).flatMap((table) => [`<h2>${text(table.title)}</h2>`, htmlTable(table)]),
    '<h2>Coverage</h2>',
    '<p>What the manifests of each cluster enforce, by which object, and what they cannot.</p>',
    ...groups(coverage).flatMap(({ cluster, notes }) => [
      `<h3>${text(cluster)}</h3>`,
      '<ul>',
      ...notes.map(
        (n) =>
          `<li><span class="${n.state === 'enforced' ? 'fine' : 'open'}">${n.state === 'enforced' ? 'Enforced' : 'Not enforced'}</span>: <strong>${text(n.subject)}</strong>. ${text(noteText(n))}</li>`,
      ),
      '</ul>',
    ]),
  ];
  return reportPage(topology.metadata.name, body.join('\n'), [pictureStyle]);
}

function summary(topology: Topology): string {
  const index = lookup(topology);
  const parts = [
    count(index.zones.length, 'zone'),
    count(index.clusters.length, 'cluster'),
    count(index.namespaces.length, 'namespace'),
    count(index.workloads.length, 'workload'),
    count(index.flows.length, 'flow'),
  ];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}.`;
}

function proofSentence(proof: ProofReport | undefined): string {
  if (proof === undefined) return 'Not proven: nobody has compared the manifests with the drawing.';
  const { extra, missing } = proofCounts(proof);
  if (extra + missing > 0)
    return `Not proven: ${extra} possible though not drawn, ${missing} drawn though not possible.`;
  const { counts, equal } = proof.connections;
  const open =
    counts['extra-by-address'] +
    [proof.connections, proof.placement, proof.storage, proof.runtime].reduce((n, p) => n + p.counts['cannot-say'], 0);
  return open === 0
    ? `Proven: the manifests allow exactly what is drawn, ${count(equal, 'connection')}.`
    : `Proven but for ${count(open, 'entry', 'entries')} that addresses or policies cannot decide: ${count(equal, 'connection')} agree.`;
}

interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
}

function tablesOf(topology: Topology): Table[] {
  const index = lookup(topology);
  return [zonesTable(index), flowsTable(index), clustersTable(index), storageTable(topology, index)].filter(
    (table) => table.rows.length > 0,
  );
}

function zonesTable(index: Lookup): Table {
  return {
    title: 'Zones',
    columns: [
      'zone',
      'trust',
      'inside',
      'enters by',
      'runtimes',
      'storage classes',
      'pods',
      'images',
      'clusters',
      'workloads',
    ],
    rows: index.zones.map((z) => [
      z.name ?? z.id,
      String(z.trust),
      `${(z.intraZone ?? 'allow') === 'allow' ? 'free' : 'only flows'}${(z.dns ?? 'cluster') === 'none' ? ', no DNS' : ''}`,
      (z.exposure ?? []).join(', '),
      (z.runtimes ?? []).join(', '),
      (z.storageClasses ?? []).join(', '),
      z.podSecurity ?? 'baseline',
      [...(z.images?.registries ?? []), ...(z.images?.pin === undefined ? [] : [`by ${z.images.pin}`])].join(', '),
      index.clustersOfZone(z.id).join(', '),
      String(index.workloadsOfZone(z.id).length),
    ]),
  };
}

function flowsTable(index: Lookup): Table {
  return {
    title: 'Flows',
    columns: ['flow', 'from', 'to', 'ports', 'way in', 'reason', 'owner', 'ticket', 'until'],
    rows: index.flows.map((flow) => {
      const end = (side: 'from' | 'to') => {
        const ref = endRef(flow[side]);
        const zone = index.zoneOf(ref);
        const place = zone === undefined || ref.kind === 'zone' ? '' : ` (${zone === outside ? 'outside' : zone})`;
        return `${ref.kind === 'workload' || ref.kind === 'external' ? '' : `${ref.kind} `}${index.titleOf(ref)}${place}`;
      };
      const ports =
        flow.ports === 'all'
          ? 'all'
          : flow.ports
              .map(({ protocol, ...p }) => `${formatShortPorts([p])}/${protocolOf({ protocol }).toLowerCase()}`)
              .join(', ');
      const exception =
        flow.exception === undefined
          ? ''
          : `Exception until ${flow.exception.until} by ${flow.exception.owner}: ${flow.exception.reason}`;
      return [
        flow.id,
        end('from'),
        end('to'),
        ports,
        flow.via === undefined ? '' : `${flow.via.kind}${flow.via.proxy === undefined ? '' : ` ${flow.via.proxy}`}`,
        [flow.reason ?? '', exception].filter((t) => t !== '').join('. '),
        flow.owner ?? '',
        flow.ticket ?? '',
        flow.until ?? '',
      ];
    }),
  };
}

function clustersTable(index: Lookup): Table {
  return {
    title: 'Clusters',
    columns: ['cluster', 'distribution', 'version', 'network plugin', 'engine', 'pods', 'nodes', 'seen as', 'pools'],
    rows: index.clusters.map((c) => [
      c.name ?? c.id,
      c.distribution,
      c.version,
      [c.cni?.name ?? '', c.cni?.version ?? ''].join(' ').trim(),
      [c.engine?.name ?? '', c.engine?.version ?? ''].join(' ').trim(),
      (c.networks?.pods ?? []).join(', '),
      (c.networks?.nodes ?? []).join(', '),
      c.seenAs ?? 'node',
      index
        .poolsOf(c.id)
        .map((p) => `${p.poolId}: ${p.zone}, ${count(p.nodes, 'node')}`)
        .join('; '),
    ]),
  };
}

function storageTable(topology: Topology, index: Lookup): Table {
  const classes = Object.entries(topology.storage?.classes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    title: 'Storage',
    columns: ['class', 'endpoint', 'type', 'stands in', 'addresses', 'allowed in'],
    rows: classes.map(([id, record]) => {
      const endpoint = index.get('endpoint', record.endpoint);
      return [
        record.name ?? id,
        endpoint?.name ?? record.endpoint,
        endpoint?.type ?? '',
        endpoint?.zone ?? '',
        (endpoint?.addresses ?? []).join(', '),
        index.zones
          .filter((z) => z.storageClasses?.includes(id))
          .map((z) => z.id)
          .join(', '),
      ];
    }),
  };
}

function markdownTable({ columns, rows }: Table): string[] {
  return [
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => ' --- |').join('')}`,
    ...rows.map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`),
  ];
}

function htmlTable({ columns, rows }: Table): string {
  return [
    '<div class="wide"><table>',
    `<thead><tr>${columns.map((c) => `<th scope="col">${escapeHtml(c)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(
      ([first = '', ...rest]) =>
        `<tr><th scope="row">${escapeHtml(first)}</th>${rest.map((c) => `<td>${wholeWords(c)}</td>`).join('')}</tr>`,
    ),
    '</tbody></table></div>',
  ].join('\n');
}

/** Browsers break `NET-12`, `2027-06-30` and `443/tcp` at their signs; in what is no sentence nobody wants to read that. */
function wholeWords(text: string): string {
  const words = text.split(', ');
  return words.some((word) => word.includes(' ') || word.length > 24)
    ? escapeHtml(text)
    : words.map((word) => `<span class="word">${escapeHtml(word)}</span>`).join(', ');
}

function groups(notes: readonly CoverageNote[]) {
  const clusters = [...new Set(notes.map((n) => n.cluster))];
  return clusters.map((cluster) => ({ cluster, notes: notes.filter((n) => n.cluster === cluster) }));
}

function noteText({ text, by = [] }: CoverageNote): string {
  return by.length === 0 ? text : `${text} By ${by.join(', ')}.`;
}

function count(n: number, word: string, words = `${word}s`): string {
  return `${n} ${n === 1 ? word : words}`;
}
