import { type Node, type NodeProps, NodeResizer } from '@xyflow/react';
import { Boxes } from 'lucide-react';
import { memo } from 'react';
import { ref } from '../../../shared/model/index.ts';
import { Badge } from '../../ui/Badge.tsx';
import { useCalls } from '../canvas-context.ts';
import type { SegmentData } from '../canvas-types.ts';
import { ProblemMark, ReviewTag } from './Marks.tsx';
import { NameField } from './NameField.tsx';
import { StillSide } from './Sides.tsx';

/** The part of a cluster that lies in one zone, with its node pools at the foot. */
export const SegmentNode = memo(function SegmentNode({ data, selected }: NodeProps<Node<SegmentData, 'segment'>>) {
  const calls = useCalls();
  return (
    <div
      className={`segment ${data.isHead ? 'segment-first' : ''} ${selected ? 'is-selected' : ''} ${data.review ? `review-${data.review}` : ''}`}
      data-testid={`node-segment-${data.ref.id}-${data.zone}`}
    >
      {selected && <NodeResizer isVisible minWidth={200} minHeight={100} />}
      {data.isHead && (
        <div className="segment-head segment-grip" data-testid={`node-cluster-${data.ref.id}`}>
          <Boxes size={14} aria-hidden="true" />
          <NameField of={data.ref} title={data.title} isRenaming={data.isRenaming} className="segment-name" />
          {data.pair && (
            <span className="segment-pair">
              <Badge tone="accent" title={data.pair.title}>
                {data.pair.text}
              </Badge>
            </span>
          )}
          <ProblemMark severity={data.severity} problems={data.problems} />
          <span className="segment-detail" title={data.detail}>
            {data.detail}
          </span>
        </div>
      )}
      {!data.isHead && <div className="segment-edge segment-grip" title={data.title} />}
      <div className="segment-foot">
        {data.pools.map((pool) => (
          <button
            key={pool.id}
            type="button"
            // The canvas is one stop of Tab; the outline leads to pools by keyboard.
            tabIndex={-1}
            className={`pool nodrag ${pool.isSelected ? 'is-selected' : ''}`}
            data-testid={`node-pool-${pool.id.replace('/', '-')}`}
            onClick={(event) => {
              event.stopPropagation();
              calls.select(ref('pool', pool.id), event.shiftKey);
            }}
          >
            {pool.text}
          </button>
        ))}
        {data.taken !== undefined && (
          <span className="segment-taken" title={`Also here, as in the cluster it replaces: ${data.taken}`}>
            also {data.taken}
          </span>
        )}
      </div>
      <StillSide />
      <ReviewTag review={data.isHead ? data.review : undefined} reviewText={data.reviewText} />
    </div>
  );
});
