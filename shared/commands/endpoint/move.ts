import { ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt, setAt } from '../path.ts';
import { mustExist, snapshot } from '../records.ts';

/** Puts a storage endpoint, with its classes, into another zone; its place on the canvas is forgotten. */
export const moveEndpoint = defineCommand<{ readonly id: string; readonly zone: string }>({
  id: 'endpoint/move',
  label: () => 'Move storage endpoint',
  run(draft, { id, zone }) {
    mustExist(draft, ref('endpoint', id));
    mustExist(draft, ref('zone', zone));
    if (snapshot(draft).storage?.endpoints?.[id]?.zone === zone) return;
    setAt(draft, ['storage', 'endpoints', id, 'zone'], zone);
    deleteAt(draft, ['layout', 'storage', id]);
  },
});
