/** What a design says of two ends: the flows and zones that mean the pair, and the legs of a way through a proxy. */
import { endRef, type Ref } from '../model/index.ts';
import type { ExplainAnswer } from './explain-answer.ts';
import { type AskedEnd, type ReachModel, titleOf } from './reach-model.ts';

/** The flows that mean a pair, and the zone both are in where it is open inside. */
export function meaning(model: ReachModel, from: AskedEnd, to: AskedEnd): readonly Ref[] {
  const { index } = model;
  const flows = index.flows.filter(
    ({ from: a, to: b, via }) =>
      stands(model, endRef(a), from) &&
      stands(model, endRef(b), to) &&
      (via?.proxy === undefined || !isProxied(via.kind)),
  );
  const legs = index.flows.filter(({ from: a, to: b, via }) => {
    if (via?.proxy === undefined || !isProxied(via.kind)) return false;
    const proxy: Ref = { kind: 'workload', id: via.proxy };
    return (
      (stands(model, endRef(a), from) && stands(model, proxy, to)) ||
      (stands(model, proxy, from) && stands(model, endRef(b), to))
    );
  });
  const zone = from.kind === 'workload' && to.kind === 'workload' ? index.zoneOf(from) : undefined;
  const isOpen =
    zone !== undefined && zone === index.zoneOf(to as Ref) && index.get('zone', zone)?.intraZone !== 'deny';
  return [
    ...[...flows, ...legs].map(({ id }): Ref => ({ kind: 'flow', id })),
    ...(isOpen ? [{ kind: 'zone' as const, id: zone }] : []),
  ];
}

export function proxyLegs(model: ReachModel, from: AskedEnd, to: AskedEnd): ExplainAnswer['legs'] {
  const found = model.index.flows.find(
    ({ from: a, to: b, via }) =>
      via?.proxy !== undefined &&
      isProxied(via.kind) &&
      stands(model, endRef(a), from) &&
      stands(model, endRef(b), to) &&
      !(to.kind === 'workload' && to.id === via.proxy),
  );
  if (found?.via?.proxy === undefined) return [];
  const proxy: AskedEnd = { kind: 'workload', id: found.via.proxy };
  return [
    { from, to: proxy, text: `${titleOf(model, from)} → ${titleOf(model, proxy)}` },
    { from: proxy, to, text: `${titleOf(model, proxy)} → ${titleOf(model, to)}` },
  ];
}

function isProxied(kind: string): boolean {
  return kind === 'gateway' || kind === 'ingress';
}

/** Whether a record of the design stands for an end: itself, or the namespace or zone the workload is in. */
function stands({ index }: ReachModel, record: Ref, end: AskedEnd): boolean {
  if (end.kind === 'addresses') return false;
  if (end.kind === 'external') return record.kind === 'external' && record.id === end.id;
  return index.workloadsOf(record).some((workload) => workload.id === end.id);
}

/** Of everything that caused a policy, what has to do with this pair. */
export function aboutPair(model: ReachModel, from: AskedEnd, to: AskedEnd): (cause: Ref) => boolean {
  const keys = new Set(meaning(model, from, to).map((cause) => `${cause.kind}:${cause.id}`));
  return (cause) => keys.has(`${cause.kind}:${cause.id}`);
}
