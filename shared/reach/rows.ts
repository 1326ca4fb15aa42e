/**
 * Decisions, one pair at a time and a whole row at a time. A row asks for every receiver of one sender; it costs what the
 * sender's own rules and the rules that name the sender cost, not the product of all rules with all classes.
 */
import { memo, once } from '../lib/memo.ts';
import type { ChainOf } from './chains.ts';
import type { Classes } from './classes.ts';
import type { Chain, ChainTier, Direction, Rule } from './policy.ts';
import { all, none, type PortSetId, type PortTable } from './port-set.ts';

type PortsOf = (rule: Rule, receiver: number) => PortSetId;

/**
 * One direction of one pair: in each tier the first rule that matches decides; what none decides ends as the tier ends;
 * what is passed on meets the next tier; what is left after the last is allowed.
 */
export function decide(
  chain: Chain,
  peerClass: number,
  receiver: number,
  ports: PortTable,
  portsOf: PortsOf,
): PortSetId {
  const { allowed, open } = walk(chain, peerClass, receiver, ports, portsOf);
  return ports.union(allowed, open);
}

interface Walked {
  readonly allowed: PortSetId;
  /** What no tier decided. */
  readonly open: PortSetId;
}

function walk(chain: Chain, peerClass: number, receiver: number, ports: PortTable, portsOf: PortsOf): Walked {
  let open: PortSetId = all;
  let allowed: PortSetId = none;
  for (const { ends, rules } of chain) {
    let here = open;
    let passed: PortSetId = none;
    for (const { rule, peers } of rules) {
      if (here === none) break;
      if (!peers.has(peerClass)) continue;
      const hit = ports.intersect(here, portsOf(rule, receiver));
      here = ports.subtract(here, hit);
      if (rule.action === 'allow') allowed = ports.union(allowed, hit);
      else if (rule.action === 'pass') passed = ports.union(passed, hit);
    }
    open = ends === 'pass' ? ports.union(here, passed) : passed;
    if (open === none) break;
  }
  return { allowed, open };
}

/** Only allows and lets nothing out: as NetworkPolicy does. Its rules may be asked in any order, and nothing comes after it. */
function onlyAllows({ ends, rules }: ChainTier): boolean {
  return ends === 'deny' && rules.every(({ rule }) => rule.action === 'allow');
}

/** By class of the peer. */
interface Verdicts {
  readonly allowed: Uint32Array;
  readonly open: Uint32Array;
}

/** The tiers before one that only allows. Classes that share them share the work on them. */
interface Front {
  readonly tiers: Chain;
  /** True where a rule of it names a port, so that its verdict depends on the receiver. */
  readonly byReceiver: boolean;
  /** How many classes it stands before. */
  users: number;
  /** Kept where several classes share the front. */
  verdicts?: Verdicts;
}

interface Split {
  readonly front?: Front;
  readonly last?: ChainTier;
}

export interface RowReader {
  /** By class of the receiver: what may flow there from a class. The array is reused by the next call. */
  row(fromClass: number): Uint32Array;
  /** By class of the peer: what the policies of one pod permit in one direction, whatever those of the peer say. */
  side(direction: Direction, subject: number): Uint32Array;
}

/** What all parts of a reading share. */
interface Reading {
  /** Of the classes. */
  readonly count: number;
  /** By class: a thing of it, which stands for all of them. */
  readonly things: readonly number[];
  readonly ports: PortTable;
  readonly portsOf: PortsOf;
}

