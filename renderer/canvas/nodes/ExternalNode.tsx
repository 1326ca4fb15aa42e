import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { ExternalData } from '../canvas-types.ts';
import { ProblemMark, ReviewTag } from './Marks.tsx';
import { NameField } from './NameField.tsx';
import { Sides } from './Sides.tsx';

/** Somebody outside every zone: the internet, a partner, an on-premises system. */
export const ExternalNode = memo(function ExternalNode({ data, selected }: NodeProps<Node<ExternalData, 'external'>>) {
  return (
    <div
      className={`external ${selected ? 'is-selected' : ''} ${data.review ? `review-${data.review}` : ''}`}
      data-testid={`node-external-${data.ref.id}`}
    >
      <div className="external-title">
        <NameField of={data.ref} title={data.title} isRenaming={data.isRenaming} className="external-name" />
        <ProblemMark severity={data.severity} problems={data.problems} />
      </div>
      <div className="external-detail" title={data.detail}>
        {data.detail}
      </div>
      <ReviewTag review={data.review} reviewText={data.reviewText} />
      <Sides isSelected={selected} />
    </div>
  );
});
