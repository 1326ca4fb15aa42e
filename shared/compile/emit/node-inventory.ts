/**
 * The nodes of a cluster as Node objects, one for each pool, for the proof and reviewers: the labels that nodes/steps.md
 * sets, and the taints with which the nodes join. Nobody applies them; nodes register themselves.
 */
import type { EmittedFile } from '../define.ts';
import type { ClusterIr } from '../ir.ts';

export function nodeInventory(ir: ClusterIr): EmittedFile[] {
  if (ir.nodes.pools.length === 0) return [];
  return [
    {
      path: 'inventory/nodes.yaml',
      inKustomization: false,
      header: [
        'Node pools of the design, one Node object for all nodes of a pool. Do not apply this file: nodes register themselves.',
        'It is here for review and for the proof that pods land only on the nodes of their zone.',
      ],
      objects: ir.nodes.pools.map((pool) => ({
        object: {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: {
            name: pool.name,
            labels: { ...pool.labels, ...pool.protectedLabels },
            annotations: { [nodeCountAnnotation(ir)]: String(pool.nodes) },
          },
          spec: {
            ...(pool.taints.length > 0 && {
              taints: pool.taints.map((t) => ({
                key: t.key,
                ...(t.value !== undefined && { value: t.value }),
                effect: t.effect,
              })),
            }),
          },
        },
        causes: pool.causes,
      })),
    },
  ];
}

/** How many nodes the pool has. */
function nodeCountAnnotation(ir: Pick<ClusterIr, 'prefix'>): string {
  return `${ir.prefix}/nodes`;
}
