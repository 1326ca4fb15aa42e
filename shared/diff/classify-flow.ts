import {
  type End,
  type External,
  endRef,
  type Flow,
  type Lookup,
  lookup,
  type Ref,
  ref,
  refKey,
  type Topology,
} from '../model/index.ts';
import {
  effect,
  gradeOfDistance,
  gradeOfFlow,
  isBlocked,
  type Judgement,
  trustOf,
  zoneOfEnd,
} from './classify-context.ts';
import { addressTitle, isAnyone } from './connection-entries.ts';
import { endName, flowPortsText } from './describe.ts';
import { type Effect, type Grade, raiseGrade } from './entry.ts';
import { isSame } from './fields.ts';
import { addressesOf, formatPorts, isEmpty, portsOf, subtract } from './ranges.ts';

export function judgeFlow(id: string, { before, after }: Judgement): Effect[] {
  const a = lookup(before).get('flow', id);
  const b = lookup(after).get('flow', id);
  if (a === undefined && b !== undefined) return added(id, b, before, after);
  if (a !== undefined && b === undefined) return removed(id, a, before);
  return a === undefined || b === undefined ? [] : changed(id, a, b, before, after);
}

/** What an external stands for is part of every flow that names it. */
export function judgeExternal(id: string, { before, after }: Judgement): Effect[] {
  const a = lookup(before).get('external', id);
  const b = lookup(after).get('external', id);
  if (a === undefined || b === undefined) return [];
  const flows = lookup(after)
    .flowsOf(ref('external', id))
    .filter((flow) => !isBlocked(flow, after));
  if (flows.length === 0) return [];
  const causes = flows.map((flow) => ref('flow', flow.id));
  const distance = Math.max(
    ...flows.flatMap((f) => [f.from, f.to].map((end) => trustOf(zoneOfEnd(end, after), after))),
  );
  const isWhole = b.kind === 'internet' || isAnyone(b.cidrs ?? []);
  const grade = raiseGrade(gradeOfDistance(distance), isWhole ? 1 : 0);
  const places = (external: External) => [...(external.cidrs ?? []), ...(external.names ?? [])];
  const more = places(b).filter((place) => !places(a).includes(place));
  const which = more.length === 0 ? '' : `: ${addressTitle(more)}`;
  const isWider = !isEmpty(subtract(addressesOf(b), addressesOf(a)));
  const isNarrower = !isEmpty(subtract(addressesOf(a), addressesOf(b)));
  const what = flows.length === 1 ? 'one flow' : `${flows.length} flows`;
  return [
    // The trust of an external opens nothing; it only says how grave it is where something opens.
    ...((b.trust ?? 0) > (a.trust ?? 0)
      ? [
          effect(
            'weakens',
            'low',
            `What opens towards it counts as less grave: trust ${b.trust} instead of ${a.trust ?? 0}.`,
          ),
        ]
      : []),
    ...(isWider ? [effect('opens', grade, `More addresses or names take part in ${what}${which}.`, causes)] : []),
    ...(isNarrower ? [effect('closes', 'low', `Some addresses or names no longer take part in ${what}.`, causes)] : []),
  ];
}

function added(id: string, flow: Flow, before: Topology, after: Topology): Effect[] {
  const why = impotence(flow, after);
  if (why !== undefined)
    return [
      effect('neutral', 'low', `${sentence(flow, after)} is drawn, but opens nothing: ${why}.`, [ref('flow', id)]),
    ];
  return [
    effect('opens', gradeOfFlow(flow, after, before), `${sentence(flow, after)} becomes possible.`, [ref('flow', id)]),
  ];
}

function removed(id: string, flow: Flow, before: Topology): Effect[] {
  const why = impotence(flow, before);
  if (why !== undefined)
    return [effect('neutral', 'low', `Removing ${sentence(flow, before)} closes nothing: ${why}.`, [ref('flow', id)])];
  return [effect('closes', 'low', `${sentence(flow, before)} is no longer possible.`, [ref('flow', id)])];
}

