import { Handle, Position } from '@xyflow/react';
import { useLevel } from '../canvas-context.ts';

/** Four places to drag a flow from. They show when the pointer is over the node. */
export function Sides() {
  if (useLevel() === 'far') return null;
  return (
    <>
      <Handle id="top" type="source" position={Position.Top} />
      <Handle id="right" type="source" position={Position.Right} />
      <Handle id="bottom" type="source" position={Position.Bottom} />
      <Handle id="left" type="source" position={Position.Left} />
    </>
  );
}
