/** Which ports the explain panel offers, and what is chosen before somebody chooses. */
import type { AskedEnd, ExplainQuestion } from '../../../shared/analysis/index.ts';
import {
  endRef,
  formatShortPorts,
  type Lookup,
  parseShortPorts,
  protocolOf,
  type Workload,
} from '../../../shared/model/index.ts';

export interface PortChoice {
  /** `8080/tcp`; empty for all ports. */
  readonly value: string;
  readonly label: string;
}

/** The ports of the receiver and of the flows between the two ends, then all of them. */
export function portChoices(
  index: Lookup,
  from: AskedEnd | undefined,
  to: AskedEnd | undefined,
): readonly PortChoice[] {
  const own = to?.kind === 'workload' ? index.get('workload', to.id)?.ports : undefined;
  const choices = new Map<string, PortChoice>();
  for (const port of flowPorts(index, from, to)) choices.set(port, { value: port, label: port });
  for (const [name, p] of Object.entries(own ?? {})) {
    const value = text(p.port, protocolOf(p));
    choices.set(value, { value, label: `${name} ${value}` });
  }
  return [...choices.values(), { value: '', label: 'All ports' }];
}

/** `8080/tcp` as a question; undefined where the text is no single port. */
export function askedPort(value: string): ExplainQuestion['port'] {
  const { ports } = parseShortPorts(value);
  const [port] = ports === 'all' ? [] : ports;
  return typeof port?.port === 'number' ? { protocol: protocolOf(port), port: port.port } : undefined;
}

function flowPorts(index: Lookup, from: AskedEnd | undefined, to: AskedEnd | undefined): string[] {
  if (from === undefined || to === undefined) return [];
  const stands = (end: AskedEnd, kind: string, id: string) =>
    end.kind === 'workload'
      ? index.workloadsOf({ kind: kind as 'workload', id }).some((w) => w.id === end.id)
      : end.kind === 'external' && kind === 'external' && end.id === id;
  const receiver: Workload | undefined = to.kind === 'workload' ? index.get('workload', to.id) : undefined;
  return index.flows.flatMap((flow) => {
    const [a, b] = [endRef(flow.from), endRef(flow.to)];
    if (flow.ports === 'all' || !stands(from, a.kind, a.id) || !stands(to, b.kind, b.id)) return [];
    return flow.ports.flatMap((p) => {
      const named = typeof p.port === 'string' ? receiver?.ports?.[p.port] : undefined;
      if (named !== undefined) return [text(named.port, protocolOf(named))];
      return typeof p.port === 'number' ? [text(p.port, protocolOf(p))] : [];
    });
  });
}

function text(port: number, protocol: ReturnType<typeof protocolOf>): string {
  const short = formatShortPorts([{ port, protocol }]);
  return short.includes('/') ? short : `${short}/${protocol.toLowerCase()}`;
}
