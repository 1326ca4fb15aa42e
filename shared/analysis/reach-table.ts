/** For one workload: whom it can reach and who can reach it, as the exported manifests have it. */
import { compareText } from '../lib/sort.ts';
import type { PortRange } from '../reach/index.ts';
import { type AskedEnd, allowedPorts, endKey, type ReachModel, titleOf } from './reach-model.ts';

export interface ReachTableRow {
  /** `in`: the peer opens the connection. */
  readonly direction: 'in' | 'out';
  readonly peer: AskedEnd;
  readonly title: string;
  /** Ports of the receiver's pods; empty where nothing is allowed. */
  readonly ports: readonly PortRange[];
}

/** What is asked for in other clusters at most: there every pair is judged by address, one at a time. */
const mostBetween = 4000;

/** Incoming rows, then outgoing; in each what is allowed first, then by title. The workload itself is not among them. */
export function reachTable(model: ReachModel, workload: string): readonly ReachTableRow[] {
  const { index } = model;
  const own = model.clusterOf(workload);
  if (own?.things.has(workload) !== true) return [];
  const self: AskedEnd = { kind: 'workload', id: workload };
  const others = index.workloads.filter((w) => w.id !== workload && index.clusterOf({ kind: 'workload', id: w.id }));
  const inside = others.filter((w) => own.things.has(w.id));
  const between = others.filter((w) => !own.things.has(w.id)).slice(0, mostBetween);
  const peers: AskedEnd[] = [
    ...[...inside, ...between].map(({ id }): AskedEnd => ({ kind: 'workload', id })),
    ...Object.keys(index.topology.externals ?? {}).map((id): AskedEnd => ({ kind: 'external', id })),
  ];
  const rows = (direction: 'in' | 'out') =>
    peers
      .map(
        (peer): ReachTableRow => ({
          direction,
          peer,
          title: titleOf(model, peer),
          ports: direction === 'in' ? allowedPorts(model, peer, self) : allowedPorts(model, self, peer),
        }),
      )
      .sort(
        (a, b) =>
          Number(a.ports.length === 0) - Number(b.ports.length === 0) ||
          compareText(a.title, b.title) ||
          compareText(endKey(a.peer), endKey(b.peer)),
      );
  return [...rows('in'), ...rows('out')];
}
