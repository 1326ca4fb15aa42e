import { compareText } from '../lib/sort.ts';
import { lookup, type MatrixDecision, outside, ref, type Topology } from '../model/index.ts';
import {
  effect,
  gradeOfDistance,
  gradeOfFlow,
  gravest,
  hopsOf,
  isBlocked,
  type Judgement,
  trustOf,
} from './classify-context.ts';
import { endName, zoneName } from './describe.ts';
import { compareGrade, type Effect } from './entry.ts';
import { formatPorts, isEmpty, portsOf, portsOfServices, type RangeSet, subtract } from './ranges.ts';

/** A written cell, `from/to`. What is not written follows trust, so writing what trust says changes nothing. */
export function judgeMatrixCell(id: string, versions: Judgement): Effect[] {
  const [from = '', to = ''] = id.split('/');
  return judgePair(from, to, versions);
}

/** A zone that comes, goes or changes its trust shifts what the matrix says for cells that nobody wrote. */
export function judgeTierShift(zone: string, versions: Judgement): Effect[] {
  const [a, b] = [lookup(versions.before), lookup(versions.after)];
  if (a.get('zone', zone)?.trust === b.get('zone', zone)?.trust) return [];
  const places = [outside, ...a.zones.map((z) => z.id).filter((z) => b.get('zone', z) !== undefined)].sort(compareText);
  return places.flatMap((from) =>
    places.flatMap((to) => {
      const [older, newer] = [a.matrix(from, to), b.matrix(from, to)];
      return older === undefined || newer === undefined || older.written || newer.written
        ? []
        : judgePair(from, to, versions);
    }),
  );
}

function judgePair(from: string, to: string, { before, after }: Judgement): Effect[] {
  const older = lookup(before).matrix(from, to);
  const newer = lookup(after).matrix(from, to);
  if (older === undefined || newer === undefined) return [];
  const looser = subtract(permitted(newer), permitted(older));
  const tighter = subtract(permitted(older), permitted(newer));
  const pair = `${zoneName(from, after)} → ${zoneName(to, after)}`;
  const named = [newer, older].flatMap((cell) => cell.severity ?? []);
  const distances = [before, after].map((topology) => gradeOfDistance(trustOf(to, topology) - trustOf(from, topology)));
  const grade = gravest(named.length > 0 ? named : distances);
  return [
    ...(isEmpty(looser) ? [] : [effect('weakens', grade, `The matrix lets ${formatPorts(looser)} pass for ${pair}.`)]),
    ...(isEmpty(tighter)
      ? []
      : [effect('strengthens', 'low', `The matrix blocks ${formatPorts(tighter)} for ${pair}.`)]),
    ...(older.severity !== undefined && newer.severity !== undefined && compareGrade(newer.severity, older.severity) > 0
      ? [effect('weakens', 'low', `What opens for ${pair} counts as ${newer.severity} instead of ${older.severity}.`)]
      : []),
    ...flowEffects(from, to, before, after),
  ];
}

/** Drawn flows that the matrix blocked and blocks no longer, or the reverse; only those that both versions draw. */
function flowEffects(from: string, to: string, before: Topology, after: Topology): Effect[] {
  return lookup(after).flows.flatMap((flow) => {
    const earlier = lookup(before).get('flow', flow.id);
    if (earlier === undefined || !hopsOf(flow, after).some(([a, b]) => a === from && b === to)) return [];
    const [was, is] = [isBlocked(earlier, before), isBlocked(flow, after)];
    if (was === is || isBlocked(flow, before) === is) return [];
    const pair = `${endName(flow.from, after)} → ${endName(flow.to, after)}`;
    return is
      ? [
          effect('closes', 'low', `${pair} is no longer possible, because the matrix blocks it.`, [
            ref('flow', flow.id),
          ]),
        ]
      : [
          effect(
            'opens',
            gradeOfFlow(flow, after, before),
            `${pair} becomes possible, because the matrix lets it pass.`,
            [ref('flow', flow.id)],
          ),
        ];
  });
}

function permitted(cell: MatrixDecision): RangeSet {
  if (cell.access === 'allow-all') return portsOf('all', []);
  return cell.access === 'allow-only' ? portsOfServices(cell.services) : new Map();
}
