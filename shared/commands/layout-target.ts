/** What has a place on the canvas, and where that place stands in the document. */
import type { Ref } from '../model/index.ts';
import { layoutPath } from './records.ts';

export type LayoutTarget =
  | Ref<'zone' | 'namespace' | 'workload' | 'external' | 'endpoint'>
  /** The part of a cluster that lies in one zone. */
  | { readonly kind: 'segment'; readonly cluster: string; readonly zone: string };

export function targetPath(target: LayoutTarget): string[] {
  if (target.kind === 'segment') return ['layout', 'segments', target.cluster, target.zone];
  return layoutPath(target) ?? [];
}
