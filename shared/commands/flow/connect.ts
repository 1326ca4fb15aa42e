import { endRef, type Flow, ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { insert, mustExist } from '../records.ts';

/** Draws a flow. Throws where the id is taken or an end does not exist. */
export const connectFlow = defineCommand<{ readonly id: string } & Flow>({
  id: 'flow/connect',
  label: () => 'Connect',
  run(draft, { id, ...flow }) {
    mustExist(draft, endRef(flow.from));
    mustExist(draft, endRef(flow.to));
    insert(draft, { ref: ref('flow', id), record: flow });
  },
});
