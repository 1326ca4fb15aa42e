/**
 * Decisions, one pair at a time and a whole row at a time. A row asks for every receiver of one sender; it costs what the
 * sender's own rules and the rules that name the sender cost, not the product of all rules with all classes.
 */
import type { Classes } from './classes.ts';
import type { Chain, Direction, Rule } from './policy.ts';
import { all, none, type PortSetId, type PortTable } from './port-set.ts';

type PortsOf = (rule: Rule, receiver: number) => PortSetId;

/** No policy at all. */
export const free: Chain = { admin: [], isolatedBy: [], baseline: [] };

/**
 * One direction of one pair. Admin rules in order; what none of them decides, or Pass hands on, is for NetworkPolicy,
 * which is final where it isolates; otherwise for the baseline; what is left is allowed.
 */
export function decide(
  chain: Chain,
  peerClass: number,
  receiver: number,
  ports: PortTable,
  portsOf: (rule: Rule, receiver: number) => PortSetId,
): PortSetId {
  let open: PortSetId = all;
  let allowed: PortSetId = none;
  let passed: PortSetId = none;
  for (const { rule, peers } of chain.admin) {
    if (open === none) break;
    if (!peers.has(peerClass)) continue;
    const hit = ports.intersect(open, portsOf(rule, receiver));
    open = ports.subtract(open, hit);
    if (rule.action === 'allow') allowed = ports.union(allowed, hit);
    else if (rule.action === 'pass') passed = ports.union(passed, hit);
  }
  open = ports.union(open, passed);
  if (chain.network !== undefined) {
    let permitted: PortSetId = none;
    for (const { rule, peers } of chain.network) {
      if (!peers.has(peerClass)) continue;
      permitted = ports.union(permitted, portsOf(rule, receiver));
      if (permitted === all) break;
    }
    return ports.union(allowed, ports.intersect(open, permitted));
  }
  for (const { rule, peers } of chain.baseline) {
    if (open === none) break;
    if (!peers.has(peerClass)) continue;
    const hit = ports.intersect(open, portsOf(rule, receiver));
    open = ports.subtract(open, hit);
    // After the baseline comes nothing but the default, so Pass allows as well.
    if (rule.action !== 'deny') allowed = ports.union(allowed, hit);
  }
  return ports.union(allowed, open);
}

/**
 * `row(c)` gives, by class of the receiver, what may flow there from class c. The array is reused by the next call.
 * Ingress rules are turned round once: for each sender, the receivers that name it. Rules that name a large part of all
 * senders would make that list as long as the square of the classes, so they are asked one by one instead.
 */
export function rowReader(
  classes: Classes,
  podCount: number,
  chains: Readonly<Record<Direction, readonly Chain[]>>,
  ports: PortTable,
  portsOf: PortsOf,
): (fromClass: number) => Uint32Array {
  const count = classes.members.length;
  const things = classes.members.map((members) => members[0] ?? 0);
  const isPod = (id: number) => (things[id] ?? 0) < podCount;
  const isOrdered = (chain: Chain) => chain.admin.length > 0 || chain.baseline.length > 0;

  const base = new Uint32Array(count).fill(all);
  const ordered: number[] = [];
  const wide: Array<{ readonly to: number; readonly ports: PortSetId; readonly peers: { has(id: number): boolean } }> =
    [];
  const sizes = new Uint32Array(count + 1);
  const narrow: Array<{ readonly to: number; readonly ports: PortSetId; readonly from: readonly number[] }> = [];
  for (let to = 0; to < count; to += 1) {
    const chain = isPod(to) ? (chains.ingress[to] ?? free) : free;
    if (isOrdered(chain)) {
      ordered.push(to);
    } else if (chain.network !== undefined) {
      base[to] = none;
      for (const { rule, peers } of chain.network) {
        const open = portsOf(rule, things[to] ?? 0);
        if (open === none) continue;
        const from = peers.count() * 4 > count ? undefined : peers.toArray();
        if (from === undefined) wide.push({ to, ports: open, peers });
        else narrow.push({ to, ports: open, from });
        for (const id of from ?? []) sizes[id + 1] = (sizes[id + 1] ?? 0) + 1;
      }
    }
  }
  for (let id = 0; id < count; id += 1) sizes[id + 1] = (sizes[id + 1] ?? 0) + (sizes[id] ?? 0);
  const ends = sizes.slice();
  const receivers = new Uint32Array(sizes[count] ?? 0);
  const opened = new Uint32Array(sizes[count] ?? 0);
  for (const { to, ports: open, from } of narrow) {
    for (const id of from) {
      const at = ends[id] ?? 0;
      receivers[at] = to;
      opened[at] = open;
      ends[id] = at + 1;
    }
  }

  const incoming = new Uint32Array(count);
  const row = new Uint32Array(count);
  return (fromClass) => {
    incoming.set(base);
    for (let i = sizes[fromClass] ?? 0; i < (sizes[fromClass + 1] ?? 0); i += 1) {
      const to = receivers[i] ?? 0;
      incoming[to] = ports.union(incoming[to] ?? none, opened[i] ?? none);
    }
    for (const { to, ports: open, peers } of wide)
      if (peers.has(fromClass)) incoming[to] = ports.union(incoming[to] ?? none, open);
    for (const to of ordered)
      incoming[to] = decide(chains.ingress[to] ?? free, fromClass, things[to] ?? 0, ports, portsOf);

    const fromPod = isPod(fromClass);
    const outgoing = fromPod ? (chains.egress[fromClass] ?? free) : free;
    if (isOrdered(outgoing)) {
      for (let to = 0; to < count; to += 1) {
        const open = incoming[to] ?? none;
        row[to] = open === none ? none : ports.intersect(open, decide(outgoing, to, things[to] ?? 0, ports, portsOf));
      }
    } else if (outgoing.network === undefined) {
      row.set(incoming);
    } else {
      row.fill(none);
      for (const { rule, peers } of outgoing.network) {
        peers.forEach((to) => {
          const open = incoming[to] ?? none;
          if (open !== none)
            row[to] = ports.union(row[to] ?? none, ports.intersect(open, portsOf(rule, things[to] ?? 0)));
        });
      }
    }
    // Between two addresses outside the cluster nothing is judged.
    if (!fromPod) for (let to = 0; to < count; to += 1) if (!isPod(to)) row[to] = none;
    return row;
  };
}
