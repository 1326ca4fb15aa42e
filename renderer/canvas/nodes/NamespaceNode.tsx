import { type Node, type NodeProps, NodeResizer } from '@xyflow/react';
import { memo } from 'react';
import { useLevel } from '../canvas-context.ts';
import type { NamespaceData } from '../canvas-types.ts';
import { ProblemMark, ReviewTag } from './Marks.tsx';
import { NameField } from './NameField.tsx';
import { Sides } from './Sides.tsx';

/** A namespace: a quiet frame around its workloads. */
export const NamespaceNode = memo(function NamespaceNode({
  data,
  selected,
}: NodeProps<Node<NamespaceData, 'namespace'>>) {
  const level = useLevel();
  return (
    <div
      className={`namespace ${selected ? 'is-selected' : ''} ${data.review ? `review-${data.review}` : ''}`}
      data-testid={`node-namespace-${data.ref.id}`}
    >
      {selected && <NodeResizer isVisible minWidth={188} minHeight={84} />}
      <div className="namespace-head">
        <NameField of={data.ref} title={data.title} isRenaming={data.isRenaming} className="namespace-name" />
        <ProblemMark severity={data.severity} problems={data.problems} />
        {level === 'far' && data.count > 0 && <span className="namespace-count">{data.count}</span>}
      </div>
      {data.count === 0 && level !== 'far' && <div className="namespace-empty">Drop workloads here</div>}
      <ReviewTag review={data.review} reviewText={data.reviewText} />
      <Sides isSelected={selected} />
    </div>
  );
});
