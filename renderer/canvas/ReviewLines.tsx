/**
 * The connections of a review, drawn over the picture: what can be reached after and could not before, and the reverse,
 * whether an arrow was drawn for it or not. Those of the selected entry stand out.
 */
import { memo, useMemo } from 'react';
import type { ConnectionBlock, ReviewEnd, ReviewEntry } from '../../shared/diff/index.ts';
import { compareGravity } from '../../shared/diff/index.ts';
import type { PortRange } from '../../shared/reach/index.ts';
import { selectedEntry } from '../store/review-store.ts';
import { useReview, useStores } from '../store/stores.tsx';
import type { Detail } from './canvas-types.ts';
import type { Rect } from './geometry.ts';
import type { Placement } from './layout.ts';
import { roundedPath } from './path.ts';
import type { Marks, Version } from './review-scene.ts';
import { type DrawnFlow, routeFlows } from './routes.ts';

/** More lines than this hide the picture; the list has all of them. */
const mostLines = 40;
/** A difference between more pairs than this is drawn once it is selected; until then its edit is marked. */
const mostPairs = 4;

interface Line extends DrawnFlow {
  readonly entry: string;
  readonly kind: ConnectionBlock['kind'];
  readonly isSelected: boolean;
  /** The one line of its entry that says what it is. */
  readonly isFirst: boolean;
}

