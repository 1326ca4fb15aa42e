import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { ColumnData, TieData } from '../canvas-types.ts';

/** The outline of a cluster over all bands that it crosses without a gap. */
export const ColumnNode = memo(function ColumnNode({ data }: NodeProps<Node<ColumnData, 'column'>>) {
  return <div className={`column ${data.isRemoved ? 'review-removed' : ''}`} />;
});

/** Says that two columns are one cluster where bands of others lie between them. */
export const TieNode = memo(function TieNode({ data, width, height }: NodeProps<Node<TieData, 'tie'>>) {
  const { from, to } = data;
  const middle = (from.y + to.y) / 2;
  return (
    <svg className="tie" width={width} height={height} aria-hidden="true">
      <path
        d={`M${from.x - 3} ${from.y}V${middle}H${to.x - 3}V${to.y}M${from.x + 3} ${from.y}V${middle}H${to.x + 3}V${to.y}`}
      />
    </svg>
  );
});
