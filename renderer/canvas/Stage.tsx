/** React Flow with the settings of the canvas. It looks at nothing unless what it shows, or answers to, is another. */
import {
  ConnectionMode,
  type OnConnectEnd,
  ReactFlow,
  type ReactFlowProps,
  SelectionMode,
  ViewportPortal,
} from '@xyflow/react';
import { memo } from 'react';
import type { Tool } from '../store/ui-store.ts';
import type { CanvasEdge, CanvasNode } from './canvas-types.ts';
import { DropTarget, Guides } from './DropMarks.tsx';
import { ClaimEdge } from './edges/ClaimEdge.tsx';
import { FlowEdge } from './edges/FlowEdge.tsx';
import { gridStep } from './geometry.ts';
import { ColumnNode, TieNode } from './nodes/Column.tsx';
import { EndpointNode } from './nodes/EndpointNode.tsx';
import { ExternalNode } from './nodes/ExternalNode.tsx';
import { NamespaceNode } from './nodes/NamespaceNode.tsx';
import { SegmentNode } from './nodes/SegmentNode.tsx';
import { WorkloadNode } from './nodes/WorkloadNode.tsx';
import { ZoneNode } from './nodes/ZoneNode.tsx';
import type { Live } from './use-moves.ts';

const nodeTypes = {
  zone: ZoneNode,
  column: ColumnNode,
  tie: TieNode,
  segment: SegmentNode,
  namespace: NamespaceNode,
  workload: WorkloadNode,
  external: ExternalNode,
  endpoint: EndpointNode,
};
const edgeTypes = { flow: FlowEdge, claim: ClaimEdge };
const snapGrid: [number, number] = [gridStep, gridStep];
const middleButton = [1];
const proOptions = { hideAttribution: true };

export type StageCalls = ReactFlowProps<CanvasNode, CanvasEdge>;

interface StageProps {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly tool: Tool;
  readonly isReadOnly: boolean;
  readonly live: Live | undefined;
  /** What it does when it is pointed at, moved on, pushed about and connected; each keeps its identity. */
  readonly pointing: StageCalls;
  readonly moving: StageCalls;
  readonly pushing: StageCalls;
  readonly viewport: StageCalls;
  readonly onConnectEnd: OnConnectEnd;
}

export const Stage = memo(function Stage({
  nodes,
  edges,
  tool,
  isReadOnly,
  live,
  pointing,
  moving,
  pushing,
  viewport,
  onConnectEnd,
}: StageProps) {
  return (
    <ReactFlow<CanvasNode, CanvasEdge>
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      {...pointing}
      {...moving}
      {...pushing}
      {...viewport}
      onConnectEnd={onConnectEnd}
      connectionMode={ConnectionMode.Loose}
      connectionRadius={16}
      zIndexMode="manual"
      onlyRenderVisibleElements
      minZoom={0.05}
      maxZoom={2.5}
      snapToGrid
      snapGrid={snapGrid}
      nodeDragThreshold={3}
      paneClickDistance={3}
      selectionOnDrag={tool !== 'pan'}
      selectionMode={SelectionMode.Full}
      selectionKeyCode={null}
      multiSelectionKeyCode="Shift"
      deleteKeyCode={null}
      disableKeyboardA11y
      panOnDrag={tool === 'pan' ? true : middleButton}
      panOnScroll
      zoomOnDoubleClick={false}
      nodesConnectable={!isReadOnly}
      edgesFocusable={false}
      nodesFocusable={false}
      proOptions={proOptions}
    >
      <ViewportPortal>
        <DropTarget rect={live?.target} />
        <Guides guides={live?.guides} />
      </ViewportPortal>
    </ReactFlow>
  );
});
