/** What the ends of a flow stand for, which ports it means at each receiver, and whether the matrix lets it pass. */
import { sortBy, unique } from '../../lib/sort.ts';
import {
  type End,
  type Entry,
  type External,
  endRef,
  type Flow,
  outside,
  protocolOf,
  type Ref,
} from '../../model/index.ts';
import { type Draft, flowProblem, type PodEnd } from './draft.ts';
import {
  distinctPorts,
  type FlowPortAt,
  type FlowPortsAt,
  type GrantPorts,
  numericPorts,
  outsideServices,
  portsAt,
  toPortIr,
} from './flow-ports.ts';
import type { PortIr } from './network-ir.ts';

export interface PodsSide {
  readonly kind: 'pods';
  readonly ref: Ref;
  readonly zone: string;
  readonly ends: readonly PodEnd[];
}

export type Side = PodsSide | { readonly kind: 'external'; readonly ref: Ref; readonly external: External };

/** Undefined where the end cannot be exported; the problem says why. */
export function sideOf(draft: Draft, flow: Entry<Flow>, end: End): Side | undefined {
  const { lookup, clusters } = draft.design;
  const ref = endRef(end);
  if (ref.kind === 'external') {
    const external = lookup.get('external', ref.id);
    return external === undefined ? missing(draft, flow, ref) : { kind: 'external', ref, external };
  }
  if (ref.kind === 'zone') {
    if (lookup.get('zone', ref.id) === undefined) return missing(draft, flow, ref);
    const ends = clusters.flatMap((cluster) =>
      (cluster.zones.find((z) => z.id === ref.id)?.namespaces ?? []).map((namespace) => ({ cluster, namespace })),
    );
    return { kind: 'pods', ref, zone: ref.id, ends };
  }
  const record = ref.kind === 'workload' ? lookup.get('workload', ref.id) : undefined;
  if (ref.kind === 'workload' && record === undefined) return missing(draft, flow, ref);
  const homes = draft.namespaces.get(record?.namespace ?? ref.id) ?? [];
  const [home] = homes;
  if (home === undefined) return missing(draft, flow, ref);
  const { zone } = home.namespace;
  if (zone === undefined) {
    flowProblem(
      draft,
      flow,
      'flow-end-without-zone',
      `Flow “${flow.id}” is not exported: namespace “${home.namespace.id}” has no zone, so nothing is allowed there. Put the namespace into a zone.`,
    );
    return undefined;
  }
  return {
    kind: 'pods',
    ref,
    zone,
    ends: record === undefined ? homes : homes.map((at) => ({ ...at, workload: { ...record, id: ref.id } })),
  };
}

/** One receiver of a flow: what its ingress policy says, and what senders have to name. */
export interface Receiver {
  readonly end: PodEnd;
  /** May hold names: a policy at the receiver finds the number at each pod. */
  readonly ingress: GrantPorts;
  /** Numbers only, so that a sender's policy means the same to every network plugin. */
  readonly targets: ReadonlyArray<{ readonly end: PodEnd; readonly ports: FlowPortsAt }>;
}

export function receiversOf(draft: Draft, flow: Entry<Flow>, side: PodsSide): Receiver[] {
  const fixed = numericPorts(flow);
  const receivers: Receiver[] = [];
  for (const end of side.ends) {
    if (end.workload !== undefined) {
      const { ports, unknown } = portsAt(flow, end.workload);
      if (unknown.length > 0) portMissing(draft, flow, unknown, `workload “${end.workload.id}”`);
      if (ports === 'all' || ports.length > 0)
        receivers.push({ end, ingress: toPortIr(ports), targets: [{ end, ports }] });
    } else if (fixed !== undefined) {
      receivers.push({ end, ingress: toPortIr(fixed), targets: [{ end, ports: fixed }] });
    } else {
      const named = namedAt(flow, end);
      if (named !== undefined) receivers.push(named);
    }
  }
  if (receivers.length === 0 && side.ends.length > 0 && side.ref.kind !== 'workload' && flow.ports !== 'all') {
    portMissing(
      draft,
      flow,
      flow.ports.map((p) => String(p.port)),
      `any workload of ${side.ref.kind} “${side.ref.id}”`,
    );
  }
  return receivers;
}

