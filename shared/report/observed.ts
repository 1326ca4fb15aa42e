/** Observed flows over a drawing, as text and JSON. */
import { accountProblems, type Observed, type SeenConnection } from '../observed/index.ts';
import { jsonText } from './json.ts';
import { problemRecord } from './problems.ts';

export function observedAsText({ drawn, notDrawn, neverSeen, account }: Observed): string {
  const section = (title: string, items: readonly string[]) => (items.length === 0 ? [] : [title, ...items, '']);
  return [
    ...section('Seen and not drawn; an export would break it:', notDrawn.map(line)),
    ...section(
      'Drawn and never seen; a candidate to remove:',
      neverSeen.map((id) => `  ${id}`),
    ),
    ...section('Seen and drawn:', drawn.map(line)),
    `${account.laidOver} connections of ${account.lines} lines: ${drawn.length} kinds drawn, ${notDrawn.length} not drawn; ${neverSeen.length} flows never seen.`,
    '',
  ].join('\n');
}

export function observedAsJson({ drawn, notDrawn, neverSeen, account }: Observed): string {
  return jsonText({
    apiVersion: 'zonewright/v1',
    kind: 'Observed',
    connections: account.laidOver,
    lines: account.lines,
    drawn: drawn.map(named),
    notDrawn: notDrawn.map(named),
    neverSeen,
    problems: accountProblems(account).map(problemRecord),
  });
}

function line({ from, to, protocol, port, count, dropped, last, causes, heldBack }: SeenConnection): string {
  const notes = [
    ...causes.map((c) => `${c.kind} ${c.id}`),
    ...(heldBack === undefined ? [] : [`flow ${heldBack} is drawn for it, and the matrix or the zone holds it back`]),
  ];
  return [
    `  ${from.name} to ${to.name}, ${protocol} ${port}: ${times(count)}`,
    dropped > 0 ? `, dropped ${times(dropped)}` : '',
    last === '' ? '' : `, last ${last}`,
    notes.length === 0 ? '' : ` (${notes.join(', ')})`,
  ].join('');
}

function named({ from, to, ...seen }: SeenConnection) {
  return { from: from.name, to: to.name, ...seen };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