export function rowReader(
  classes: Classes,
  podCount: number,
  chainOf: ChainOf,
  ports: PortTable,
  portsOf: PortsOf,
): RowReader {
  const count = classes.members.length;
  const things = classes.members.map((members) => members[0] ?? 0);
  const isPod = (id: number) => (things[id] ?? 0) < podCount;
  const splits = (direction: Direction) => {
    const split = splitter();
    return memo((id: number): Split => (isPod(id) ? split(chainOf(direction, id)) : {}));
  };
  const ways = { ingress: splits('ingress'), egress: splits('egress') };

  const reading: Reading = { count, things, ports, portsOf };
  const throughFront = frontReader(reading);
  // Asks for the chains of all classes, which a comparison that reads a few sides only does not need.
  const fillIncoming = once(() => ingressBySender(ways.ingress, reading));

  const side = (direction: Direction, subject: number): Uint32Array => {
    const permitted = new Uint32Array(count);
    if (subject >= podCount) return permitted.fill(all);
    const { front, last } = ways[direction](classes.classOf[subject] ?? 0);
    const receiver = direction === 'ingress' ? subject : undefined;
    if (last === undefined) permitted.fill(all);
    for (const { rule, peers } of last?.rules ?? []) {
      peers.forEach((id) => {
        permitted[id] = ports.union(permitted[id] ?? none, portsOf(rule, receiver ?? things[id] ?? 0));
      });
    }
    if (front !== undefined) throughFront(front, receiver, permitted);
    return permitted;
  };

  const incoming = new Uint32Array(count);
  const row = new Uint32Array(count);
  const rowOf = (fromClass: number) => {
    fillIncoming()(fromClass, incoming);
    const { front, last } = ways.egress(fromClass);
    if (last === undefined) row.set(incoming);
    else {
      row.fill(none);
      for (const { rule, peers } of last.rules) {
        peers.forEach((to) => {
          const open = incoming[to] ?? none;
          if (open !== none)
            row[to] = ports.union(row[to] ?? none, ports.intersect(open, portsOf(rule, things[to] ?? 0)));
        });
      }
    }
    if (front !== undefined) {
      throughFront(front, undefined, row);
      for (let to = 0; to < count; to += 1) row[to] = ports.intersect(row[to] ?? none, incoming[to] ?? none);
    }
    // Between two addresses outside the cluster nothing is judged.
    if (!isPod(fromClass)) for (let to = 0; to < count; to += 1) if (!isPod(to)) row[to] = none;
    return row;
  };
  return { row: rowOf, side };
}

/**
 * By class of the receiver, what its ingress lets in from one class. Rules of tiers that only allow are turned round once:
 * for each sender, the receivers that name it. Rules that name a large part of all senders would make that list as long as
 * the square of the classes, so they are asked one by one instead. The tiers in front of them are the same for many pods
 * and are walked once for each sender.
 */
function ingressBySender(
  wayInto: (to: number) => Split,
  { count, things, ports, portsOf }: Reading,
): (fromClass: number, incoming: Uint32Array) => void {
  const base = new Uint32Array(count).fill(all);
  const wide: Array<{ readonly to: number; readonly ports: PortSetId; readonly peers: { has(id: number): boolean } }> =
    [];
  const narrow: Naming[] = [];
  const fronted = new Map<Front, number[]>();
  for (let to = 0; to < count; to += 1) {
    const { front, last } = wayInto(to);
    if (front !== undefined) {
      const receivers = fronted.get(front);
      if (receivers === undefined) fronted.set(front, [to]);
      else receivers.push(to);
    }
    if (last === undefined) continue;
    base[to] = none;
    for (const { rule, peers } of last.rules) {
      const open = portsOf(rule, things[to] ?? 0);
      if (open === none) continue;
      if (peers.count() * 4 > count) wide.push({ to, ports: open, peers });
      else narrow.push({ to, ports: open, from: peers.toArray() });
    }
  }
  const { starts, receivers, opened } = turnedRound(narrow, count);
  return (fromClass, incoming) => {
    incoming.set(base);
    for (let i = starts[fromClass] ?? 0; i < (starts[fromClass + 1] ?? 0); i += 1) {
      const to = receivers[i] ?? 0;
      incoming[to] = ports.union(incoming[to] ?? none, opened[i] ?? none);
    }
    for (const { to, ports: open, peers } of wide)
      if (peers.has(fromClass)) incoming[to] = ports.union(incoming[to] ?? none, open);
    for (const [front, members] of fronted) {
      let walked = walk(front.tiers, fromClass, things[members[0] ?? 0] ?? 0, ports, portsOf);
      for (const to of members) {
        if (front.byReceiver) walked = walk(front.tiers, fromClass, things[to] ?? 0, ports, portsOf);
        incoming[to] = ports.union(walked.allowed, ports.intersect(walked.open, incoming[to] ?? none));
      }
    }
  };
}

