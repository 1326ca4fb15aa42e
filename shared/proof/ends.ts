/**
 * Each end by itself. A connection is allowed where both ends allow it, so one end may allow too much without any pair
 * showing it, and a single edit at the other end then opens it. Here each end is held against the drawing alone: towards
 * every other workload, and towards pods that no workload of the design names but that the policies would find.
 */
import type { Lookup } from '../model/index.ts';
import type { PortSetId, Reach, Witness } from '../reach/index.ts';
import { type Findings, letThroughBy, type ProofEnd } from './findings.ts';
import type { ClusterIntent, MeantPorts } from './intent/index.ts';

export interface EndsOfCluster {
  readonly cluster: string;
  readonly own: ClusterIntent;
  readonly reach: Reach;
  /** Things of the evaluation by id of the workload. */
  readonly things: ReadonlyMap<string, number>;
  readonly witnesses: readonly Witnessed[];
  /** What the drawing means for a pair of workloads, as a set of `reach.ports`. */
  readonly meant: (from: string, to: string) => PortSetId;
}

/** A witness that belongs to no workload, as a thing of the evaluation. */
export interface Witnessed {
  readonly thing: number;
  readonly pods: Pick<Witness, 'namespace' | 'labels'>;
  /** Id of its namespace in the design; undefined for one that the design does not hold. */
  readonly namespace: string | undefined;
}

export function proveEnds(index: Lookup, judged: EndsOfCluster, findings: Findings): void {
  const { own, reach, things } = judged;
  for (const id of own.workloads) {
    const thing = things.get(id);
    if (thing === undefined || reach.isUnseen(thing)) continue;
    for (const direction of ['egress', 'ingress'] as const) {
      const permitted = reach.permittedAt(direction, thing);
      proveTowardsWorkloads(judged, id, direction, permitted, findings);
      proveTowardsOthers(index, judged, id, direction, permitted, findings);
    }
  }
}

function proveTowardsWorkloads(
  { cluster, own, reach, things, meant }: EndsOfCluster,
  id: string,
  direction: 'egress' | 'ingress',
  permitted: Uint32Array,
  findings: Findings,
): void {
  const { ports, classes } = reach;
  for (const other of own.workloads) {
    const peer = things.get(other);
    if (other === id || peer === undefined || reach.isUnseen(peer)) continue;
    const open = permitted[classes.classOf[peer] ?? 0] ?? 0;
    if (open === 0) continue;
    const [from, to] = direction === 'egress' ? [id, other] : [other, id];
    const beyond = ports.subtract(open, meant(from, to));
    if (beyond === 0) continue;
    const [sender, receiver] = [things.get(from) ?? 0, things.get(to) ?? 0];
    // What both ends allow is a finding of the pair.
    const extra = ports.ranges(ports.subtract(beyond, reach.allowed(sender, receiver)));
    if (extra.length === 0) continue;
    findings.add(
      {
        kind: 'extra',
        cluster,
        from: { workload: from },
        to: { workload: to },
        ports: extra,
        onlyAt: direction === 'egress' ? 'sender' : 'receiver',
        causes: [],
      },
      () => letThroughBy(reach, sender, receiver, extra, direction),
    );
  }
}

/** Of pods without a workload only the most that is meant is known: what is drawn for their namespace or zone as a whole. */
function proveTowardsOthers(
  index: Lookup,
  { cluster, own, reach, things, witnesses }: EndsOfCluster,
  id: string,
  direction: 'egress' | 'ingress',
  permitted: Uint32Array,
  findings: Findings,
): void {
  const { ports, classes } = reach;
  const zone = index.zoneOf({ kind: 'workload', id });
  const isOpen = zone !== undefined && own.openZones.has(zone);
  const drawn = (direction === 'egress' ? own.toNamespaces : own.fromNamespaces).get(id);
  for (const { thing, pods, namespace } of witnesses) {
    const open = permitted[classes.classOf[thing] ?? 0] ?? 0;
    if (open === 0) continue;
    if (isOpen && namespace !== undefined && index.zoneOf({ kind: 'namespace', id: namespace }) === zone) continue;
    const meant: readonly MeantPorts[] = namespace === undefined ? [] : (drawn?.get(namespace) ?? []);
    const extra = ports.ranges(ports.subtract(open, ports.of(meant)));
    if (extra.length === 0) continue;
    const self: ProofEnd = { workload: id };
    const other: ProofEnd = { pods };
    const [from, to] = direction === 'egress' ? [self, other] : [other, self];
    const workload = things.get(id) ?? 0;
    const [sender, receiver] = direction === 'egress' ? [workload, thing] : [thing, workload];
    findings.add(
      {
        kind: 'extra',
        cluster,
        from,
        to,
        ports: extra,
        onlyAt: direction === 'egress' ? 'sender' : 'receiver',
        causes: [],
      },
      () => letThroughBy(reach, sender, receiver, extra, direction),
    );
  }
}
