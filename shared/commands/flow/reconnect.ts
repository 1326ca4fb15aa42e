import { type End, endRef, type Flow, type FlowPort, findRecord, ref, type Topology } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt, setAt } from '../path.ts';
import { mustExist, snapshot } from '../records.ts';

export interface Reconnection {
  readonly id: string;
  readonly end: 'from' | 'to';
  readonly to: End;
  /** How the flow enters where it comes to an external as its sender and names no way in yet. */
  readonly via?: Flow['via'];
}

/**
 * Leads one end of a flow to something else. Its reason, owner and other fields stay. A port that the flow names but the
 * new receiver does not have becomes the number it stood for; the port dialled at the old receiver's Service goes, and so
 * does the way in where the flow no longer comes from outside. Throws where the flow or the new end does not exist.
 */
export const reconnectFlow = defineCommand<Reconnection>({
  id: 'flow/reconnect',
  label: () => 'Reconnect flow',
  run(draft, { id, end, to, via }) {
    mustExist(draft, ref('flow', id));
    mustExist(draft, endRef(to));
    const topology = snapshot(draft);
    const flow = topology.flows?.[id];
    if (flow === undefined) return;
    setAt(draft, ['flows', id, end], to);
    if (end === 'to' && flow.ports !== 'all')
      setAt(draft, ['flows', id, 'ports'], portsAt(topology, flow.ports, flow.to, to));
    if (end === 'to') return;
    if (!('external' in to)) deleteAt(draft, ['flows', id, 'via']);
    else if (flow.via === undefined && via !== undefined) setAt(draft, ['flows', id, 'via'], via);
  },
});

/** What the ports of a flow become at another receiver. */
function portsAt(topology: Topology, ports: readonly FlowPort[], before: End, after: End): FlowPort[] {
  const had = namedPorts(topology, before);
  const has = namedPorts(topology, after);
  return ports.map(({ dial: _, ...port }) => {
    if (typeof port.port !== 'string' || Object.hasOwn(has, port.port)) return port;
    const old = Object.hasOwn(had, port.port) ? had[port.port] : undefined;
    if (old === undefined) return port;
    const protocol = port.protocol ?? old.protocol;
    return { ...port, port: old.port, ...(protocol !== undefined && { protocol }) };
  });
}

function namedPorts(topology: Topology, end: End) {
  return ('workload' in end ? findRecord(topology, ref('workload', end.workload))?.ports : undefined) ?? {};
}
