/** Which ports of a proxy answer for a flow that enters through it: what the first of the two connections means. */
import { protocolOf } from './lookup.ts';
import type { Flow, FlowPort, Protocol, Workload } from './topology.ts';

export interface ProxyPort {
  readonly name: string;
  readonly protocol: Protocol;
  /** The port of the proxy's pods. */
  readonly port: number;
  /** The port that callers dial: what the flow says, else the port of the proxy's service, else the pods' own. */
  readonly dial: number;
  /** True where the flow itself names the dialled port. */
  readonly isDialGiven: boolean;
}

/** By the number that is dialled, by name, or because there is only one; undefined where a port of the flow has no answer. */
export function proxyPorts(flow: Flow, proxy: Workload): 'all' | readonly ProxyPort[] | undefined {
  if (flow.ports === 'all') return 'all';
  const own = Object.entries(proxy.ports ?? {}).map(([name, p]) => ({
    name,
    protocol: protocolOf(p),
    port: p.port,
    dial: ownValue(proxy.service?.ports, name) ?? p.port,
  }));
  const answers = flow.ports.map((wanted): ProxyPort | undefined => {
    const found = answering(wanted, own);
    return found && { ...found, dial: wanted.dial ?? found.dial, isDialGiven: wanted.dial !== undefined };
  });
  return answers.every((a) => a !== undefined) ? answers : undefined;
}

type Own = Omit<ProxyPort, 'isDialGiven'>;

function answering(wanted: FlowPort, own: readonly Own[]): Own | undefined {
  const dial = wanted.dial ?? (typeof wanted.port === 'number' ? wanted.port : undefined);
  const fitting = own.filter((p) => wanted.protocol === undefined || p.protocol === wanted.protocol);
  return (
    fitting.find((p) => p.dial === dial) ??
    fitting.find((p) => p.name === wanted.port) ??
    fitting.find((p) => p.port === dial) ??
    (fitting.length === 1 ? fitting[0] : undefined)
  );
}

function ownValue<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
