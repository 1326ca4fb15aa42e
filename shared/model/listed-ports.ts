/** What a flow asks for against what its receiver lists. */
import { protocolOf } from './lookup.ts';
import type { Flow, FlowPort, Workload } from './topology.ts';

/**
 * Ports written as numbers that the workload does not list with that protocol; a range counts where it holds none of
 * the listed ports. Inclusive ranges. A workload that lists no ports at all lists none of them.
 */
export function unlistedPorts(ports: Flow['ports'], workload: Workload): FlowPort[] {
  if (ports === 'all') return [];
  const listed = Object.values(workload.ports ?? {});
  return ports.filter((p) => {
    const { port: start } = p;
    if (typeof start !== 'number') return false;
    const end = p.endPort ?? start;
    return !listed.some((l) => protocolOf(l) === protocolOf(p) && l.port >= start && l.port <= end);
  });
}

/** The workload's ports with single numbers among these added, each under a name that says no more than is known: `tcp-8443`. */
export function withPorts(workload: Workload, ports: readonly FlowPort[]): NonNullable<Workload['ports']> {
  const result: Record<string, NonNullable<Workload['ports']>[string]> = { ...workload.ports };
  for (const p of ports) {
    if (typeof p.port !== 'number' || (p.endPort ?? p.port) !== p.port) continue;
    const protocol = protocolOf(p);
    const base = `${protocol.toLowerCase()}-${p.port}`;
    let name = base;
    for (let n = 2; Object.hasOwn(result, name); n += 1) name = `${base}-${n}`;
    result[name] = { port: p.port, ...(protocol !== 'TCP' && { protocol }) };
  }
  return result;
}
