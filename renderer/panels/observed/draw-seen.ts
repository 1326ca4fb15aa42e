/** The flow that makes a seen connection a drawn one. Pure. */
import { type CommandCall, freeId } from '../../../shared/commands/index.ts';
import { hostCidr } from '../../../shared/lib/ip.ts';
import {
  type External,
  type FlowPort,
  lookup,
  protocolOf,
  type Ref,
  type Topology,
} from '../../../shared/model/index.ts';
import type { SeenConnection, SeenEnd } from '../../../shared/observed/index.ts';
import { connection } from '../../canvas/index.ts';

export type DrawnSeen =
  | { readonly calls: readonly CommandCall[]; readonly flow: string }
  /** Why no flow can be drawn, and what to do. */
  | { readonly why: string };

/**
 * A flow between the two ends on the one port that was seen. An address that no external holds gets an external of its own,
 * with nothing but that address.
 */
export function drawSeen(topology: Topology, { from, to, protocol, port, heldBack }: SeenConnection): DrawnSeen {
  if (heldBack !== undefined) {
    return {
      why: `Flow “${heldBack}” is drawn for it, and the matrix or the zone does not let it. The problems say what to change.`,
    };
  }
  const stranger = [from, to].find((end) => end.ref?.kind === 'namespace' || end.name.includes('/'));
  if (stranger !== undefined)
    return { why: `${stranger.name} is no workload of the design. Draw its workload, and then the flow.` };
  const made = [from, to].map((end) => externalFor(topology, end));
  const calls = made.flatMap((m): CommandCall[] =>
    m === undefined ? [] : [{ id: 'record/add', args: { ref: m.ref, record: m.record } }],
  );
  const [start, end] = [from.ref ?? made[0]?.ref, to.ref ?? made[1]?.ref];
  const externals = Object.fromEntries(made.flatMap((m) => (m === undefined ? [] : [[m.ref.id, m.record]])));
  const drawn =
    start && end && connection({ ...topology, externals: { ...topology.externals, ...externals } }, start, end);
  if (drawn === undefined) return { why: 'A flow runs between two different ends.' };
  const flow = { ...drawn.flow, ports: [portOf(topology, to, protocol, port)] };
  return { calls: [...calls, { id: 'flow/connect', args: { id: drawn.id, ...flow } }], flow: drawn.id };
}

function externalFor(
  topology: Topology,
  { name, names, ref }: SeenEnd,
): { readonly ref: Ref; readonly record: External } | undefined {
  const cidr = ref === undefined ? hostCidr(name) : undefined;
  if (cidr === undefined) return undefined;
  const [called] = names ?? [];
  const id = freeId(
    topology,
    'external',
    (called ?? name)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, ''),
  );
  return { ref: { kind: 'external', id }, record: { cidrs: [cidr] } };
}

/** By its name where the receiver lists it. */
function portOf(topology: Topology, to: SeenEnd, protocol: SeenConnection['protocol'], port: number): FlowPort {
  const own = to.ref?.kind === 'workload' ? lookup(topology).get('workload', to.ref.id)?.ports : undefined;
  const named = Object.entries(own ?? {}).find(([, p]) => p.port === port && protocolOf(p) === protocol);
  return { port: named?.[0] ?? port, ...(protocol !== 'TCP' && { protocol }) };
}
