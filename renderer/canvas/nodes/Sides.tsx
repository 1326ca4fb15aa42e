import { Handle, Position } from '@xyflow/react';

/**
 * From afar nothing is connected by hand, but React Flow measures where flows may end by these marks; a plain element
 * is enough for that, and a thousand of them cost nothing.
 */
export function StillSide() {
  return <div className="source side-hidden still" data-handleid="top" data-handlepos="top" />;
}

/** Four places to drag a flow from. They show when the pointer is over the node. */
export function Sides() {
  return (
    <>
      <Handle id="top" type="source" position={Position.Top} />
      <Handle id="right" type="source" position={Position.Right} />
      <Handle id="bottom" type="source" position={Position.Bottom} />
      <Handle id="left" type="source" position={Position.Left} />
    </>
  );
}

/** Where ties end that nobody draws by hand. */
export function HiddenSide() {
  return <Handle id="left" type="source" position={Position.Left} isConnectable={false} className="side-hidden" />;
}
