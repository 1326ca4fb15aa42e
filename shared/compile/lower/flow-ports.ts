/** Ports of a flow at one receiver: names become numbers, and the dialled port is kept beside the pod's. */
import { compareText, sortBy } from '../../lib/sort.ts';
import {
  type Flow,
  type FlowPort,
  type MatrixDecision,
  type Protocol,
  parseShortPorts,
  protocolOf,
  type Workload,
} from '../../model/index.ts';
import type { PortIr } from './network-ir.ts';

/** Inclusive ranges; `dial` is as long as the range of the pod, or both are one port. */
export interface FlowPortAt {
  readonly protocol: Protocol;
  readonly start: number;
  readonly end: number;
  /** The name of the port at the receiver, where it has one. */
  readonly name?: string;
  readonly dial: { readonly start: number; readonly end: number };
  /** False where the dialled port is only assumed to be the pod's. */
  readonly dialGiven: boolean;
}

export type FlowPortsAt = 'all' | readonly FlowPortAt[];

export interface PortsOfReceiver {
  readonly ports: FlowPortsAt;
  /** Names of the flow that the receiver has no port for. */
  readonly unknown: readonly string[];
}

export function portsAt(flow: Flow, receiver: Workload): PortsOfReceiver {
  if (flow.ports === 'all') return { ports: 'all', unknown: [] };
  const ports: FlowPortAt[] = [];
  const unknown: string[] = [];
  for (const port of flow.ports) {
    const found =
      typeof port.port === 'number' ? byNumber(port, port.port, receiver) : byName(port, port.port, receiver);
    if (found === undefined) unknown.push(String(port.port));
    else ports.push(found);
  }
  return { ports: sortPorts(ports), unknown };
}

/** The ports of a flow that hold for any receiver; undefined where one of them is a name. */
export function numericPorts(flow: Flow): FlowPortsAt | undefined {
  if (flow.ports === 'all') return 'all';
  const ports: FlowPortAt[] = [];
  for (const port of flow.ports) {
    if (typeof port.port !== 'number') return undefined;
    ports.push(byNumber(port, port.port, undefined));
  }
  return sortPorts(ports);
}

export function toPortIr(ports: FlowPortsAt): GrantPorts {
  if (ports === 'all') return 'all';
  return distinctPorts(ports.map((p) => portIr(p.protocol, p.start, p.end)));
}

export type GrantPorts = 'all' | readonly PortIr[];

export function dialIr(ports: FlowPortsAt): GrantPorts {
  if (ports === 'all') return 'all';
  return distinctPorts(ports.map((p) => portIr(p.protocol, p.dial.start, p.dial.end)));
}

export function distinctPorts(ports: readonly PortIr[]): PortIr[] {
  const distinct = new Map(ports.map((p) => [`${p.protocol} ${p.port} ${p.endPort ?? ''}`, p]));
  return [...distinct.values()].sort(
    (a, b) =>
      compareText(a.protocol, b.protocol) ||
      Number(typeof a.port === 'string') - Number(typeof b.port === 'string') ||
      (typeof a.port === 'number' && typeof b.port === 'number'
        ? a.port - b.port
        : compareText(String(a.port), String(b.port))) ||
      (a.endPort ?? 0) - (b.endPort ?? 0),
  );
}

/** Whether the matrix lets these ports pass, and in words what it lets pass instead. */
export function outsideServices(
  decision: MatrixDecision,
  ports: 'all' | ReadonlyArray<{ protocol: Protocol; start: number; end: number }>,
): string[] {
  const services: Array<{ protocol: Protocol; start: number; end: number }> = [];
  for (const text of decision.services) {
    const { ports: allowed } = parseShortPorts(text);
    // A cell that means every port says allow-all; `all` among single services is no service.
    if (allowed === 'all') continue;
    for (const p of allowed) {
      if (typeof p.port === 'number')
        services.push({ protocol: protocolOf(p), start: p.port, end: p.endPort ?? p.port });
    }
  }
  if (ports === 'all') return ['all ports'];
  return ports.filter((p) => !covered(p, services)).map((p) => portText(p));
}

function portText(p: { readonly protocol: Protocol; readonly start: number; readonly end: number }): string {
  return `${p.start === p.end ? p.start : `${p.start}-${p.end}`}/${p.protocol.toLowerCase()}`;
}

/** Several services that touch may cover a range together. */
function covered(
  p: { readonly protocol: Protocol; readonly start: number; readonly end: number },
  services: ReadonlyArray<{ protocol: Protocol; start: number; end: number }>,
): boolean {
  let next = p.start;
  for (const s of sortBy(
    services.filter((s) => s.protocol === p.protocol),
    (s) => s.start,
  )) {
    if (s.start <= next && s.end >= next) next = s.end + 1;
  }
  return next > p.end;
}

function byNumber(port: FlowPort, start: number, receiver: Workload | undefined): FlowPortAt {
  const protocol = protocolOf(port);
  const end = port.endPort ?? start;
  const name =
    start === end
      ? Object.entries(receiver?.ports ?? {})
          .filter(([, p]) => p.port === start && protocolOf(p) === protocol)
          .map(([key]) => key)
          .sort(compareText)[0]
      : undefined;
  return at(port, protocol, start, end, name, receiver);
}

function byName(port: FlowPort, name: string, receiver: Workload): FlowPortAt | undefined {
  const found = receiver.ports !== undefined && Object.hasOwn(receiver.ports, name) ? receiver.ports[name] : undefined;
  if (found === undefined) return undefined;
  const protocol = protocolOf(found);
  if (protocolOf(port) !== protocol) return undefined;
  return at(port, protocol, found.port, found.port, name, receiver);
}

function at(
  port: FlowPort,
  protocol: Protocol,
  start: number,
  end: number,
  name: string | undefined,
  receiver: Workload | undefined,
): FlowPortAt {
  const dial = start === end ? (port.dial ?? serviceDial(name, receiver)) : undefined;
  return {
    protocol,
    start,
    end,
    ...(name !== undefined && { name }),
    dial: dial === undefined ? { start, end } : { start: dial, end: dial },
    dialGiven: port.dial !== undefined,
  };
}

/** The port that is dialled at the receiver's Service. Node ports are dialled only where there is nothing in front of them. */
function serviceDial(name: string | undefined, receiver: Workload | undefined): number | undefined {
  const service = receiver?.service;
  if (name === undefined || service === undefined) return undefined;
  const own = (map: Readonly<Record<string, number>> | undefined) =>
    map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
  return (service.type === 'NodePort' ? own(service.nodePorts) : undefined) ?? own(service.ports);
}

function sortPorts(ports: readonly FlowPortAt[]): FlowPortAt[] {
  return sortBy(
    ports,
    (p) => p.protocol,
    (p) => p.start,
    (p) => p.end,
    (p) => p.dial.start,
  );
}

function portIr(protocol: Protocol, start: number, end: number): PortIr {
  return { protocol, port: start, ...(end > start && { endPort: end }) };
}
