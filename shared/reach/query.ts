/**
 * The questions the window and the command line ask of an evaluation. Pods are collapsed to their workload, address
 * pieces that behave alike to one end, and a workload is never compared with itself. Rows are made one at a time.
 */
import { looseCidr } from '../lib/ip.ts';
import { memoWeak } from '../lib/memo.ts';
import { compareText } from '../lib/sort.ts';
import { asCidrs, formatRange, joinRanges } from './address-space.ts';
import type { Reach } from './evaluate.ts';
import { none, type PortRange, type PortSetId } from './port-set.ts';

export interface WorkloadEnd {
  /** Another cluster of the mesh; absent in the cluster that is judged. */
  readonly cluster?: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** Addresses outside the cluster: canonical CIDRs that all policies treat alike. */
export interface AddressEnd {
  readonly cidrs: readonly string[];
}

export type ReachEnd = WorkloadEnd | AddressEnd;

export interface Connection {
  readonly from: ReachEnd;
  readonly to: ReachEnd;
  /** Sorted by protocol, then start; inclusive ranges. */
  readonly ports: readonly PortRange[];
}

/** An end and the things it stands for. */
interface Group {
  readonly end: ReachEnd;
  readonly key: string;
  readonly things: readonly number[];
}

export function isWorkload(end: ReachEnd): end is WorkloadEnd {
  return 'name' in end;
}

/** `web/gateway[Deployment]`, or the addresses: as a CIDR where it is one, otherwise from first to last. */
export function formatEnd(end: ReachEnd): string {
  return isWorkload(end)
    ? `${end.cluster === undefined ? '' : `${end.cluster}:`}${end.namespace}/${end.name}[${end.kind}]`
    : joinRanges(end.cidrs).map(formatRange).join(', ');
}

/**
 * The things of an end, put together where no policy tells them apart, each with an end of its own: addresses by class,
 * the pods of a workload (old and new, say) under the workload's name.
 */
export function groupByClass(
  reach: Reach,
  { end, things }: { readonly end: ReachEnd; readonly things: readonly number[] },
): Array<{ readonly end: ReachEnd; readonly things: readonly number[] }> {
  const classes = new Map<number, number[]>();
  for (const thing of things) collect(classes, reach.classes.classOf[thing] ?? 0, [thing]);
  return [...classes.values()].map((own) => ({ end: isWorkload(end) ? end : addressEnd(reach, own), things: own }));
}

/** Every workload with its things, by namespace, name and kind. */
export function workloadsOf(
  reach: Reach,
): Array<{ readonly key: string; readonly end: WorkloadEnd; readonly things: readonly number[] }> {
  return workloadGroups(reach);
}

/** Every end of an evaluation: workloads by namespace, name and kind, then addresses. */
export function ends(reach: Reach): ReachEnd[] {
  return groups(reach).map((group) => group.end);
}

/**
 * Every allowed connection and no other, sorted by sender, then receiver: workloads by namespace, name and kind, then
 * addresses. With `cidrs: 'apart'` every address end is a single range, in the order of addresses, IPv4 first.
 */
export function* connections(
  reach: Reach,
  options: { readonly cidrs?: 'together' | 'apart' } = {},
): Generator<Connection> {
  const all = options.cidrs === 'apart' ? groups(reach).flatMap(apart).sort(byPlace) : groups(reach);
  const groupsOfClass = byClass(reach, all);
  const rangesOf = sharedRanges(reach);
  for (const [from, group] of all.entries()) {
    const open = rowOf(reach, all, groupsOfClass, from);
    for (const to of [...open.keys()].sort((a, b) => a - b)) {
      const receiver = all[to];
      if (receiver !== undefined) yield { from: group.end, to: receiver.end, ports: rangesOf(open.get(to) ?? none) };
    }
  }
}

/**
 * The same for people: addresses with equal ports at one workload are one end. First what workloads may open, then what
 * addresses may open, both by workload.
 */
export function* connectionsForReading(reach: Reach): Generator<Connection> {
  const all = groups(reach);
  const groupsOfClass = byClass(reach, all);
  const rangesOf = sharedRanges(reach);
  const workloads = all.filter((group) => isWorkload(group.end));
  const addresses = all.filter((group) => !isWorkload(group.end));
  for (const [from, group] of workloads.entries()) {
    const open = rowOf(reach, all, groupsOfClass, from);
    const outside = new Map<PortSetId, number[]>();
    for (const to of [...open.keys()].sort((a, b) => a - b)) {
      const receiver = all[to];
      const ports = open.get(to) ?? none;
      if (receiver === undefined) continue;
      if (isWorkload(receiver.end)) yield { from: group.end, to: receiver.end, ports: rangesOf(ports) };
      else collect(outside, ports, receiver.things);
    }
    for (const [ports, things] of outside)
      yield { from: group.end, to: addressEnd(reach, things), ports: rangesOf(ports) };
  }
  for (const group of workloads) {
    const outside = new Map<PortSetId, number[]>();
    for (const { things } of addresses) {
      const [address = 0] = things;
      const ports = group.things.reduce((sum, pod) => reach.ports.union(sum, reach.allowed(address, pod)), none);
      if (ports !== none) collect(outside, ports, things);
    }
    for (const [ports, things] of outside)
      yield { from: addressEnd(reach, things), to: group.end, ports: rangesOf(ports) };
  }
}

/** Equal sets give the same array, so that whoever prints millions of them may remember texts by array. */
function sharedRanges(reach: Reach): (ports: PortSetId) => readonly PortRange[] {
  const known = new Map<PortSetId, readonly PortRange[]>();
  return (ports) => {
    let found = known.get(ports);
    if (found === undefined) {
      found = reach.ports.ranges(ports);
      known.set(ports, found);
    }
    return found;
  };
}

/** The groups that have things in each class. */
function byClass(reach: Reach, all: readonly Group[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  all.forEach((group, i) => {
    for (const id of classesOf(reach, group)) collect(found, id, [i]);
  });
  return found;
}

/** What one group may open, by group. */
function rowOf(
  reach: Reach,
  all: readonly Group[],
  groupsOfClass: ReadonlyMap<number, readonly number[]>,
  from: number,
): Map<number, PortSetId> {
  const group = all[from];
  const open = new Map<number, PortSetId>();
  if (group === undefined) return open;
  for (const id of classesOf(reach, group)) {
    const row = reach.row(id);
    for (let to = 0; to < row.length; to += 1) {
      const ports = row[to] ?? none;
      if (ports === none) continue;
      for (const i of groupsOfClass.get(to) ?? [])
        if (i !== from) open.set(i, reach.ports.union(open.get(i) ?? none, ports));
    }
  }
  return open;
}

function classesOf(reach: Reach, group: Group): Set<number> {
  return new Set(group.things.map((thing) => reach.classes.classOf[thing] ?? 0));
}

function collect<K>(lists: Map<K, number[]>, key: K, items: readonly number[]): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [...items]);
  else for (const item of items) known.push(item);
}

