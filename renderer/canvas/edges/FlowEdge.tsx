import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { ArrowUp, ChevronsDown, Clock, KeyRound, X } from 'lucide-react';
import { memo } from 'react';
import { useCalls } from '../canvas-context.ts';
import type { FlowData, FlowState } from '../canvas-types.ts';
import type { Point } from '../geometry.ts';
import { roundedPath } from '../route.ts';

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
  if (data === undefined) return null;
  const { points, state, label, labelAt, review, reviewText, ref } = data;
  const first = points[0];
  const last = points.at(-1);
  const before = points.at(-2);
  const className = `flow flow-${state} ${selected ? 'is-selected' : ''} ${review ? `flow-${review} tone-${data.reviewTone}` : ''} ${data.count > 1 ? 'flow-bundle' : ''}`;
  const Icon = review === undefined ? icons[state] : undefined;
  const end = last !== undefined && before !== undefined ? arrow(before, last) : undefined;
  return (
    <g className={className} data-testid={ref === undefined ? id : `flow-${ref.id}`}>
      <title>{`${data.about}${data.problems === undefined ? '' : `\n${data.problems}`}`}</title>
      <BaseEdge id={id} path={roundedPath(shorten(points))} interactionWidth={14} />
      {end !== undefined && <path className="flow-head" d={end} />}
      {ref !== undefined && first !== undefined && last !== undefined && review === undefined && (
        <>
          <FlowGrip flow={ref.id} end="from" at={first} towards={points[1]} anchor={last} />
          <FlowGrip flow={ref.id} end="to" at={last} towards={before} anchor={first} />
        </>
      )}
      {labelAt !== undefined && (
        <EdgeLabelRenderer>
          <div
            className={`flow-label nodrag nopan ${className}`}
            data-edge={id}
            data-testid={ref === undefined ? `label-${id}` : `flow-label-${ref.id}`}
            style={{ transform: `translate(-50%, -50%) translate(${labelAt.x}px, ${labelAt.y}px)` }}
            title={[words[state], data.problems].filter(Boolean).join('\n') || undefined}
          >
            {Icon !== undefined && <Icon size={11} strokeWidth={2.5} aria-label={words[state]} />}
            {reviewText === undefined ? label : `${reviewText} ${label.split(' ').at(-1)}`}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

/** Where an end of a flow can be taken hold of, to lead it elsewhere. */
function FlowGrip({
  flow,
  end,
  at,
  towards,
  anchor,
}: {
  readonly flow: string;
  readonly end: 'from' | 'to';
  readonly at: Point;
  readonly towards: Point | undefined;
  readonly anchor: Point;
}) {
  const calls = useCalls();
  // A little off the card, whose own marks to connect from lie at its edge.
  const dx = Math.sign((towards?.x ?? at.x) - at.x);
  const dy = Math.sign((towards?.y ?? at.y) - at.y);
  return (
    <circle
      className="flow-grip nodrag nopan"
      data-testid={`flow-${end}-${flow}`}
      cx={at.x + dx * gripOffset}
      cy={at.y + dy * gripOffset}
      r={7}
      onPointerDown={(event) => calls.pull(flow, end, anchor, event)}
    >
      <title>{end === 'from' ? 'Drag to another sender' : 'Drag to another receiver'}</title>
    </circle>
  );
}

const gripOffset = 9;
const headLength = 9;

function arrow(from: { x: number; y: number }, tip: { x: number; y: number }): string {
  const dx = Math.sign(tip.x - from.x);
  const dy = Math.sign(tip.y - from.y);
  const base = { x: tip.x - dx * headLength, y: tip.y - dy * headLength };
  return `M${tip.x} ${tip.y}L${base.x - dy * 4.5} ${base.y + dx * 4.5}L${base.x + dy * 4.5} ${base.y - dx * 4.5}Z`;
}

/** The line ends inside the arrowhead, so that no blunt end shows at its tip. */
function shorten(points: FlowData['points']): FlowData['points'] {
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) return points;
  const length = Math.abs(last.x - before.x) + Math.abs(last.y - before.y);
  const by = Math.min(headLength - 2, length / 2);
  const end = { x: last.x - Math.sign(last.x - before.x) * by, y: last.y - Math.sign(last.y - before.y) * by };
  return [...points.slice(0, -1), end];
}
