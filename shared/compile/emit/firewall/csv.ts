/**
 * `firewall/rows.csv`: what has to be open between clusters, to and from externals, from nodes to storage, and between nodes. One row per
 * source, destination and port, initiator first, the rows of each pair of zones together; firewalls are taken to keep
 * state. RFC 4180: CRLF, quotes where needed.
 */
import { csvCell } from '../../../lib/csv.ts';
import { sortBy, unique } from '../../../lib/sort.ts';
import type { EmittedFile, TargetDocs } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { FirewallRowIr } from '../../lower/network-ir.ts';
import { causes } from '../../provenance.ts';
import { rowsOf } from './rows.ts';

export const firewallRowsDocs: TargetDocs = {
  title: 'Firewall rows',
  formats: ['CSV (RFC 4180)'],
  files: ['firewall/rows.csv'],
  covers:
    'Every connection between clusters, to and from outside, and to storage, for the team that runs the firewalls; and what API server, kubelets and network plugin need between nodes of zones or of clusters of a mesh that have addresses of their own.',
  limits:
    'Connections between pods of a cluster; what options of network plugins need, such as encryption between nodes; what nodes call elsewhere (registries, time, DNS); health checks of load balancers.',
};

const columns = [
  ...[
    'flow_id',
    'source_zone',
    'source_cluster',
    'source_namespace',
    'source_workload',
    'source_address',
    'source_except',
    'nat',
  ],
  ...['dest_zone', 'dest_cluster', 'dest_namespace', 'dest_workload', 'dest_address', 'dest_except'],
  ...['protocol', 'dial_port_from', 'dial_port_to', 'target_port_from', 'target_port_to'],
  ...['purpose', 'owner', 'ticket', 'review_date', 'enforced_by'],
] as const;

export function firewallRows(clusters: readonly ClusterIr[]): EmittedFile[] {
  const rows = rowsOf(clusters).map((row) => ({ ...row, line: cellsOf(row).map(csvCell).join(',') }));
  if (rows.length === 0) return [];
  const sorted = sortBy(
    rows,
    (r) => r.source.zone,
    (r) => r.destination.zone,
    (r) => r.line,
  );
  const lines = unique(sorted.map((r) => r.line));
  return [
    {
      path: 'firewall/rows.csv',
      text: [columns.join(','), ...lines, ''].join('\r\n'),
      causes: causes(...rows.map((r) => r.causes)),
    },
  ];
}

function cellsOf(row: FirewallRowIr): string[] {
  const { source, destination, dial, target } = row;
  return [
    ...[
      row.flow,
      source.zone,
      source.cluster,
      source.namespace,
      source.workload,
      source.address,
      source.except.join(' '),
      row.nat,
    ],
    ...[
      destination.zone,
      destination.cluster,
      destination.namespace,
      destination.workload,
      destination.address,
      destination.except.join(' '),
    ],
    ...[row.protocol, port(dial?.start), port(dial?.end), port(target?.start), port(target?.end)],
    ...[row.purpose, row.owner, row.ticket, row.until, row.enforcedBy],
  ];
}

function port(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
