import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { ArrowUp, ChevronsDown, Clock, KeyRound, X } from 'lucide-react';
import { memo } from 'react';
import { useCalls, useIsReadOnly, useScale } from '../canvas-context.ts';
import type { FlowData, FlowState } from '../canvas-types.ts';
import { wordsOn } from '../flow-edges.ts';
import type { Point } from '../geometry.ts';
import { roundedPath } from '../path.ts';

const icons: Readonly<Record<FlowState, typeof X | undefined>> = {
  blocked: X,
  expired: Clock,
  exception: KeyRound,
  outward: ArrowUp,
  skips: ChevronsDown,
  plain: undefined,
};
const words: Readonly<Record<FlowState, string>> = {
  blocked: 'The matrix blocks it',
  expired: 'Its time has passed',
  exception: 'Allowed by an exception',
  outward: 'Goes towards less trust',
  skips: 'Skips a zone',
  plain: '',
};

/** A flow from its sender to its receiver, or from afar a bundle of flows. */
export const FlowEdge = memo(function FlowEdge({ id, data, selected }: EdgeProps<Edge<FlowData, 'flow'>>) {
  const scale = useScale();
  const isReadOnly = useIsReadOnly();
  if (data === undefined) return null;
  const { points, state, label, labelAt, review, reviewText, ref, joints } = data;
  const last = points.at(-1);
  const before = points.at(-2);
  const className = `flow flow-${state} ${selected ? 'is-selected' : ''} ${review ? `flow-${review} tone-${data.reviewTone}` : ''} ${data.count > 1 ? 'flow-bundle' : ''}`;
  // A review shows other versions; under a log of observed flows the design is the one that is edited.
  const isEditable = review === undefined || review === 'seen' || review === 'unseen';
  const Icon = isEditable ? icons[state] : undefined;
  const onward = data.part === 'onward' ? '-onward' : '';
  const head = headOn(points, scale);
  const end =
    joints === undefined && last !== undefined && before !== undefined ? arrow(before, last, head) : undefined;
  return (
    <g className={className} data-testid={ref === undefined ? id : `flow-${ref.id}${onward}`}>
      <title>{`${data.about}${data.problems === undefined ? '' : `\n${data.problems}`}`}</title>
      <BaseEdge
        id={id}
        path={roundedPath(joints === undefined ? shorten(points, head) : points, undefined, data.behind)}
        interactionWidth={14 * scale}
      />
      {end !== undefined && <path className="flow-head" d={end} />}
      {joints?.map(({ x, y }) => (
        <circle key={`${x} ${y}`} className="flow-head" cx={x} cy={y} r={5 * scale} />
      ))}
      {ref !== undefined && isEditable && !isReadOnly && (
        <>
          {data.part !== 'onward' && <FlowGrip flow={ref.id} end="from" points={points} />}
          {data.part !== 'to-proxy' && <FlowGrip flow={ref.id} end="to" points={[...points].reverse()} />}
        </>
      )}
      {labelAt !== undefined && (
        <EdgeLabelRenderer>
          <div
            className={`line-label flow-label nodrag nopan ${className}`}
            data-edge={id}
            data-testid={ref === undefined ? `label-${id}` : `flow-label-${ref.id}${onward}`}
            style={{ transform: `translate(-50%, -50%) translate(${labelAt.x}px, ${labelAt.y}px)` }}
            title={[words[state], data.problems].filter(Boolean).join('\n') || undefined}
          >
            {Icon !== undefined && <Icon size={11} strokeWidth={2.5} aria-label={words[state]} />}
            {wordsOn(label, reviewText)}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

/** Where an end of a flow can be taken hold of, to lead it elsewhere. `points` run from that end to the other. */
function FlowGrip({
  flow,
  end,
  points,
}: {
  readonly flow: string;
  readonly end: 'from' | 'to';
  readonly points: readonly Point[];
}) {
  const calls = useCalls();
  const at = along(points, gripOffset);
  const anchor = points.at(-1);
  if (at === undefined || anchor === undefined) return null;
  return (
    <circle
      className="flow-grip nodrag nopan"
      data-testid={`flow-${end}-${flow}`}
      cx={at.x}
      cy={at.y}
      r={7}
      onPointerDown={(event) => calls.pull(flow, end, anchor, event)}
    >
      <title>{end === 'from' ? 'Drag to another sender' : 'Drag to another receiver'}</title>
    </circle>
  );
}

/** The point so far along a way; at most four tenths of it, so that both ends of a short one can be told apart. */
function along(points: readonly Point[], distance: number): Point | undefined {
  const lengths = points
    .slice(1)
    .map((b, i) => Math.abs(b.x - (points[i]?.x ?? b.x)) + Math.abs(b.y - (points[i]?.y ?? b.y)));
  let rest = Math.min(distance, lengths.reduce((sum, l) => sum + l, 0) * 0.4);
  for (const [i, length] of lengths.entries()) {
    const a = points[i];
    const b = points[i + 1];
    if (a === undefined || b === undefined) return undefined;
    if (rest <= length) return { x: a.x + Math.sign(b.x - a.x) * rest, y: a.y + Math.sign(b.y - a.y) * rest };
    rest -= length;
  }
  return points[0];
}

/** Beyond the reach of the card's own marks to connect from. */
const gripOffset = 19;
const headLength = 9;

function arrow(from: Point, tip: Point, length: number): string {
  const dx = Math.sign(tip.x - from.x);
  const dy = Math.sign(tip.y - from.y);
  const base = { x: tip.x - dx * length, y: tip.y - dy * length };
  const half = length / 2;
  return `M${tip.x} ${tip.y}L${base.x - dy * half} ${base.y + dx * half}L${base.x + dy * half} ${base.y - dx * half}Z`;
}

/** From afar larger, but never most of a short line. */
function headOn(points: readonly Point[], scale: number): number {
  const length = points
    .slice(1)
    .reduce((sum, b, i) => sum + Math.abs(b.x - (points[i]?.x ?? b.x)) + Math.abs(b.y - (points[i]?.y ?? b.y)), 0);
  return Math.max(headLength, Math.min(0.75 * headLength * scale, length / 3));
}

/** The line ends inside the arrowhead, so that no blunt end shows at its tip. */
function shorten(points: FlowData['points'], head: number): FlowData['points'] {
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) return points;
  const length = Math.abs(last.x - before.x) + Math.abs(last.y - before.y);
  const by = Math.min((head * 7) / headLength, length / 2);
  const end = { x: last.x - Math.sign(last.x - before.x) * by, y: last.y - Math.sign(last.y - before.y) * by };
  return [...points.slice(0, -1), end];
}
