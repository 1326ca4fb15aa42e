import type { Edge, EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { ClaimData } from '../canvas-types.ts';
import { roundedPath } from '../path.ts';

/** A claim: a thin dotted tie from a workload to the storage endpoint behind it; loud where it leaves the zone. */
export const ClaimEdge = memo(function ClaimEdge({ data }: EdgeProps<Edge<ClaimData, 'claim'>>) {
  if (data === undefined) return null;
  return (
    <g className={`claim ${data.isLoud ? 'claim-loud' : ''}`}>
      <title>{data.about}</title>
      <path d={roundedPath(data.points, 5)} />
    </g>
  );
});
