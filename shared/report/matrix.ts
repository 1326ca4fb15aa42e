/** The zone matrix for people and for machines: what drawn flows may do from zone to zone, and which are drawn. */
import { csvCell } from '../lib/csv.ts';
import { endRef, lookup, type MatrixDecision, outside, type Topology } from '../model/index.ts';
import { escapeHtml, escapeMarkdown } from './escape.ts';
import { jsonText } from './json.ts';
import { reportPage } from './report-page.ts';

export interface MatrixAxis {
  /** A zone's id, or `outside`. */
  readonly id: string;
  readonly title: string;
  /** Absent for the outside. */
  readonly trust?: number;
}

export interface MatrixEntry {
  readonly from: string;
  readonly to: string;
  /** Inside a zone what the zone itself decides; between two zones what the matrix does. */
  readonly access: MatrixDecision['access'] | 'allow-inside' | 'deny-inside' | 'none';
  /** Short forms such as `443/tcp`; only with `allow-only`. */
  readonly services: readonly string[];
  readonly severity?: MatrixDecision['severity'];
  /** False where the design does not write the cell and trust decides. */
  readonly written: boolean;
  /** Ids of the flows that are drawn between the two, sorted. Through a gateway a flow counts for its own two ends. */
  readonly flows: readonly string[];
}

export interface MatrixTable {
  readonly design: string;
  /** Outermost first, the outside before all. */
  readonly axes: readonly MatrixAxis[];
  /** Row by row in the order of the axes. */
  readonly cells: readonly MatrixEntry[];
}

export function matrixTable(topology: Topology): MatrixTable {
  const index = lookup(topology);
  const axes: MatrixAxis[] = [
    { id: outside, title: 'Outside' },
    ...index.zones.map((z) => ({ id: z.id, title: z.name ?? z.id, trust: z.trust })),
  ];
  const drawn = new Map<string, string[]>();
  for (const flow of index.flows) {
    const ends = [endRef(flow.from), endRef(flow.to)].map((end) => index.zoneOf(end));
    const key = ends.join(' ');
    const known = drawn.get(key);
    if (known === undefined) drawn.set(key, [flow.id]);
    else known.push(flow.id);
  }
  const cells = axes.flatMap(({ id: from }) =>
    axes.map(({ id: to }): MatrixEntry => {
      const flows = drawn.get(`${from} ${to}`) ?? [];
      const decision = index.matrix(from, to);
      if (decision !== undefined) return { from, to, ...decision, flows };
      const zone = index.get('zone', from);
      const access =
        zone === undefined ? 'none' : (zone.intraZone ?? 'allow') === 'allow' ? 'allow-inside' : 'deny-inside';
      return { from, to, access, services: [], written: zone?.intraZone !== undefined, flows };
    }),
  );
  return { design: topology.metadata.name, axes, cells };
}

/** One cell in words: `443/tcp`, `allow-all`, and for a zone itself `free inside` or `only flows`. */
export function cellText({ access, services }: MatrixEntry): string {
  if (access === 'allow-only') return services.length === 0 ? 'nothing' : services.join(' ');
  if (access === 'none') return '';
  return {
    'allow-all': 'allow-all',
    'block-all': 'block-all',
    'allow-inside': 'free inside',
    'deny-inside': 'only flows',
  }[access];
}

/** Columns as wide as their widest cell; cells that trust decides stand in brackets. */
export function matrixAsText(table: MatrixTable): string {
  const rows = [
    ['from \\ to', ...table.axes.map((a) => a.id)],
    ...rowsOf(table).map(({ axis, cells }) => [axis.id, ...cells.map(withFlows)]),
  ];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\nIn brackets: not written, so trust decides. After the number sign: how many flows are drawn.\n`;
}

/** RFC 4180, a row a zone and a column a zone. */
export function matrixAsCsv(table: MatrixTable): string {
  const rows = [
    ['from', ...table.axes.map((a) => a.id)],
    ...rowsOf(table).map(({ axis, cells }) => [axis.id, ...cells.map(cellText)]),
  ];
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

export function matrixAsMarkdown(table: MatrixTable): string {
  return [
    `| from \\ to | ${table.axes.map((a) => escapeMarkdown(a.title)).join(' | ')} |`,
    `| --- |${table.axes.map(() => ' --- |').join('')}`,
    ...rowsOf(table).map(
      ({ axis, cells }) =>
        `| **${escapeMarkdown(axis.title)}** | ${cells.map((c) => escapeMarkdown(withFlows(c))).join(' | ')} |`,
    ),
    '',
    'In brackets: not written, so trust decides. After the number sign: how many flows are drawn.',
    '',
  ].join('\n');
}

/** A table without a page around it. */
export function matrixAsHtmlTable(table: MatrixTable): string {
  const head = table.axes.map((a) => `<th scope="col">${escapeHtml(a.title)}</th>`).join('');
  const rows = rowsOf(table).map(({ axis, cells }) => {
    const body = cells.map((c) => {
      const trust = c.written || c.from === c.to ? '' : ' class="dim"';
      const isSelf = c.from === c.to;
      const flows = c.flows.length === 0 ? '' : `<br><span class="dim">${plural(c.flows.length, 'flow')}</span>`;
      return `<td${isSelf ? ' class="self"' : trust}>${escapeHtml(cellText(c))}${flows}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(axis.title)}</th>${body.join('')}</tr>`;
  });
  return [
    '<div class="wide"><table class="matrix">',
    `<thead><tr><th scope="col">from \\ to</th>${head}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    '</table></div>',
    '<p class="dim">Pale: not written, so trust decides.</p>',
  ].join('\n');
}

export function matrixAsHtml(table: MatrixTable): string {
  return reportPage(
    `Zone matrix of ${table.design}`,
    `<h1>Zone matrix of ${escapeHtml(table.design)}</h1>\n${matrixAsHtmlTable(table)}`,
  );
}

/** The contract of `matrix --format json`. */
export function matrixAsJson(table: MatrixTable): string {
  return jsonText({
    apiVersion: 'zonewright/v1',
    kind: 'Matrix',
    zones: table.axes,
    cells: table.cells.filter((c) => c.access !== 'none'),
  });
}

function rowsOf({ axes, cells }: MatrixTable) {
  return axes.map((axis, i) => ({ axis, cells: cells.slice(i * axes.length, (i + 1) * axes.length) }));
}

function withFlows(cell: MatrixEntry): string {
  const text = cell.written || cell.from === cell.to ? cellText(cell) : `(${cellText(cell)})`;
  return cell.flows.length === 0 ? text : `${text} #${cell.flows.length}`;
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}