/** A rule of a receiver, and the senders that it names. */
interface Naming {
  readonly to: number;
  readonly ports: PortSetId;
  readonly from: readonly number[];
}

/**
 * The same by sender, in arrays without gaps: those of sender `s` stand from `starts[s]` up to `starts[s + 1]`. Millions of
 * entries take eight bytes each.
 */
function turnedRound(namings: readonly Naming[], count: number) {
  const starts = new Uint32Array(count + 1);
  for (const { from } of namings) for (const id of from) starts[id + 1] = (starts[id + 1] ?? 0) + 1;
  for (let id = 0; id < count; id += 1) starts[id + 1] = (starts[id + 1] ?? 0) + (starts[id] ?? 0);
  const ends = starts.slice();
  const receivers = new Uint32Array(starts[count] ?? 0);
  const opened = new Uint32Array(starts[count] ?? 0);
  for (const { to, ports, from } of namings) {
    for (const id of from) {
      const at = ends[id] ?? 0;
      receivers[at] = to;
      opened[at] = ports;
      ends[id] = at + 1;
    }
  }
  return { starts, receivers, opened };
}

/**
 * Takes what the last tier lets through, by class of the peer, through the front. `receiver` is undefined where it is the
 * peer.
 */
function frontReader({
  count,
  things,
  ports,
  portsOf,
}: Reading): (front: Front, receiver: number | undefined, through: Uint32Array) => void {
  const verdictsOf = (front: Front, receiver: number | undefined): Verdicts => {
    if (front.verdicts !== undefined) return front.verdicts;
    const allowed = new Uint32Array(count);
    const open = new Uint32Array(count);
    for (let peer = 0; peer < count; peer += 1) {
      const walked = walk(front.tiers, peer, receiver ?? things[peer] ?? 0, ports, portsOf);
      allowed[peer] = walked.allowed;
      open[peer] = walked.open;
    }
    const isShared = front.users > 1 && (receiver === undefined || !front.byReceiver);
    if (isShared) front.verdicts = { allowed, open };
    return { allowed, open };
  };
  return (front, receiver, through) => {
    const { allowed, open } = verdictsOf(front, receiver);
    for (let id = 0; id < count; id += 1)
      through[id] = ports.union(allowed[id] ?? none, ports.intersect(open[id] ?? none, through[id] ?? none));
  };
}

/** Cuts chains into a front and a last tier that only allows; equal fronts become one. */
function splitter(): (chain: Chain) => Split {
  const numbers = new Map<ChainTier, number>();
  const fronts = new Map<string, Front>();
  const numberOf = (tier: ChainTier) => {
    let number = numbers.get(tier);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(tier, number);
    }
    return number;
  };
  return (chain) => {
    const at = chain.findIndex(onlyAllows);
    const last = chain[at];
    const tiers = at === -1 ? chain : chain.slice(0, at);
    if (tiers.length === 0) return { ...(last && { last }) };
    const key = tiers.map(numberOf).join();
    let front = fronts.get(key);
    if (front === undefined) {
      const byReceiver = tiers.some((t) =>
        t.rules.some(({ rule }) => rule.ports !== 'all' && rule.ports.named.length > 0),
      );
      front = { tiers, byReceiver, users: 0 };
      fronts.set(key, front);
    }
    front.users += 1;
    return { front, ...(last && { last }) };
  };
}
