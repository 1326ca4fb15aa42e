import { type Pool, ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { insert, mustExist } from '../records.ts';

export interface ExtendToZone {
  readonly cluster: string;
  readonly zone: string;
  /** `id` is the pool's own, without the cluster. */
  readonly pool: { readonly id: string } & Omit<Pool, 'zone'>;
}

/** Gives a cluster a node pool in a zone: that is what makes it span the zone. */
export const extendClusterToZone = defineCommand<ExtendToZone>({
  id: 'cluster/extend-to-zone',
  label: () => 'Extend cluster to zone',
  run(draft, { cluster, zone, pool: { id, ...pool } }) {
    mustExist(draft, ref('zone', zone));
    insert(draft, { ref: ref('pool', `${cluster}/${id}`), record: { zone, ...pool } });
  },
});
