/**
 * The questions the window and the command line ask of an evaluation. Pods are collapsed to their workload, address
 * pieces that behave alike to one end, and a workload is never compared with itself. Rows are made one at a time.
 */
import { compareText } from '../lib/sort.ts';
import { asCidrs } from './address-space.ts';
import type { Reach } from './evaluate.ts';
import { none, type PortRange } from './port-set.ts';

export interface WorkloadEnd {
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

/** `web/gateway[Deployment]`, or the ranges. */
export function formatEnd(end: ReachEnd): string {
  return isWorkload(end) ? `${end.namespace}/${end.name}[${end.kind}]` : end.cidrs.join(', ');
}

/** Every end of an evaluation: workloads by namespace, name and kind, then addresses. */
export function ends(reach: Reach): ReachEnd[] {
  return groups(reach).map((group) => group.end);
}

/** Every allowed connection and no other, sorted by sender, then receiver. */
export function* connections(reach: Reach): Generator<Connection> {
  const all = groups(reach);
  const groupsOfClass = new Map<number, number[]>();
  all.forEach((group, i) => {
    for (const id of new Set(group.things.map((thing) => reach.classes.classOf[thing] ?? 0))) {
      const known = groupsOfClass.get(id);
      if (known === undefined) groupsOfClass.set(id, [i]);
      else known.push(i);
    }
  });
  for (const [from, group] of all.entries()) {
    const open = new Map<number, number>();
    for (const id of new Set(group.things.map((thing) => reach.classes.classOf[thing] ?? 0))) {
      const row = reach.row(id);
      for (let to = 0; to < row.length; to += 1) {
        const ports = row[to] ?? none;
        if (ports === none) continue;
        for (const i of groupsOfClass.get(to) ?? [])
          if (i !== from) open.set(i, reach.ports.union(open.get(i) ?? none, ports));
      }
    }
    for (const to of [...open.keys()].sort((a, b) => a - b)) {
      const receiver = all[to];
      if (receiver !== undefined)
        yield { from: group.end, to: receiver.end, ports: reach.ports.ranges(open.get(to) ?? none) };
    }
  }
}

/** The things an end stands for; empty where the evaluation has no such end. An address stands for the piece it lies in. */
export function thingsOf(reach: Reach, end: ReachEnd): readonly number[] {
  const key = keyOf(end);
  return groups(reach).find((group) => group.key === key)?.things ?? [];
}

const known = new WeakMap<Reach, readonly Group[]>();

function groups(reach: Reach): readonly Group[] {
  let found = known.get(reach);
  if (found === undefined) {
    found = build(reach);
    known.set(reach, found);
  }
  return found;
}

function build(reach: Reach): Group[] {
  const workloads = new Map<string, { end: ReachEnd; things: number[] }>();
  reach.pods.forEach((pod, thing) => {
    const end = { namespace: pod.namespace, kind: pod.kind, name: pod.name };
    const key = keyOf(end);
    const group = workloads.get(key);
    if (group === undefined) workloads.set(key, { end, things: [thing] });
    else group.things.push(thing);
  });
  const addresses: Group[] = [];
  for (const members of reach.classes.members) {
    const own = members.filter((thing) => !reach.isPod(thing));
    if (own.length === 0) continue;
    const end = { cidrs: asCidrs(own.flatMap((thing) => reach.pieces[thing - reach.pods.length] ?? [])) };
    addresses.push({ end, key: keyOf(end), things: own });
  }
  return [
    ...[...workloads].map(([key, group]) => ({ key, ...group })).sort((a, b) => compareText(a.key, b.key)),
    ...addresses,
  ];
}

function keyOf(end: ReachEnd): string {
  return isWorkload(end) ? `${end.namespace}\u0000${end.name}\u0000${end.kind}` : `\uffff${end.cidrs.join()}`;
}
