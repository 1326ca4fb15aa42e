/**
 * Connections as text, JSON, CSV, Markdown and DOT, in pieces: an open cluster has millions of them, so nothing is held
 * that has been printed.
 */
import { csvCell } from '../lib/csv.ts';
import type { Problem } from '../lib/problem.ts';
import {
  type Connection,
  connections,
  connectionsForReading,
  describePorts,
  ends,
  formatEnd,
  isWorkload,
  type Reach,
  type ReachEnd,
} from '../reach/index.ts';
import { escapeMarkdown } from './escape.ts';
import { problemRecord } from './problems.ts';

export interface ClusterReach {
  /** Absent where there is only one. */
  readonly cluster?: string;
  readonly reach: Reach;
}

/** The contract of `connectivity --format json`: one range per address end, one connection per line. */
export function* connectivityAsJson(
  clusters: readonly ClusterReach[],
  problems: readonly Problem[],
): Generator<string> {
  yield '{\n  "apiVersion": "zonewright/v1",\n  "kind": "Connectivity",\n  "connections": [';
  let separator = '\n';
  for (const { cluster, reach } of clusters) {
    const endText = remember((end: ReachEnd) => JSON.stringify(endRecord(end, cluster)));
    const portsText = remember((ports: Connection['ports']) => JSON.stringify(ports));
    for (const { from, to, ports } of connections(reach, { cidrs: 'apart' })) {
      yield `${separator}    {"from":${endText(from)},"to":${endText(to)},"ports":${portsText(ports)}}`;
      separator = ',\n';
    }
  }
  yield `${separator === '\n' ? '' : '\n  '}],\n  "problems": [`;
  separator = '\n';
  for (const problem of problems) {
    yield `${separator}    ${JSON.stringify(problemRecord(problem))}`;
    separator = ',\n';
  }
  yield `${separator === '\n' ? '' : '\n  '}]\n}\n`;
}

/** `shop/web[Deployment] => data/db[StatefulSet]: TCP 5432`, addresses with equal ports in one line. */
export function* connectivityAsText(clusters: readonly ClusterReach[]): Generator<string> {
  for (const { cluster, reach } of clusters) {
    const start = cluster === undefined ? '' : `${cluster}: `;
    const endText = remember(formatEnd);
    const portsText = remember(describePorts);
    for (const { from, to, ports } of connectionsForReading(reach))
      yield `${start}${endText(from)} => ${endText(to)}: ${portsText(ports)}\n`;
  }
}

const csvHeader = [
  ...['from_cluster', 'from_namespace', 'from_kind', 'from_name', 'from_cidr'],
  ...['to_cluster', 'to_namespace', 'to_kind', 'to_name', 'to_cidr'],
  ...['protocol', 'start', 'end'],
];

/** One row for each range of ports. RFC 4180, with line feeds. */
export function* connectivityAsCsv(clusters: readonly ClusterReach[]): Generator<string> {
  yield `${csvHeader.join()}\n`;
  for (const { cluster, reach } of clusters) {
    const cells = remember((end: ReachEnd) => endCells(end, cluster).map(csvCell).join());
    for (const { from, to, ports } of connections(reach, { cidrs: 'apart' })) {
      const pair = `${cells(from)},${cells(to)}`;
      for (const { protocol, start, end } of ports) yield `${pair},${protocol},${start},${end}\n`;
    }
  }
}

export function* connectivityAsMarkdown(clusters: readonly ClusterReach[]): Generator<string> {
  for (const [i, { cluster, reach }] of clusters.entries()) {
    if (cluster !== undefined) yield `${i === 0 ? '' : '\n'}## ${escapeMarkdown(cluster)}\n\n`;
    yield '| from | to | ports |\n| --- | --- | --- |\n';
    for (const { from, to, ports } of connectionsForReading(reach))
      yield `| ${escapeMarkdown(formatEnd(from))} | ${escapeMarkdown(formatEnd(to))} | ${describePorts(ports)} |\n`;
  }
}

/** Graphviz: a box for each namespace, an ellipse for addresses. */
export function* connectivityAsDot(clusters: readonly ClusterReach[]): Generator<string> {
  yield 'digraph connectivity {\n  rankdir=LR;\n  node [shape=ellipse];\n';
  for (const { cluster, reach } of clusters) {
    const id = (end: ReachEnd) => dotText(cluster === undefined ? formatEnd(end) : `${cluster}: ${formatEnd(end)}`);
    let namespace: string | undefined;
    for (const end of ends(reach)) {
      if (!isWorkload(end)) continue;
      if (end.namespace !== namespace) {
        if (namespace !== undefined) yield '  }\n';
        namespace = end.namespace;
        const name = cluster === undefined ? namespace : `${cluster}: ${namespace}`;
        yield `  subgraph ${dotText(`cluster ${name}`)} {\n    label=${dotText(name)};\n`;
      }
      yield `    ${id(end)} [shape=box, label=${dotText(`${end.name}\n${end.kind}`)}];\n`;
    }
    if (namespace !== undefined) yield '  }\n';
    for (const { from, to, ports } of connectionsForReading(reach))
      yield `  ${id(from)} -> ${id(to)} [label=${dotText(describePorts(ports))}];\n`;
  }
  yield '}\n';
}

/** END of the contract. An address end has one range here. */
export function endRecord(end: ReachEnd, cluster: string | undefined): Record<string, string> {
  if (!isWorkload(end)) return { cidr: end.cidrs.join(',') };
  const { namespace, kind, name } = end;
  return { ...(cluster !== undefined && { cluster }), namespace, kind, name };
}

function endCells(end: Connection['from'], cluster: string | undefined): string[] {
  return isWorkload(end)
    ? [cluster ?? '', end.namespace, end.kind, end.name, '']
    : ['', '', '', '', end.cidrs.join(' ')];
}

/** Ends and sets of ports come again and again as the same objects. */
function remember<K extends object>(text: (key: K) => string): (key: K) => string {
  const known = new WeakMap<K, string>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = text(key);
      known.set(key, found);
    }
    return found;
  };
}

function dotText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
