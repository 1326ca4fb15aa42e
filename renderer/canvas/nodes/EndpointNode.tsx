import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { EndpointData } from '../canvas-types.ts';
import { ProblemMark, ReviewTag } from './Marks.tsx';
import { NameField } from './NameField.tsx';
import { HiddenSide } from './Sides.tsx';

/** A storage endpoint: a drum at the edge of its zone. */
export const EndpointNode = memo(function EndpointNode({
  data,
  selected,
  width = 124,
  height = 52,
}: NodeProps<Node<EndpointData, 'endpoint'>>) {
  const rim = 7;
  const w = width - 2;
  const h = height - 2;
  return (
    <div
      className={`endpoint ${selected ? 'is-selected' : ''} ${data.review ? `review-${data.review}` : ''}`}
      data-testid={`node-endpoint-${data.ref.id}`}
    >
      <svg width={width} height={height} viewBox={`-1 -1 ${width} ${height}`} aria-hidden="true">
        <path
          className="drum"
          d={`M0 ${rim}A${w / 2} ${rim} 0 0 1 ${w} ${rim}V${h - rim}A${w / 2} ${rim} 0 0 1 0 ${h - rim}Z`}
        />
        <path className="drum-rim" d={`M0 ${rim}A${w / 2} ${rim} 0 0 0 ${w} ${rim}`} />
      </svg>
      <div className="endpoint-text">
        <div className="endpoint-title">
          <NameField of={data.ref} title={data.title} isRenaming={data.isRenaming} className="endpoint-name" />
          <ProblemMark severity={data.severity} problems={data.problems} />
        </div>
        <div className="endpoint-detail">{data.detail}</div>
      </div>
      <HiddenSide />
      <ReviewTag review={data.review} reviewText={data.reviewText} />
    </div>
  );
});
