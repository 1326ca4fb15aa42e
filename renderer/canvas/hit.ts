/** What lies under a point of the canvas. */
import { containsPoint, type Point } from './geometry.ts';
import type { Placement } from './layout.ts';

export interface Hit {
  readonly zone?: string;
  /** The part of a cluster in a zone; its zone is '' in the band of what has none. */
  readonly segment?: { readonly node: string; readonly cluster: string; readonly zone: string };
  readonly namespace?: string;
  /** The innermost node of a record: `workload:x`, `namespace:y`, `zone:z`. */
  readonly innermost?: string;
}

export function hitTest(placement: Placement, p: Point, except?: ReadonlySet<string>): Hit {
  let zone: string | undefined;
  let segment: Hit['segment'];
  let namespace: string | undefined;
  let innermost: string | undefined;
  // Parents come before what stands in them, so the last hit is the innermost.
  for (const [id, { rect }] of placement.nodes) {
    if (except?.has(id) || !containsPoint(rect, p)) continue;
    if (id.startsWith('band:')) continue;
    if (id.startsWith('segment:')) {
      const [cluster = '', inZone = ''] = id.slice('segment:'.length).split('/');
      segment = { node: id, cluster, zone: inZone };
      continue;
    }
    innermost = id;
    if (id.startsWith('zone:')) zone = id.slice('zone:'.length);
    if (id.startsWith('namespace:')) namespace = id.slice('namespace:'.length);
  }
  return {
    ...(zone !== undefined && { zone }),
    ...(segment && { segment }),
    ...(namespace !== undefined && { namespace }),
    ...(innermost && { innermost }),
  };
}
