import { Handle, Position } from '@xyflow/react';
import { memo, useState } from 'react';
import { flushSync } from 'react-dom';
import { useIsReadOnly } from '../canvas-context.ts';

const sides = [Position.Top, Position.Right, Position.Bottom, Position.Left] as const;

/**
 * From afar and in a review nothing is connected by hand, but React Flow measures where flows may end by these marks; a plain element
 * is enough for that, and a thousand of them cost nothing.
 */
export function StillSide() {
  return <div className="source side-hidden still" data-handleid="top" data-handlepos="top" />;
}

/**
 * Four places to drag a flow from. They show when the pointer is over the node, and when the node is selected, as by a tap.
 * Each handle of React Flow listens to every move of the view, so that all of a large picture are plain elements until they
 * show. A finger that meets a plain one could see no handle and means the card; the element stays when handles come, because
 * a touch whose element goes is heard by nobody.
 */
export const Sides = memo(function Sides({ isSelected }: { readonly isSelected: boolean }) {
  const isReadOnly = useIsReadOnly();
  const [isMet, setMet] = useState(false);
  if (isReadOnly) return <StillSide />;
  const hasHandles = isMet || isSelected;
  return (
    <>
      {sides.map((side) => (
        <div
          key={side}
          className={`react-flow__handle react-flow__handle-${side} ${hasHandles ? 'side-hidden' : 'source'}`}
          {...(!hasHandles && { 'data-handleid': side, 'data-handlepos': side })}
          onPointerEnter={({ pointerType }) => {
            // At once, because the next event may be the press that begins to drag.
            if (pointerType !== 'touch') flushSync(() => setMet(true));
          }}
        />
      ))}
      {hasHandles && sides.map((side) => <Handle key={side} id={side} type="source" position={side} />)}
    </>
  );
});

/** Where ties end that nobody draws by hand. */
export function HiddenSide() {
  return <Handle id="left" type="source" position={Position.Left} isConnectable={false} className="side-hidden" />;
}
