/**
 * Exact sets of protocol and port. Every set that an evaluation meets is interned in a PortTable and known by a small
 * number, so that the inner loops compare and combine numbers and each combination is computed once.
 */
export const protocols = ['TCP', 'UDP', 'SCTP'] as const;
export type Protocol = (typeof protocols)[number];

/** An inclusive range of ports, 1 to 65535. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly start: number;
  readonly end: number;
}

/** The number of an interned set. `none` and `all` are the same in every table. */
export type PortSetId = number;
export const none: PortSetId = 0;
export const all: PortSetId = 1;

export const firstPort = 1;
export const lastPort = 65535;

/** Per protocol, sorted disjoint ranges that do not touch: start, end, start, end. */
type Ranges = readonly number[];
type Sets = readonly [tcp: Ranges, udp: Ranges, sctp: Ranges];

const everything: Ranges = [firstPort, lastPort];

export class PortTable {
  private readonly sets: Sets[] = [];
  private readonly ids = new Map<string, PortSetId>();
  private readonly memo = new Map<number, PortSetId>();

  constructor() {
    this.intern([[], [], []]);
    this.intern([everything, everything, everything]);
  }

  /** The set of the given ranges; ranges may overlap and come in any order. */
  of(ranges: Iterable<PortRange>): PortSetId {
    const sets: [number[], number[], number[]] = [[], [], []];
    for (const range of ranges) sets[protocols.indexOf(range.protocol)]?.push(range.start, range.end);
    return this.intern([normalise(sets[0]), normalise(sets[1]), normalise(sets[2])]);
  }

  union(a: PortSetId, b: PortSetId): PortSetId {
    if (a === b || b === none) return a;
    if (a === none) return b;
    if (a === all || b === all) return all;
    return this.combine(0, Math.min(a, b), Math.max(a, b), (x, y) => normalise([...x, ...y]));
  }

  intersect(a: PortSetId, b: PortSetId): PortSetId {
    if (a === b || b === all) return a;
    if (a === all) return b;
    if (a === none || b === none) return none;
    return this.combine(1, Math.min(a, b), Math.max(a, b), intersectRanges);
  }

  /** What is in a and not in b. */
  subtract(a: PortSetId, b: PortSetId): PortSetId {
    if (a === none || b === none) return a;
    if (a === b || b === all) return none;
    return this.combine(2, a, b, subtractRanges);
  }

  has(id: PortSetId, protocol: Protocol, port: number): boolean {
    const ranges = this.at(id)[protocols.indexOf(protocol)] ?? [];
    for (let i = 0; i < ranges.length; i += 2)
      if ((ranges[i] ?? 0) <= port && port <= (ranges[i + 1] ?? 0)) return true;
    return false;
  }

  /** Sorted by protocol (TCP, UDP, SCTP), then start. */
  ranges(id: PortSetId): PortRange[] {
    return this.at(id).flatMap((ranges, p) => {
      const found: PortRange[] = [];
      for (let i = 0; i < ranges.length; i += 2) {
        found.push({ protocol: protocols[p] ?? 'TCP', start: ranges[i] ?? firstPort, end: ranges[i + 1] ?? lastPort });
      }
      return found;
    });
  }

  private at(id: PortSetId): Sets {
    const sets = this.sets[id];
    if (sets === undefined) throw new Error(`port set ${id} belongs to another table`);
    return sets;
  }

  private combine(operation: number, a: PortSetId, b: PortSetId, on: (a: Ranges, b: Ranges) => Ranges): PortSetId {
    // Ids stay far below 2^24, so that three small numbers fit one exact double.
    const key = (a * 0x1000000 + b) * 3 + operation;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const [x, y] = [this.at(a), this.at(b)];
    const id = this.intern([on(x[0], y[0]), on(x[1], y[1]), on(x[2], y[2])]);
    this.memo.set(key, id);
    return id;
  }

  private intern(sets: Sets): PortSetId {
    const key = `${sets[0].join()};${sets[1].join()};${sets[2].join()}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.sets.push(sets);
    this.ids.set(key, this.sets.length - 1);
    return this.sets.length - 1;
  }
}

/** `TCP 80,443,8000-8010; UDP 53`, `all connections`, `no connections`. */
export function describePorts(ranges: readonly PortRange[]): string {
  if (ranges.length === 0) return 'no connections';
  const byProtocol = protocols
    .map((protocol) => ({ protocol, own: ranges.filter((r) => r.protocol === protocol) }))
    .filter((p) => p.own.length > 0);
  const isFull = (own: readonly PortRange[]) =>
    own.length === 1 && own[0]?.start === firstPort && own[0].end === lastPort;
  if (byProtocol.length === protocols.length && byProtocol.every((p) => isFull(p.own))) return 'all connections';
  return byProtocol
    .map(({ protocol, own }) =>
      isFull(own)
        ? `${protocol} all ports`
        : `${protocol} ${own.map((r) => (r.start === r.end ? String(r.start) : `${r.start}-${r.end}`)).join(',')}`,
    )
    .join('; ');
}

/** The same where it is said that something is open on them: `TCP 8080`, `all ports`, `all ports but TCP 5432`. */
export function portsText(ranges: readonly PortRange[]): string {
  if (protocols.every((protocol) => ranges.some((r) => r.protocol === protocol))) {
    const missing = gapsIn(ranges);
    if (missing.length === 0) return 'all ports';
    if (missing.length < ranges.length) return `all ports but ${describePorts(missing)}`;
  }
  return describePorts(ranges);
}

/** What is in none of the ranges, of each protocol; they are sorted and disjoint. */
function gapsIn(ranges: readonly PortRange[]): PortRange[] {
  return protocols.flatMap((protocol) => {
    const gaps: PortRange[] = [];
    let next = firstPort;
    for (const { start, end } of ranges.filter((r) => r.protocol === protocol)) {
      if (start > next) gaps.push({ protocol, start: next, end: start - 1 });
      next = end + 1;
    }
    return next > lastPort ? gaps : [...gaps, { protocol, start: next, end: lastPort }];
  });
}

function normalise(flat: Ranges): Ranges {
  const pairs: Array<[number, number]> = [];
  for (let i = 0; i < flat.length; i += 2) {
    const [start = 0, end = 0] = [flat[i], flat[i + 1]];
    if (start <= end) pairs.push([Math.max(start, firstPort), Math.min(end, lastPort)]);
  }
  pairs.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  for (const [start, end] of pairs) {
    const last = merged.length - 1;
    if (merged.length > 0 && start <= (merged[last] ?? 0) + 1) merged[last] = Math.max(merged[last] ?? 0, end);
    else merged.push(start, end);
  }
  return merged;
}

function intersectRanges(a: Ranges, b: Ranges): Ranges {
  const found: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const start = Math.max(a[i] ?? 0, b[j] ?? 0);
    const end = Math.min(a[i + 1] ?? 0, b[j + 1] ?? 0);
    if (start <= end) found.push(start, end);
    if ((a[i + 1] ?? 0) < (b[j + 1] ?? 0)) i += 2;
    else j += 2;
  }
  return found;
}

function subtractRanges(a: Ranges, b: Ranges): Ranges {
  const found: number[] = [];
  for (let i = 0; i < a.length; i += 2) {
    let start = a[i] ?? 0;
    const end = a[i + 1] ?? 0;
    for (let j = 0; j < b.length; j += 2) {
      const [from = 0, to = 0] = [b[j], b[j + 1]];
      if (to < start || from > end) continue;
      if (from > start) found.push(start, from - 1);
      start = to + 1;
    }
    if (start <= end) found.push(start, end);
  }
  return found;
}
