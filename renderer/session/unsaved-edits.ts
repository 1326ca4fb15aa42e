/** Edits that nothing on disk holds are never dropped without a question. */
import type { Recovering } from './recovering.ts';
import type { Surroundings } from './session-state.ts';

export function createUnsavedEdits({ documents, ui }: Surroundings, recovering: Recovering) {
  /** What waits for the answer. */
  let waiting: (() => Promise<void>) | undefined;

  /** Whether closing would lose something: a design that nobody touched since it came from a template is not. */
  function exist(): boolean {
    const { isDirty, undoLabel, saved } = documents.getState();
    const isTouched = undoLabel !== undefined || saved !== undefined || recovering.wasRecovered();
    return ui.getState().started && isDirty && isTouched;
  }

  return {
    exist,

    /** Does at once what would lose no edit, and else asks first. */
    guarded: async (then: 'close' | 'new' | 'open', work: () => Promise<void>): Promise<void> => {
      if (!exist()) return work();
      waiting = work;
      ui.getState().set({ dialog: { kind: 'unsaved', then } });
    },

    answer: async (answer: 'save' | 'discard' | 'cancel', save: () => Promise<boolean>): Promise<void> => {
      const work = waiting;
      ui.getState().set({ dialog: undefined });
      if (answer === 'cancel' || work === undefined) {
        waiting = undefined;
        return;
      }
      if (answer === 'save' && !(await save())) return;
      if (answer === 'discard') await recovering.keeper.settled();
      waiting = undefined;
      await work();
    },
  };
}
