import { type FlowPort, ref } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt, setAt } from '../path.ts';
import { mustExist, snapshot } from '../records.ts';

/**
 * Turns flows around. What belonged to the old receiver goes: the port that was dialled at its Service, and how the
 * flow entered from outside. A port that is named keeps its name, and a finding says so where the new receiver has none.
 */
export const reverseFlows = defineCommand<{ readonly ids: readonly string[] }>({
  id: 'flow/reverse',
  label: ({ ids }) => (ids.length === 1 ? 'Reverse flow' : `Reverse ${ids.length} flows`),
  run(draft, { ids }) {
    const { flows } = snapshot(draft);
    for (const id of ids) {
      mustExist(draft, ref('flow', id));
      const flow = flows?.[id];
      if (flow === undefined) continue;
      setAt(draft, ['flows', id, 'from'], flow.to);
      setAt(draft, ['flows', id, 'to'], flow.from);
      deleteAt(draft, ['flows', id, 'via']);
      if (flow.ports !== 'all') setAt(draft, ['flows', id, 'ports'], flow.ports.map(withoutDial));
    }
  },
});

function withoutDial({ dial: _, ...port }: FlowPort): FlowPort {
  return port;
}
