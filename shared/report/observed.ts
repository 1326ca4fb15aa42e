/** Observed flows over a drawing, as text and JSON. */
import type { Problem } from '../lib/problem.ts';
import type { Ref } from '../model/index.ts';
import { jsonText } from './json.ts';
import { problemRecord } from './problems.ts';

interface Seen {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  readonly count: number;
  readonly dropped: number;
  readonly causes: readonly Ref[];
}

export interface ObservedOutcome {
  readonly drawn: readonly Seen[];
  readonly notDrawn: readonly Seen[];
  readonly neverSeen: readonly string[];
  readonly connections: number;
  readonly lines: number;
  readonly problems: readonly Problem[];
}

export function observedAsText({ drawn, notDrawn, neverSeen, connections, lines }: ObservedOutcome): string {
  const line = (s: Seen) =>
    `  ${s.from} to ${s.to}, ${s.protocol} ${s.port}: ${times(s.count)}${s.dropped > 0 ? `, dropped ${times(s.dropped)}` : ''}${s.causes.length > 0 ? ` (${s.causes.map((c) => `${c.kind} ${c.id}`).join(', ')})` : ''}`;
  const section = (title: string, items: readonly string[]) => (items.length === 0 ? [] : [title, ...items, '']);
  return [
    ...section('Seen and not drawn; an export would break it:', notDrawn.map(line)),
    ...section(
      'Drawn and never seen; a candidate to remove:',
      neverSeen.map((id) => `  ${id}`),
    ),
    ...section('Seen and drawn:', drawn.map(line)),
    `${connections} connections of ${lines} lines: ${drawn.length} kinds drawn, ${notDrawn.length} not drawn; ${neverSeen.length} flows never seen.`,
    '',
  ].join('\n');
}

export function observedAsJson({ drawn, notDrawn, neverSeen, connections, lines, problems }: ObservedOutcome): string {
  return jsonText({
    apiVersion: 'zonewright/v1',
    kind: 'Observed',
    connections,
    lines,
    drawn,
    notDrawn,
    neverSeen,
    problems: problems.map(problemRecord),
  });
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
