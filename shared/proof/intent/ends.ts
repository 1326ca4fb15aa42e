/**
 * What the ends and ports of a flow mean. This folder reads a design and nothing else, and shares no code with the
 * compilers: a misreading on either side shows as a difference instead of agreeing with itself.
 */
import {
  type End,
  endRef,
  type Flow,
  type FlowPort,
  type Lookup,
  parseShortPorts,
  protocolOf,
  type Workload,
} from '../../model/index.ts';

/** An inclusive range of ports, 1 to 65535. */
export interface MeantPorts {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly start: number;
  readonly end: number;
}

/** A port of a receiver's pods, and the port that callers dial for it. */
export interface MeantPort extends MeantPorts {
  readonly dialStart: number;
  readonly dialEnd: number;
  /** What the matrix judges: the dialled port where the flow itself names it, else the port of the pods. */
  readonly judgedStart: number;
  readonly judgedEnd: number;
}

export const everyPort: readonly MeantPort[] = (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({
  protocol,
  start: 1,
  end: 65535,
  dialStart: 1,
  dialEnd: 65535,
  judgedStart: 1,
  judgedEnd: 65535,
}));

/** The workloads an end stands for that sit in a zone, by id; undefined for an external. */
export function membersOf(lookup: Lookup, end: End): readonly string[] | undefined {
  const ref = endRef(end);
  if (ref.kind === 'external') return undefined;
  return lookup
    .workloadsOf(ref)
    .map((w) => w.id)
    .filter((id) => lookup.zoneOf({ kind: 'workload', id }) !== undefined);
}

/** The zone an end lies in; `outside` for an external. */
export function zoneOfEnd(lookup: Lookup, end: End): string | undefined {
  return lookup.zoneOf(endRef(end));
}

/** The ports a flow means at one receiver. A name means the port of that name and protocol there, or nothing where there is none. */
export function portsAt(flow: Flow, receiver: Workload): readonly MeantPort[] {
  if (flow.ports === 'all') return everyPort;
  return flow.ports.flatMap((wanted): MeantPort[] => {
    const protocol = protocolOf(wanted);
    if (typeof wanted.port === 'number') {
      const end = wanted.endPort ?? wanted.port;
      const own = Object.entries(receiver.ports ?? {}).filter(
        ([, p]) => p.port === wanted.port && protocolOf(p) === protocol,
      );
      const name = own.map(([n]) => n).sort()[0];
      const dial = end > wanted.port ? undefined : (wanted.dial ?? dialled(receiver, name));
      const said = end > wanted.port ? undefined : wanted.dial;
      return [
        {
          protocol,
          start: wanted.port,
          end,
          dialStart: dial ?? wanted.port,
          dialEnd: dial ?? end,
          judgedStart: said ?? wanted.port,
          judgedEnd: said ?? end,
        },
      ];
    }
    const port = ownPort(receiver, wanted.port);
    if (port === undefined || protocolOf(port) !== protocol) return [];
    const dial = wanted.dial ?? dialled(receiver, wanted.port) ?? port.port;
    const judged = wanted.dial ?? port.port;
    return [
      {
        protocol: protocolOf(port),
        start: port.port,
        end: port.port,
        dialStart: dial,
        dialEnd: dial,
        judgedStart: judged,
        judgedEnd: judged,
      },
    ];
  });
}

/** The ports of a flow towards an external, which has no names for ports; undefined where the flow uses one. */
export function portsOutside(flow: Flow): readonly MeantPort[] | undefined {
  if (flow.ports === 'all') return everyPort;
  const ports = flow.ports.flatMap((p): MeantPort[] => {
    if (typeof p.port !== 'number') return [];
    const end = p.endPort ?? p.port;
    const judged = end > p.port ? undefined : p.dial;
    return [
      {
        protocol: protocolOf(p),
        start: p.port,
        end,
        dialStart: p.port,
        dialEnd: end,
        judgedStart: judged ?? p.port,
        judgedEnd: judged ?? end,
      },
    ];
  });
  return ports.length === flow.ports.length ? ports : undefined;
}

/** The ports of a proxy that answer for a flow: by the number that is dialled, by name, or because there is only one. */
export function portsOfProxy(flow: Flow, proxy: Workload): readonly MeantPort[] | undefined {
  if (flow.ports === 'all') return everyPort;
  const answering = Object.entries(proxy.ports ?? {}).map(([name, p]) => ({
    name,
    protocol: protocolOf(p),
    port: p.port,
    dial: own(proxy.service?.ports, name) ?? p.port,
  }));
  const answer = (wanted: FlowPort): MeantPort | undefined => {
    const fitting = answering.filter((p) => wanted.protocol === undefined || wanted.protocol === p.protocol);
    const dial = wanted.dial ?? (typeof wanted.port === 'number' ? wanted.port : undefined);
    const found =
      fitting.find((p) => p.dial === dial) ??
      fitting.find((p) => p.name === wanted.port) ??
      fitting.find((p) => p.port === dial) ??
      (fitting.length === 1 ? fitting[0] : undefined);
    if (found === undefined) return undefined;
    const at = wanted.dial ?? found.dial;
    const judged = wanted.dial ?? found.port;
    return {
      protocol: found.protocol,
      start: found.port,
      end: found.port,
      dialStart: at,
      dialEnd: at,
      judgedStart: judged,
      judgedEnd: judged,
    };
  };
  const ports = flow.ports.map(answer);
  return ports.every((p) => p !== undefined) ? ports : undefined;
}

/**
 * Whether the matrix lets a connection through; an exception always does. Where the flow names the dialled port, that
 * counts; behind a proxy nobody dials, so there the port of the pods does.
 */
export function passes(
  lookup: Lookup,
  flow: Flow,
  fromZone: string,
  toZone: string,
  ports: readonly MeantPort[],
  isBehindProxy = false,
): boolean {
  if (flow.exception !== undefined) return true;
  const decision = lookup.matrix(fromZone, toZone);
  if (decision === undefined || decision.access === 'allow-all') return true;
  if (decision.access === 'block-all') return false;
  const services = decision.services.map((text) => parseShortPorts(text).ports);
  if (flow.ports === 'all') return false;
  // A cell that means every port says allow-all; `all` among single services is no service.
  const permitted = services.flatMap((s) => (s === 'all' ? [] : s));
  return ports.every((p) => {
    let next = isBehindProxy ? p.start : p.judgedStart;
    const end = isBehindProxy ? p.end : p.judgedEnd;
    const fitting = permitted
      .flatMap((s) =>
        typeof s.port === 'number' && protocolOf(s) === p.protocol ? [[s.port, s.endPort ?? s.port] as const] : [],
      )
      .sort((a, b) => a[0] - b[0]);
    for (const [from, to] of fitting) if (from <= next && next <= to) next = to + 1;
    return next > end;
  });
}

function ownPort(receiver: Workload, name: string) {
  return own(receiver.ports, name);
}

/** Names such as `constructor` are names like any other. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The port of the receiver's Service; a node port where nothing stands in front of it. */
function dialled(receiver: Workload, name: string | undefined): number | undefined {
  const { service } = receiver;
  if (service === undefined || name === undefined) return undefined;
  return (service.type === 'NodePort' ? own(service.nodePorts, name) : undefined) ?? own(service.ports, name);
}
