import { recordPath, ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { setAt } from '../path.ts';
import { mustExist } from '../records.ts';

/** Puts a node pool into another zone. Its id is `cluster/pool`. */
export const movePool = defineCommand<{ readonly id: string; readonly zone: string }>({
  id: 'pool/move',
  label: () => 'Move node pool',
  run(draft, { id, zone }) {
    mustExist(draft, ref('pool', id));
    mustExist(draft, ref('zone', zone));
    setAt(draft, [...recordPath(ref('pool', id)), 'zone'], zone);
  },
});
