import { useCallback } from 'react';
import { type Command, type CommandCall, commands, removeRecords } from '../../../shared/commands/index.ts';
import { type ObservedEntry, shownEntries } from '../../store/observed-store.ts';
import { useStores } from '../../store/stores.tsx';
import { drawSeen } from './draw-seen.ts';

/** Draws what was seen, or removes what never was, as one step to undo; the entry after it is selected. */
export function useMending(): (entry: ObservedEntry) => void {
  const { documents, observed, ui } = useStores();
  return useCallback(
    (entry) => {
      const { topology, begin, commit, run } = documents.getState();
      const undo = { label: 'Undo', id: 'edit.undo' };
      if (entry.class === 'never-seen') {
        if (topology.flows?.[entry.flow] === undefined) return;
        run(removeRecords, { refs: [{ kind: 'flow', id: entry.flow }] });
        ui.getState().show({ tone: 'success', text: `Flow “${entry.flow}” is removed.`, action: undo });
      } else {
        const drawn = drawSeen(topology, entry.seen);
        if ('why' in drawn) return ui.getState().show({ tone: 'info', text: drawn.why });
        begin('Draw observed flow');
        // Each id goes with its own arguments, which the compiler cannot follow through the table.
        for (const call of drawn.calls) run(commands[call.id] as Command<unknown>, (call as CommandCall).args);
        commit();
        ui.getState().revealRefs([{ kind: 'flow', id: drawn.flow }]);
        ui.getState().show({ tone: 'success', text: `Flow “${drawn.flow}” is drawn.`, action: undo });
      }
      const shown = shownEntries(observed.getState());
      const at = shown.findIndex((e) => e.id === entry.id);
      observed.getState().set({ selected: (shown[at + 1] ?? shown[at - 1])?.id });
    },
    [documents, observed, ui],
  );
}