function changed(id: string, a: Flow, b: Flow, before: Topology, after: Topology): Effect[] {
  const [wasIdle, isIdle] = [impotence(a, before) !== undefined, impotence(b, after) !== undefined];
  if (wasIdle && isIdle) return [];
  if (wasIdle) return added(id, b, before, after);
  if (isIdle)
    return [
      effect('closes', 'low', `${sentence(a, before)} is no longer possible: ${impotence(b, after)}.`, [
        ref('flow', id),
      ]),
    ];

  const flow = [ref('flow', id)];
  const effects: Effect[] = [];
  const portsBefore = portsOf(a.ports, lookup(before).workloadsOf(endRef(a.to)));
  const portsAfter = portsOf(b.ports, lookup(after).workloadsOf(endRef(b.to)));
  const more = subtract(portsAfter, portsBefore);
  const fewer = subtract(portsBefore, portsAfter);
  const endsMore = !within(b.from, a.from, lookup(after)) || !within(b.to, a.to, lookup(after));
  const endsFewer = !within(a.from, b.from, lookup(after)) || !within(a.to, b.to, lookup(after));
  if (endsMore) {
    effects.push(effect('opens', gradeOfFlow(b, after, before), `${sentence(b, after)} becomes possible.`, flow));
  } else if (!isEmpty(more)) {
    effects.push(
      effect(
        'opens',
        gradeOfFlow(b, after, before),
        `${pair(b, after)} on ${formatPorts(more)} becomes possible.`,
        flow,
      ),
    );
  }
  if (endsFewer)
    effects.push(effect('closes', 'low', `${sentence(a, before)} is no longer possible as widely as before.`, flow));
  else if (!isEmpty(fewer))
    effects.push(effect('closes', 'low', `${pair(b, after)} on ${formatPorts(fewer)} is no longer possible.`, flow));
  effects.push(...judgeDays(a, b, raiseGrade(gradeOfFlow(b, after, before), -1), flow));
  if (!isSame(a.via, b.via)) {
    const way = (via: Flow['via']) => (via === undefined ? 'directly' : `through ${via.proxy ?? via.kind}`);
    effects.push(
      effect(
        'moves',
        raiseGrade(gradeOfFlow(b, after, before), -1),
        `${pair(b, after)} enters ${way(b.via)} instead of ${way(a.via)}.`,
        flow,
      ),
    );
  }
  return effects;
}

/** What may stay for longer is open for longer. */
function judgeDays(a: Flow, b: Flow, grade: Grade, causes: readonly Ref[]): Effect[] {
  const never = '9999-12-31';
  const day = (until: string | undefined) => (until === undefined ? 'without an end' : `until ${until}`);
  const compare = (what: string, was: string | undefined, is: string | undefined): Effect[] => {
    const [older, newer] = [was ?? never, is ?? never];
    if (older === newer) return [];
    const text = `${what} ${day(is)} instead of ${day(was)}.`;
    return [newer > older ? effect('weakens', grade, text, causes) : effect('strengthens', 'low', text, causes)];
  };
  return [
    ...compare('It may stay', a.until, b.until),
    ...(a.exception === undefined && b.exception !== undefined
      ? [effect('weakens', 'low', 'It has an exception, so it stays even where the matrix comes to block it.', causes)]
      : []),
    ...(a.exception && b.exception ? compare('Its exception holds', a.exception.until, b.exception.until) : []),
  ];
}

/** Why a drawn flow allows nothing that was not allowed anyway; undefined where it does. */
function impotence(flow: Flow, topology: Topology): string | undefined {
  if (isBlocked(flow, topology)) return 'the matrix blocks it and it has no exception';
  const index = lookup(topology);
  const [from, to] = [endRef(flow.from), endRef(flow.to)];
  const zone = index.zoneOf(from);
  const isInside = zone !== undefined && zone === index.zoneOf(to) && from.kind !== 'external';
  const clusters = new Set(
    [...index.workloadsOf(from), ...index.workloadsOf(to)].map((w) => index.clusterOf(ref('workload', w.id))),
  );
  if (isInside && clusters.size <= 1 && index.get('zone', zone)?.intraZone !== 'deny')
    return 'its zone lets its workloads reach each other';
  return undefined;
}

/** Whether every workload of the inner end belongs to the outer end as well, by what the ends are. */
function within(inner: End, outer: End, index: Lookup): boolean {
  const [a, b] = [endRef(inner), endRef(outer)];
  if (refKey(a) === refKey(b)) return true;
  if (b.kind === 'zone') return a.kind !== 'external' && index.zoneOf(a) === b.id;
  if (b.kind === 'namespace') return a.kind === 'workload' && index.get('workload', a.id)?.namespace === b.id;
  return false;
}

function pair(flow: Flow, topology: Topology): string {
  return `${endName(flow.from, topology)} → ${endName(flow.to, topology)}`;
}

function sentence(flow: Flow, topology: Topology): string {
  return `${pair(flow, topology)} on ${flowPortsText(flow, topology)}`;
}
