import type { Node, NodeProps } from '@xyflow/react';
import { Database, Network } from 'lucide-react';
import { memo } from 'react';
import { useLevel } from '../canvas-context.ts';
import type { WorkloadData } from '../canvas-types.ts';
import { ProblemMark, ReviewTag } from './Marks.tsx';
import { NameField } from './NameField.tsx';
import { Sides, StillSide } from './Sides.tsx';

const isolationWords = {
  'shared-kernel': 'shares the kernel of its node',
  'user-space-kernel': 'runs on a kernel in user space',
  'virtual-machine': 'runs in a virtual machine',
  wasm: 'runs in a Wasm sandbox',
} as const;

/** A workload: a compact card. Its outline says how it is isolated from its node. */
export const WorkloadNode = memo(function WorkloadNode({ data, selected }: NodeProps<Node<WorkloadData, 'workload'>>) {
  const level = useLevel();
  const className = `workload isolation-${data.isolation} ${selected ? 'is-selected' : ''} ${data.review ? `review-${data.review}` : ''} ${data.severity ? `has-${data.severity}` : ''}`;
  if (level === 'far') {
    return (
      <div className={className} data-testid={`node-workload-${data.ref.id}`}>
        <span className="workload-name">{data.title}</span>
        <StillSide />
        <ReviewTag review={data.review} reviewText={data.reviewText} />
      </div>
    );
  }
  return (
    <div
      className={className}
      data-testid={`node-workload-${data.ref.id}`}
      title={`${data.title}, ${data.kind}, ${isolationWords[data.isolation]}`}
    >
      <div className="workload-top">
        <NameField of={data.ref} title={data.title} isRenaming={data.isRenaming} className="workload-name" />
        <ProblemMark severity={data.severity} problems={data.problems} />
        <span className="workload-replicas">{data.replicas}</span>
      </div>
      <div className="workload-bottom">
        <span className="workload-ports" title={data.ports}>
          {data.ports}
        </span>
        {data.hostNetwork && (
          <span
            className="workload-badge badge-warning"
            title="On the host network: network policies do not hold for it"
          >
            <Network size={10} aria-hidden="true" />
            host
          </span>
        )}
        {data.claims > 0 && (
          <span
            className="workload-claims"
            title={`${data.claims} ${data.claims === 1 ? 'claim' : 'claims'} of storage`}
          >
            <Database size={10} aria-hidden="true" />
            {data.claims}
          </span>
        )}
        {data.runtime !== '' && <span className="workload-badge">{data.runtime}</span>}
      </div>
      <ReviewTag review={data.review} reviewText={data.reviewText} />
      <Sides isSelected={selected} />
    </div>
  );
});
