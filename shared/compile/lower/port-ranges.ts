/** Sets of protocol and port with what it takes to bound them: union, complement and whether one holds another. */
import { type MatrixDecision, type Protocol, parseShortPorts, protocolOf, schema } from '../../model/index.ts';

/** An inclusive range of ports, 1 to 65535; without `endPort` a single port. */
export interface PortRangeIr {
  readonly protocol: Protocol;
  readonly port: number;
  readonly endPort?: number;
}

/** `all`: every port of every protocol. An empty list: none. Ranges are sorted, disjoint and do not touch. */
export type PortRangesIr = 'all' | readonly PortRangeIr[];

const last = 65535;

/** What the matrix lets pass in one direction of one pair of zones; where it decides nothing, everything. */
export function matrixPorts(decision: MatrixDecision | undefined): PortRangesIr {
  if (decision === undefined || decision.access === 'allow-all') return 'all';
  if (decision.access === 'block-all') return [];
  return normalise(
    decision.services.flatMap((text) => {
      const { ports } = parseShortPorts(text);
      // A cell that means every port says allow-all; `all` among single services is no service.
      if (ports === 'all') return [];
      return ports.flatMap((p) =>
        typeof p.port === 'number'
          ? [{ protocol: protocolOf(p), port: p.port, ...(p.endPort !== undefined && { endPort: p.endPort }) }]
          : [],
      );
    }),
  );
}

export function unionPorts(...sets: readonly PortRangesIr[]): PortRangesIr {
  const ranges: PortRangeIr[] = [];
  for (const set of sets) {
    if (set === 'all') return 'all';
    ranges.push(...set);
  }
  return normalise(ranges);
}

/** Every port of TCP, UDP and SCTP that is not in the set; `all` where the set is empty, so that other protocols count. */
export function otherPorts(set: PortRangesIr): PortRangesIr {
  if (set === 'all') return [];
  if (set.length === 0) return 'all';
  return schema.protocols.flatMap((protocol) => {
    const gaps: PortRangeIr[] = [];
    let next = 1;
    for (const range of set) {
      if (range.protocol !== protocol) continue;
      if (range.port > next) gaps.push(portRange(protocol, next, range.port - 1));
      next = endOf(range) + 1;
    }
    if (next <= last) gaps.push(portRange(protocol, next, last));
    return gaps;
  });
}

export function withoutPorts(set: PortRangesIr, taken: PortRangesIr): PortRangesIr {
  return taken === 'all' ? [] : taken.length === 0 ? set : otherPorts(unionPorts(otherPorts(set), taken));
}

/** Whether every port of `inner` is in `outer`. */
export function holdsPorts(outer: PortRangesIr, inner: PortRangesIr): boolean {
  if (outer === 'all') return true;
  if (inner === 'all') return false;
  return inner.every((p) => outer.some((o) => o.protocol === p.protocol && o.port <= p.port && endOf(p) <= endOf(o)));
}

function normalise(ranges: readonly PortRangeIr[]): readonly PortRangeIr[] {
  return schema.protocols.flatMap((protocol) => {
    const joined: PortRangeIr[] = [];
    for (const range of ranges.filter((r) => r.protocol === protocol).sort((a, b) => a.port - b.port)) {
      const before = joined.at(-1);
      if (before !== undefined && range.port <= endOf(before) + 1)
        joined[joined.length - 1] = portRange(protocol, before.port, Math.max(endOf(before), endOf(range)));
      else joined.push(portRange(protocol, range.port, endOf(range)));
    }
    return joined;
  });
}

function portRange(protocol: Protocol, start: number, end: number): PortRangeIr {
  return { protocol, port: start, ...(end > start && { endPort: end }) };
}

function endOf({ port, endPort }: PortRangeIr): number {
  return Math.max(port, endPort ?? port);
}