/** The addresses of some pieces as one end. */
export function addressesOf(reach: Reach, pieces: readonly number[]): AddressEnd {
  return { cidrs: asCidrs(pieces.flatMap((piece) => reach.pieces[piece] ?? [])) };
}

function addressEnd(reach: Reach, things: readonly number[]): AddressEnd {
  return addressesOf(
    reach,
    things.map((thing) => thing - reach.pods.length),
  );
}

function apart(group: Group): Group[] {
  const { end } = group;
  if (isWorkload(end)) return [group];
  return end.cidrs.map((cidr) => ({ end: { cidrs: [cidr] }, key: `\uffff${cidr}`, things: group.things }));
}

function byPlace(a: Group, b: Group): number {
  if (isWorkload(a.end) || isWorkload(b.end)) return Number(!isWorkload(a.end)) - Number(!isWorkload(b.end));
  const [x, y] = [looseCidr(a.end.cidrs[0] ?? ''), looseCidr(b.end.cidrs[0] ?? '')];
  if (x === undefined || y === undefined || x.family !== y.family) return (x?.family ?? 0) - (y?.family ?? 0);
  return x.start < y.start ? -1 : x.start > y.start ? 1 : 0;
}

/** The things an end stands for; empty where the evaluation has no such end. An address stands for the piece it lies in. */
export function thingsOf(reach: Reach, end: ReachEnd): readonly number[] {
  const key = keyOf(end);
  return groups(reach).find((group) => group.key === key)?.things ?? [];
}

type WorkloadGroup = Group & { readonly end: WorkloadEnd };

/** Sorted by key. Apart from addresses, whose ranges take longer to tell. */
const workloadGroups = memoWeak((reach: Reach): WorkloadGroup[] => {
  const workloads = new Map<string, { end: WorkloadEnd; things: number[] }>();
  reach.pods.forEach((pod, thing) => {
    const { cluster, namespace, kind, name } = pod;
    const end = { ...(cluster !== undefined && { cluster }), namespace, kind, name };
    const key = keyOf(end);
    const group = workloads.get(key);
    if (group === undefined) workloads.set(key, { end, things: [thing] });
    else group.things.push(thing);
  });
  return [...workloads].map(([key, group]) => ({ key, ...group })).sort((a, b) => compareText(a.key, b.key));
});

const groups = memoWeak((reach: Reach): readonly Group[] => {
  const addresses: Group[] = [];
  for (const members of reach.classes.members) {
    const own = members.filter((thing) => !reach.isPod(thing));
    if (own.length === 0) continue;
    const end = addressEnd(reach, own);
    addresses.push({ end, key: keyOf(end), things: own });
  }
  return [...workloadGroups(reach), ...addresses];
});

function keyOf(end: ReachEnd): string {
  return isWorkload(end)
    ? `${end.cluster ?? ''}\u0000${end.namespace}\u0000${end.name}\u0000${end.kind}`
    : `\uffff${end.cidrs.join()}`;
}
