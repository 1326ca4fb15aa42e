/** Every connection that a firewall may see, in one form: flows between clusters and outside, storage, and nodes. */
import { parseCidr } from '../../../lib/ip.ts';
import type { ClusterIr } from '../../ir.ts';
import type { FirewallRowIr } from '../../lower/network-ir.ts';
import { nodeRows } from './node-rows.ts';

/**
 * Rows of storage, of nodes and of open zones have no flow. The destination's workload of the first is the endpoint, whose
 * address may be a DNS name; the others have none.
 */
export function rowsOf(clusters: readonly ClusterIr[]): FirewallRowIr[] {
  return [...clusters.flatMap((c) => c.network.firewall), ...clusters.flatMap(storageRows), ...nodeRows(clusters)];
}

function storageRows(ir: ClusterIr): FirewallRowIr[] {
  return ir.storage.firewall.flatMap((row) =>
    row.from.flatMap((from) =>
      sameFamily(from, row.to)
        ? row.ports.map((p): FirewallRowIr => {
            const range = { start: p.port, end: p.endPort ?? p.port };
            return {
              flow: '',
              source: {
                zone: row.zones.join(' '),
                cluster: ir.id,
                namespace: '',
                workload: '',
                address: from,
                except: [],
              },
              destination: {
                zone: ir.lookup.get('endpoint', row.endpoint)?.zone ?? '',
                cluster: '',
                namespace: '',
                workload: row.endpoint,
                address: row.to,
                except: [],
              },
              nat: 'none',
              protocol: p.protocol,
              dial: range,
              target: range,
              purpose: row.purpose === 'node' ? 'Nodes mount storage' : 'The storage driver’s controller',
              owner: '',
              ticket: '',
              until: '',
              enforcedBy: 'firewall',
              causes: row.causes,
            };
          })
        : [],
    ),
  );
}

/** A DNS name has no family that anybody could know here. */
function sameFamily(from: string, to: string): boolean {
  const family = to.includes(':') ? 6 : /^[\d.]+$/.test(to) ? 4 : undefined;
  return family === undefined || parseCidr(from)?.family === family;
}
