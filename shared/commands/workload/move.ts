import { ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt, setAt } from '../path.ts';
import { mustExist, snapshot } from '../records.ts';

/** Puts workloads into a namespace. Places are relative to the parent, so those of moved workloads are forgotten. */
export const moveWorkloads = defineCommand<{ readonly ids: readonly string[]; readonly namespace: string }>({
  id: 'workload/move',
  label: ({ ids }) => (ids.length === 1 ? 'Move workload' : `Move ${ids.length} workloads`),
  run(draft, { ids, namespace }) {
    const { workloads } = snapshot(draft);
    mustExist(draft, ref('namespace', namespace));
    for (const id of ids) {
      mustExist(draft, ref('workload', id));
      if (workloads?.[id]?.namespace === namespace) continue;
      setAt(draft, ['workloads', id, 'namespace'], namespace);
      deleteAt(draft, ['layout', 'workloads', id]);
    }
  },
});
