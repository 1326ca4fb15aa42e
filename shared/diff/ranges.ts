/** Sets of whole numbers as sorted, disjoint, inclusive ranges: ports and addresses as they are allowed. */
import { parseCidr } from '../lib/ip.ts';
import { type External, type FlowPort, parseShortPorts, protocolOf, type Workload } from '../model/index.ts';

export interface Range {
  readonly start: bigint;
  readonly end: bigint;
}
/** Keyed by protocol, or by address family. A name that resolves to no number is a key of its own, `name:http`. */
export type RangeSet = ReadonlyMap<string, readonly Range[]>;

/** What is in `a` and not in `b`. */
export function subtract(a: RangeSet, b: RangeSet): RangeSet {
  const rest = new Map<string, Range[]>();
  for (const [key, ranges] of a) {
    let left = [...ranges];
    for (const hole of b.get(key) ?? []) {
      left = left.flatMap((r) => [
        ...(r.start < hole.start ? [{ start: r.start, end: r.end < hole.start ? r.end : hole.start - 1n }] : []),
        ...(r.end > hole.end ? [{ start: r.start > hole.end ? r.start : hole.end + 1n, end: r.end }] : []),
      ]);
    }
    if (left.length > 0) rest.set(key, left);
  }
  return rest;
}

/** The ports of a flow at its receivers; a name stands for its number at every receiver that has it. */
export function portsOf(ports: 'all' | readonly FlowPort[], receivers: readonly Workload[]): RangeSet {
  const set = new Map<string, Range[]>();
  const add = (key: string, start: number, end: number) => put(set, key, BigInt(start), BigInt(end));
  if (ports === 'all') {
    for (const protocol of ['TCP', 'UDP', 'SCTP']) add(protocol, 1, 65535);
    return set;
  }
  for (const port of ports) {
    if (typeof port.port === 'number') {
      add(protocolOf(port), port.port, port.endPort ?? port.port);
      continue;
    }
    const name = port.port;
    const named = receivers.flatMap((w) =>
      w.ports !== undefined && Object.hasOwn(w.ports, name) ? [w.ports[name]] : [],
    );
    for (const found of named) if (found !== undefined) add(protocolOf(found), found.port, found.port);
    if (named.length === 0) add(`name:${name}`, 1, 1);
  }
  return set;
}

/** The ports of a matrix cell's services. */
export function portsOfServices(services: readonly string[]): RangeSet {
  return portsOf(parseShortPorts(services.join(', ')).ports, []);
}

/** `internet` without ranges of its own counts as every address, so that it is wider than any list. */
export function addressesOf(external: External): RangeSet {
  const set = new Map<string, Range[]>();
  if (external.kind === 'apiServer') {
    put(set, 'name:kube-apiserver', 1n, 1n);
    return set;
  }
  if (external.kind === 'internet' && external.cidrs === undefined) {
    put(set, '4', 0n, (1n << 32n) - 1n);
    put(set, '6', 0n, (1n << 128n) - 1n);
  }
  for (const text of external.cidrs ?? []) {
    const range = parseCidr(text);
    if (range !== undefined) put(set, String(range.family), range.start, range.end);
  }
  for (const name of external.names ?? []) put(set, `name:${name}`, 1n, 1n);
  return set;
}

export function isEmpty(set: RangeSet): boolean {
  return set.size === 0;
}

/** True for every port of some protocol. */
export function isWide(set: RangeSet): boolean {
  return [...set.values()].some((ranges) => ranges.some((r) => r.end - r.start >= 65_534n));
}

const everyPort = portsOf('all', []);

/** `TCP 443,8000-8010; UDP 53`; `all ports` where every port of TCP, UDP and SCTP is meant, `all ports but TCP 53`. */
export function formatPorts(set: RangeSet): string {
  const missing = subtract(everyPort, set);
  if (isEmpty(missing)) return 'all ports';
  if ([...everyPort.keys()].every((p) => set.has(p)) && countRanges(missing) < countRanges(set))
    return `all ports but ${formatPorts(missing)}`;
  return [...set]
    .map(([key, ranges]) => {
      if (key.startsWith('name:')) return `port ${key.slice(5)}`;
      const numbers = ranges.map((r) => (r.start === r.end ? String(r.start) : `${r.start}-${r.end}`));
      return `${key} ${numbers.join(',')}`;
    })
    .join('; ');
}

function countRanges(set: RangeSet): number {
  return [...set.values()].reduce((n, ranges) => n + ranges.length, 0);
}

function put(set: Map<string, Range[]>, key: string, start: bigint, end: bigint): void {
  const merged: Range[] = [];
  for (const range of [...(set.get(key) ?? []), { start, end }].sort((a, b) =>
    a.start < b.start ? -1 : a.start > b.start ? 1 : 0,
  )) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end + 1n) {
      if (range.end > last.end) merged[merged.length - 1] = { start: last.start, end: range.end };
    } else {
      merged.push(range);
    }
  }
  set.set(key, merged);
}
