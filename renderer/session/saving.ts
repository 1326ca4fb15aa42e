/** From the open design to a file. What cannot be written is said, and the edits stay; nothing is overwritten unasked. */
import { saveDesign } from '../../shared/document/index.ts';
import { HostError } from '../../shared/host/index.ts';
import type { DesignOrigin } from '../store/document-store.ts';
import type { Merging } from './merging.ts';
import { messageOf } from './message-of.ts';
import { emptyDocument } from './opening.ts';
import type { Recovering } from './recovering.ts';
import { refreshRecent, type Surroundings } from './session-state.ts';

export interface SavingOptions {
  readonly recovering: Recovering;
  readonly merging: Merging;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Target {
  readonly path: string;
  readonly etag?: string;
  readonly overwrite?: boolean;
}

export function createSaving(surroundings: Surroundings, { recovering, merging, now }: SavingOptions) {
  const { host, documents, ui, store } = surroundings;
  const say = (tone: 'info' | 'warning' | 'error', text: string) => ui.getState().show({ tone, text });

  /** What is being written. Files are written one after the other. */
  let writing: Promise<boolean> | undefined;

  async function write(target: Target): Promise<boolean> {
    if (writing !== undefined) return false;
    const own = writeNow(target);
    writing = own;
    store.setState({ isSaving: true });
    try {
      return await own;
    } finally {
      if (writing === own) done();
    }
  }

  function done(): void {
    writing = undefined;
    store.setState({ isSaving: false });
  }

  async function writeNow(target: Target): Promise<boolean> {
    try {
      const { document, topology, loadProblems } = documents.getState();
      const point = documents.getState().savePoint();
      // What was merged is written into the text it was merged with; before that step the text is the one from before.
      const base = merging.base();
      const saved = saveDesign(base?.document ?? document ?? emptyDocument(), topology);
      const refused = saved.problems.find((p) => p.rule === 'document/not-written');
      if (refused !== undefined) {
        say('error', refused.message);
        return false;
      }
      const isOver = base !== undefined && target.path === documents.getState().origin.path;
      const file = await host.saveFile({ ...target, ...(isOver && { etag: base.etag }), text: saved.text });
      merging.forget();
      const origin = { path: file.path, name: file.name, etag: file.etag, writable: true };
      documents
        .getState()
        .markSaved(saved.document, origin, point, saved.document === document ? loadProblems : saved.problems);
      store.setState({ savedAt: now() });
      await recovering.saved();
      void refreshRecent(surroundings);
      return true;
    } catch (reason) {
      return await notWritten(reason);
    }
  }

  /** Tells the user why, and where another place may do, asks for one. True where that was written. */
  async function notWritten(reason: unknown): Promise<boolean> {
    const code = reason instanceof HostError ? reason.code : undefined;
    if (code === 'changed-on-disk') {
      ui.getState().set({ dialog: { kind: 'changed-on-disk' } });
      return false;
    }
    if (code === 'read-only' || code === 'not-allowed') {
      say('warning', `${messageOf(reason)} Choose another place with Save as; your edits are still here.`);
      done();
      return await saveAs();
    }
    say('error', `The design was not saved: ${messageOf(reason)} Your edits are still here.`);
    return false;
  }

  async function saveAs(): Promise<boolean> {
    const { origin } = documents.getState();
    const path = await host.chooseSavePath(suggestedName(origin)).catch((reason: unknown) => {
      say('error', messageOf(reason));
      return undefined;
    });
    // The chooser has asked about a file that is there already.
    return path === undefined ? false : write({ path, overwrite: true });
  }

  return {
    saveAs,

    /** False where nothing was written: cancelled, refused or failed, which the user has been told. */
    save: async (): Promise<boolean> => {
      // Asked for again while it is under way, it is about what was edited meanwhile.
      if (writing !== undefined) {
        while (writing !== undefined) await writing;
        if (!documents.getState().isDirty) return true;
      }
      const { origin } = documents.getState();
      if (origin.path === undefined) return saveAs();
      if (!origin.writable) {
        say('info', `${origin.name} cannot be written. Choose another place for your edits.`);
        return saveAs();
      }
      if (!documents.getState().isDirty) {
        say('info', `${origin.name} is saved already.`);
        return true;
      }
      return write({ path: origin.path, ...(origin.etag !== undefined && { etag: origin.etag }) });
    },

    overwrite: async (): Promise<boolean> => {
      ui.getState().set({ dialog: undefined });
      const { path, etag } = documents.getState().origin;
      if (path === undefined) return false;
      return write({ path, overwrite: true, ...(etag !== undefined && { etag }) });
    },
  };
}

/** A design that was never saved may be called by words that are no name of a file. */
function suggestedName({ name, suggestedName }: DesignOrigin): string {
  return suggestedName ?? (/\.ya?ml$/.test(name) ? name : 'untitled.zones.yaml');
}