export const ReviewLines = memo(function ReviewLines({
  placement,
  detail,
  version,
  flows,
  written,
  marks,
}: {
  readonly placement: Placement;
  readonly detail: Detail;
  readonly version: Version;
  readonly flows: readonly DrawnFlow[];
  readonly written: readonly Rect[];
  readonly marks: Marks;
}) {
  const { review } = useStores();
  const entries = useReview((s) => s.compared?.entries);
  const selected = useReview((s) => selectedEntry(s));
  const context = useMemo(
    () => ({ placement, version, marks, said: saidByArrows(flows, marks) }),
    [placement, version, flows, marks],
  );
  // Whoever walks through the list selects one entry after the other; the lines of the rest stay where they are.
  const standing = useLines(
    useMemo(() => linesOf([...(entries?.values() ?? [])].sort(compareGravity), false, context), [entries, context]),
    placement,
    detail,
    written,
  );
  const own = useLines(
    useMemo(() => linesOf(selected === undefined ? [] : [selected], true, context), [selected, context]),
    placement,
    detail,
    written,
  );
  const ownIds = new Set(own.lines.map((line) => line.id));
  const lines = [...own.lines, ...standing.lines.filter((line) => !ownIds.has(line.id))];
  const routesOf = (line: Line) => (line.isSelected ? own : standing).routes;
  if (lines.length === 0) return null;
  return (
    <>
      <svg className="line-overlay" width="1" height="1" aria-hidden="true">
        {lines.map((line) => {
          const points = routesOf(line)?.ways.get(line.id)?.points;
          return points === undefined ? null : (
            <g key={line.id} className={classOf(line)}>
              <path className="review-line" d={roundedPath(points)} />
              <path className="review-head" d={headOf(points)} />
            </g>
          );
        })}
      </svg>
      {lines.map((line) => {
        const points = routesOf(line)?.ways.get(line.id)?.points;
        const free = routesOf(line)?.labels.get(line.id);
        const at = free ?? (line.isSelected ? points?.[Math.floor(points.length / 2)] : undefined);
        if (at === undefined || !line.isFirst) return null;
        return (
          <button
            key={line.id}
            type="button"
            // The canvas is one stop of Tab; the list of the review has what this selects.
            tabIndex={-1}
            className={`line-label is-finding nodrag nopan ${classOf(line)}`}
            data-testid={`review-line-${line.fromNode}-${line.toNode}`}
            style={{ transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%)` }}
            onClick={() => review.setState({ selected: line.entry })}
          >
            {line.label}
          </button>
        );
      })}
    </>
  );
});

function classOf({ kind, isSelected }: Line): string {
  return `is-${kind}${isSelected ? ' is-selected' : ''}`;
}

function useLines(lines: readonly Line[], placement: Placement, detail: Detail, written: readonly Rect[]) {
  return useMemo(
    () => ({ lines, routes: lines.length === 0 ? undefined : routeFlows(lines, placement, detail, { written }) }),
    [lines, placement, detail, written],
  );
}

interface LineContext {
  readonly placement: Placement;
  readonly version: Version;
  readonly marks: Marks;
  /** `FROM>TO` of the arrows that are marked themselves. */
  readonly said: ReadonlySet<string>;
}

function saidByArrows(flows: readonly DrawnFlow[], marks: Marks): ReadonlySet<string> {
  return new Set(
    flows
      .filter((f) => f.flow !== undefined && marks.get(`flow:${f.flow}`)?.mark !== undefined)
      .map((f) => `${f.fromNode}>${f.toNode}`),
  );
}

/** The lines worth drawing, in the order of the entries; those of what is not selected only where no arrow shows them. */
function linesOf(
  entries: readonly ReviewEntry[],
  isSelected: boolean,
  { placement, version, marks, said }: LineContext,
): Line[] {
  const markOf = (node: string) => marks.get(node)?.mark;
  const lines: Line[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    const { connection } = entry;
    if (connection === undefined || !isIn(version, connection.kind)) continue;
    if (!isSelected && connection.pairs > mostPairs) continue;
    let isFirst = true;
    for (const from of connection.from) {
      for (const to of connection.to) {
        const [fromNode, toNode] = [nodeOf(from, placement), nodeOf(to, placement)];
        if (fromNode === undefined || toNode === undefined || fromNode === toNode) continue;
        const pair = `${fromNode}>${toNode}`;
        if (seen.has(pair) || said.has(pair)) continue;
        // That nobody reaches what is gone, or that what came is reached, the card itself says.
        const ends = [markOf(fromNode), markOf(toNode)];
        if (!isSelected && ends.some((mark) => mark === 'added' || mark === 'removed')) continue;
        if (lines.length >= mostLines) return lines;
        seen.add(pair);
        lines.push({
          id: `review:${pair}`,
          entry: entry.id,
          kind: connection.kind,
          isSelected,
          isFirst,
          fromNode,
          toNode,
          state: 'plain',
          label: labelOf(connection),
          isTold: isSelected && isFirst,
          count: 1,
        });
        isFirst = false;
      }
    }
  }
  return lines;
}

function isIn(version: Version, kind: ConnectionBlock['kind']): boolean {
  if (version === 'before') return kind !== 'opened' && kind !== 'widened';
  if (version === 'after') return kind !== 'closed' && kind !== 'narrowed';
  return true;
}

function nodeOf(end: ReviewEnd, placement: Placement): string | undefined {
  const key =
    end.kind === 'workload'
      ? `workload:${end.id}`
      : end.external === undefined
        ? undefined
        : `external:${end.external}`;
  return key !== undefined && placement.nodes.has(key) ? key : undefined;
}

const words = {
  opened: ['+ opens', 'opened'],
  closed: ['− closes', 'closed'],
  widened: ['↔ widens', 'opened'],
  narrowed: ['→← narrows', 'closed'],
  shifted: ['⇄ shifts', 'opened'],
} as const;

function labelOf(connection: ConnectionBlock): string {
  const [word, side] = words[connection.kind];
  return `${word} ${portsText(connection[side])}`.trim();
}

function portsText(ports: readonly PortRange[]): string {
  const [first, ...more] = ports;
  if (first === undefined) return '';
  if (first.end - first.start > 60_000) return 'all ports';
  const text = first.start === first.end ? `${first.start}` : `${first.start}-${first.end}`;
  return more.length === 0 ? text : `${text} +${more.length}`;
}

function headOf(points: ReadonlyArray<{ readonly x: number; readonly y: number }>): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return '';
  const dx = Math.sign(tip.x - before.x);
  const dy = Math.sign(tip.y - before.y);
  const base = { x: tip.x - dx * 11, y: tip.y - dy * 11 };
  return `M${tip.x} ${tip.y}L${base.x - dy * 6} ${base.y + dx * 6}L${base.x + dy * 6} ${base.y - dx * 6}Z`;
}