/** A flow with port names to a whole namespace: one number where all its workloads agree, else a number for each. */
function namedAt(flow: Entry<Flow>, end: PodEnd): Receiver | undefined {
  const { lookup } = end.cluster;
  const each = lookup
    .workloadsOfNamespace(end.namespace.id)
    .map((workload) => ({ workload, ...portsAt(flow, workload) }));
  const targets = each
    .filter(({ ports }) => ports === 'all' || ports.length > 0)
    .map(({ workload, ports }) => ({ end: { ...end, workload }, ports }));
  const first = targets[0];
  if (first === undefined || flow.ports === 'all') return undefined;
  const agree =
    each.every(({ unknown }) => unknown.length === 0) &&
    unique(targets.map((t) => JSON.stringify(toPortIr(t.ports)))).length === 1;
  if (agree) return { end, ingress: toPortIr(first.ports), targets: [{ end, ports: first.ports }] };
  const ingress = flow.ports.flatMap((p): PortIr[] => {
    const { port } = p;
    if (typeof port === 'number') {
      return [
        { protocol: protocolOf(p), port, ...(p.endPort !== undefined && p.endPort > port && { endPort: p.endPort }) },
      ];
    }
    const found = targets.flatMap((t) => (t.ports === 'all' ? [] : t.ports.filter((at) => at.name === port)));
    return unique(found.map((at) => at.protocol)).map((protocol) => ({ protocol, port }));
  });
  return { end, ingress: distinctPorts(ingress), targets };
}

/** All ports that a flow means at any of its receivers. */
export function portsOfReceivers(receivers: readonly Receiver[]): FlowPortsAt {
  const all: FlowPortAt[] = [];
  for (const { targets } of receivers) {
    for (const { ports } of targets) {
      if (ports === 'all') return 'all';
      all.push(...ports);
    }
  }
  return all;
}

/**
 * Whether the matrix lets a connection pass, with a problem where it does not. Judged is what the flow says is dialled,
 * else the port of the pods; behind a proxy always the latter, because there nobody dials what the flow says.
 */
export function passesMatrix(
  draft: Draft,
  flow: Entry<Flow>,
  from: string,
  to: string,
  ports: FlowPortsAt,
  behindProxy = false,
): boolean {
  if (flow.exception !== undefined) return true;
  const decision = draft.design.lookup.matrix(from, to);
  if (decision === undefined || decision.access === 'allow-all') return true;
  const way = `from ${from === outside ? 'outside' : `zone “${from}”`} to ${to === outside ? 'outside' : `zone “${to}”`}`;
  const remedy = 'Change the matrix or the flow, or give the flow an exception with reason, owner and date.';
  if (decision.access === 'block-all') {
    const why = decision.written
      ? 'the matrix blocks everything'
      : 'the matrix says nothing, and trust blocks everything';
    flowProblem(
      draft,
      flow,
      'flow-blocked-by-the-matrix',
      `Flow “${flow.id}” is not exported: ${why} ${way}. ${remedy}`,
    );
    return false;
  }
  const judged =
    ports === 'all'
      ? ports
      : ports.map((p) => (p.dialGiven && !behindProxy ? { ...p, start: p.dial.start, end: p.dial.end } : p));
  const beyond = sortBy(unique(outsideServices(decision, judged)), (text) => text);
  if (beyond.length === 0) return true;
  flowProblem(
    draft,
    flow,
    'flow-blocked-by-the-matrix',
    `Flow “${flow.id}” is not exported: it asks for ${beyond.join(', ')}, and the matrix allows only ${decision.services.join(', ') || 'nothing'} ${way}. ${remedy}`,
  );
  return false;
}

function missing(draft: Draft, flow: Entry<Flow>, ref: Ref): undefined {
  flowProblem(
    draft,
    flow,
    'flow-end-missing',
    `Flow “${flow.id}” is not exported: the design has no ${ref.kind} “${ref.id}” that belongs to a cluster. Connect the flow to a record that exists.`,
  );
  return undefined;
}

function portMissing(draft: Draft, flow: Entry<Flow>, names: readonly string[], at: string): void {
  flowProblem(
    draft,
    flow,
    'port-unknown',
    `Flow “${flow.id}” names port ${names.map((n) => `“${n}”`).join(', ')}, which is no port of ${at}; nothing is exported for it there. Add the port to the workload or correct the flow.`,
  );
}
