/**
 * What the matrix has to permit for a flow: its legs. Most flows have one. Through a gateway or ingress there are two,
 * from outside to the proxy and from the proxy to the receiver, and each meets the matrix on its own.
 */
import { compareText } from '../lib/sort.ts';
import {
  type Entry,
  endRef,
  type Flow,
  type Lookup,
  type MatrixDecision,
  type Protocol,
  parseShortPorts,
  protocolOf,
  proxyPorts,
  type Ref,
  ref,
} from '../model/index.ts';

export interface Leg {
  readonly from: Ref;
  readonly to: Ref;
  /** A zone, or `outside`. */
  readonly fromZone: string;
  readonly toZone: string;
  /** What is dialled; a named port that exists at no receiver is none. */
  readonly ports: 'all' | readonly PortRange[];
}

/** Inclusive. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly start: number;
  readonly end: number;
}

/** Legs whose ends are both in a zone or outside; a broken end is the business of other rules. */
export function legsOf(lookup: Lookup, flow: Entry<Flow>): Leg[] {
  const from = endRef(flow.from);
  const to = endRef(flow.to);
  // Only what comes from outside enters anywhere; the API server calls pods at their own addresses.
  const isEntering = from.kind === 'external' && lookup.get('external', from.id)?.kind !== 'apiServer';
  const proxied = isEntering && (flow.via?.kind === 'gateway' || flow.via?.kind === 'ingress');
  const proxy = proxied && flow.via?.proxy !== undefined ? ref('workload', flow.via.proxy) : undefined;
  // The first connection is judged by the ports of the proxy, the second by those of the receiver.
  const pairs: Array<[Ref, Ref, Leg['ports']]> =
    proxy === undefined
      ? [[from, to, rangesOf(lookup, flow, to, true)]]
      : [
          [from, proxy, atProxy(lookup, flow, proxy.id)],
          [proxy, to, rangesOf(lookup, flow, to, false)],
        ];
  return pairs.flatMap(([a, b, ports]): Leg[] => {
    const fromZone = lookup.get(a.kind, a.id) === undefined ? undefined : lookup.zoneOf(a);
    const toZone = lookup.get(b.kind, b.id) === undefined ? undefined : lookup.zoneOf(b);
    if (fromZone === undefined || toZone === undefined) return [];
    return [{ from: a, to: b, fromZone, toZone, ports }];
  });
}

export interface Judgement {
  readonly leg: Leg;
  readonly decision: MatrixDecision;
  readonly permitted: boolean;
}

/** What the matrix says to each leg that crosses zones. The exception of a flow is not considered. */
export function judge(lookup: Lookup, flow: Entry<Flow>): Judgement[] {
  return legsOf(lookup, flow).flatMap((leg): Judgement[] => {
    const decision = lookup.matrix(leg.fromZone, leg.toZone);
    return decision === undefined ? [] : [{ leg, decision, permitted: permits(decision, leg.ports) }];
  });
}

function permits(decision: MatrixDecision, ports: Leg['ports']): boolean {
  if (decision.access !== 'allow-only') return decision.access === 'allow-all';
  if (ports === 'all') return false;
  const services = decision.services.flatMap((text): PortRange[] => {
    const parsed = parseShortPorts(text);
    return parsed.ports === 'all' ? [] : parsed.ports.flatMap((p) => rangeOf(p.port, p.endPort, protocolOf(p)));
  });
  return ports.every((port) => covered(port, services));
}

function covered(port: PortRange, services: readonly PortRange[]): boolean {
  const ranges = services
    .filter((s) => s.protocol === port.protocol)
    .sort((a, b) => a.start - b.start || compareText(a.protocol, b.protocol));
  let next = port.start;
  for (const { start, end } of ranges) if (start <= next && end >= next) next = end + 1;
  return next > port.end;
}

/** The ports of a flow as they are dialled, named ones at each receiver; `dial` counts where the flow enters. */
function rangesOf(lookup: Lookup, flow: Entry<Flow>, to: Ref, dialled: boolean): Leg['ports'] {
  if (flow.ports === 'all') return 'all';
  return flow.ports.flatMap((p): PortRange[] => {
    if (dialled && p.dial !== undefined) return rangeOf(p.dial, undefined, protocolOf(p));
    if (typeof p.port === 'number') return rangeOf(p.port, p.endPort, protocolOf(p));
    const name = p.port;
    return lookup.workloadsOf(to).flatMap((workload): PortRange[] => {
      const port = Object.hasOwn(workload.ports ?? {}, name) ? workload.ports?.[name] : undefined;
      return port === undefined || protocolOf(port) !== protocolOf(p)
        ? []
        : rangeOf(port.port, undefined, protocolOf(port));
    });
  });
}

/** Ports that no port of the proxy answers for are the business of other rules. */
function atProxy(lookup: Lookup, flow: Flow, id: string): Leg['ports'] {
  const proxy = lookup.get('workload', id);
  const ports = proxy === undefined ? undefined : proxyPorts(flow, proxy);
  if (ports === 'all') return 'all';
  return (ports ?? []).flatMap((p) => rangeOf(p.isDialGiven ? p.dial : p.port, undefined, p.protocol));
}

function rangeOf(start: number | string, end: number | undefined, protocol: Protocol): PortRange[] {
  return typeof start === 'number' ? [{ protocol, start, end: end ?? start }] : [];
}
