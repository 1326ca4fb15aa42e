/**
 * Pairs of workloads across the clusters of one mesh. Each cluster's plugin knows the other's pods by identity, so every
 * pair is judged by name: leaving by the policies of the sender's cluster, entering by those of the receiver's.
 */
import { ciliumInfo } from '../catalog/index.ts';
import type { Lookup, Ref } from '../model/index.ts';
import type { EndsOfCluster } from './ends.ts';
import { type Finding, type Findings, letThroughBy, type ProofEnd } from './findings.ts';
import type { MeantPorts } from './intent/index.ts';
import { meshOf } from './plugin.ts';
import { thingOf } from './things.ts';

export interface MeantPair {
  readonly ports: readonly MeantPorts[];
  readonly causes: readonly Ref[];
}

/** `meantFor`: what the drawing means for a pair; undefined where it means nothing. */
export function proveMesh(
  index: Lookup,
  judged: ReadonlyMap<string, EndsOfCluster>,
  endOf: (workload: string, cluster: string) => ProofEnd,
  meantFor: (from: string, fromCluster: string, to: string, toCluster: string) => MeantPair | undefined,
  findings: Findings,
): number {
  let equal = 0;
  for (const sender of judged.values()) {
    for (const id of meshOf(index, sender.cluster)) {
      const receiver = judged.get(id);
      if (receiver === undefined) continue;
      for (const from of sender.own.workloads)
        equal += proveSender(index, sender, receiver, from, endOf, meantFor, findings);
    }
  }
  return equal;
}

function proveSender(
  index: Lookup,
  sender: EndsOfCluster,
  receiver: EndsOfCluster,
  from: string,
  endOf: (workload: string, cluster: string) => ProofEnd,
  meantFor: Parameters<typeof proveMesh>[3],
  findings: Findings,
): number {
  const own = sender.things.get(from);
  const seen = thingOf(index, receiver.reach, from, sender.cluster);
  if (own === undefined || seen === undefined) return 0;
  let equal = 0;
  const { ports } = sender.reach;
  const doubt = doubtOf(index, sender.cluster) ?? doubtOf(index, receiver.cluster);
  // Policies of a cluster hold its own pods only, so a row judges exactly the one end that lies in it.
  const leaving = sender.reach.row(sender.reach.classes.classOf[own] ?? 0).slice();
  const entering = receiver.reach.row(receiver.reach.classes.classOf[seen] ?? 0).slice();
  for (const to of receiver.own.workloads) {
    const far = thingOf(index, sender.reach, to, receiver.cluster);
    const thing = receiver.things.get(to);
    if (to === from || far === undefined || thing === undefined) continue;
    const out = leaving[sender.reach.classes.classOf[far] ?? 0] ?? 0;
    const into = ports.of(receiver.reach.ports.ranges(entering[receiver.reach.classes.classOf[thing] ?? 0] ?? 0));
    const drawn = meantFor(from, sender.cluster, to, receiver.cluster);
    const meant = ports.of(drawn?.ports ?? []);
    if (out === meant && into === meant) {
      if (meant !== 0) equal += 1;
      continue;
    }
    const both = ports.intersect(out, into);
    const hidden = sender.reach.isUnseen(own) ? from : receiver.reach.isUnseen(thing) ? to : undefined;
    const add = (
      kind: Finding['kind'],
      set: number,
      more: Partial<Finding>,
      explained?: () => Pick<Finding, 'by' | 'reason'>,
    ) => {
      if (set === 0) return;
      const base = {
        from: endOf(from, sender.cluster),
        to: endOf(to, receiver.cluster),
        ports: ports.ranges(set),
        causes: drawn?.causes ?? [],
      };
      const reason =
        hidden === undefined
          ? kind === 'extra'
            ? doubt
            : undefined
          : `workload “${hidden}” is on the host network, where policies do not hold`;
      if (reason !== undefined) findings.add({ kind: 'cannot-say', ...base, reason });
      else findings.add({ kind, ...base, ...more }, explained);
    };
    const extra = ports.subtract(both, meant);
    const atSender = () => letThroughBy(sender.reach, own, far, ports.ranges(ports.subtract(out, meant)), 'egress');
    const atReceiver = () =>
      letThroughBy(receiver.reach, seen, thing, ports.ranges(ports.subtract(into, meant)), 'ingress');
    add('extra', extra, {}, atSender);
    add('extra', ports.subtract(ports.subtract(out, meant), extra), { onlyAt: 'sender' }, atSender);
    add('extra', ports.subtract(ports.subtract(into, meant), extra), { onlyAt: 'receiver' }, atReceiver);
    add('missing', ports.subtract(meant, both), {});
  }
  return equal;
}

/** Why selectors may mean more than their own cluster. */
function doubtOf(index: Lookup, id: string): string | undefined {
  const cluster = index.get('cluster', id);
  if (cluster === undefined || ciliumInfo(cluster)?.meansOwnCluster !== false) return undefined;
  return `before Cilium 1.19 selectors in cluster “${id}” mean the pods of every cluster of the mesh, unless its policyDefaultLocalCluster is set`;
}
