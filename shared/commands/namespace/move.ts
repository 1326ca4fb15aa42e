import { ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt, setAt } from '../path.ts';
import { mustExist, snapshot } from '../records.ts';

export interface MoveNamespaces {
  readonly ids: readonly string[];
  /** Absent: each stays in its cluster. */
  readonly cluster?: string;
  /** Absent: each stays in its zone. */
  readonly zone?: string;
}

/** Puts namespaces, with their workloads, into another cluster, zone or both; places of moved ones are forgotten. */
export const moveNamespaces = defineCommand<MoveNamespaces>({
  id: 'namespace/move',
  label: ({ ids }) => (ids.length === 1 ? 'Move namespace' : `Move ${ids.length} namespaces`),
  run(draft, { ids, cluster, zone }) {
    const { namespaces } = snapshot(draft);
    if (cluster !== undefined) mustExist(draft, ref('cluster', cluster));
    if (zone !== undefined) mustExist(draft, ref('zone', zone));
    for (const id of ids) {
      mustExist(draft, ref('namespace', id));
      const before = namespaces?.[id];
      const to = { cluster: cluster ?? before?.cluster, zone: zone ?? before?.zone };
      if (to.cluster === before?.cluster && to.zone === before?.zone) continue;
      setAt(draft, ['namespaces', id, 'cluster'], to.cluster);
      if (to.zone !== undefined) setAt(draft, ['namespaces', id, 'zone'], to.zone);
      deleteAt(draft, ['layout', 'namespaces', id]);
    }
  },
});
