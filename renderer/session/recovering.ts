/** The unsaved edits of the open design, kept under an id of its own where a crash cannot reach them, and found again. */
import { type DesignDocument, newDesign, saveDesign } from '../../shared/document/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import { messageOf } from './message-of.ts';
import { createRecoveryKeeper } from './recovery-keeper.ts';
import type { Surroundings } from './session-state.ts';

export interface RecoveringOptions {
  /** A different text each time: several windows keep their recoveries in one place. */
  readonly makeId: () => string;
  /** Writes the text of a design without holding up typing; without it, or where it fails, it is written here. */
  readonly writeText?: ((document: DesignDocument | undefined, topology: Topology) => Promise<string>) | undefined;
}

export type Recovering = ReturnType<typeof createRecovering>;

export function createRecovering({ host, documents, ui, store }: Surroundings, options: RecoveringOptions) {
  const { makeId, writeText } = options;
  let id = makeId();
  let wasRecovered = false;

  const keeper = createRecoveryKeeper({
    quiet: 1000,
    latest: 5000,
    keep: async (isUrgent) => {
      const { origin, document, topology } = documents.getState();
      const own = id;
      // A window that goes away has no time to wait for a worker.
      const text =
        isUrgent || writeText === undefined
          ? currentText()
          : await writeText(document, topology).catch(() => currentText());
      // What another design has replaced meanwhile was saved or given up.
      if (own !== id) return;
      await host.keepRecovery({
        id,
        name: origin.name,
        text,
        ...(origin.path !== undefined && { path: origin.path }),
        ...(origin.etag !== undefined && { etag: origin.etag }),
      });
    },
    drop: () => host.dropRecovery(id),
    failed: (reason) =>
      ui.getState().show({
        tone: 'warning',
        text: `Unsaved edits cannot be kept for recovery: ${messageOf(reason)} Save the design soon.`,
      }),
  });

  /** The text that saving would write. */
  function currentText(): string {
    const { document, topology } = documents.getState();
    return document === undefined ? newDesign(topology) : saveDesign(document, topology).text;
  }

  async function refresh(): Promise<void> {
    store.setState({ recoveries: await host.recoveries().catch(() => []) });
  }

  return {
    keeper,
    currentText,
    refresh,

    /** Whether the open design came out of a crash and was not saved since. */
    wasRecovered: (): boolean => wasRecovered,

    /** Another design is open, whose edits are kept apart from those of the one before. */
    startAnew: (): void => {
      id = makeId();
      wasRecovered = false;
    },

    /** The open design is what was kept under this id, which stays until it is saved or discarded: a second crash loses nothing. */
    adopt: (kept: string): void => {
      id = kept;
      wasRecovered = true;
      keeper.adopt();
      store.setState((s) => ({ recoveries: s.recoveries.filter((r) => r.id !== kept) }));
    },

    saved: async (): Promise<void> => {
      wasRecovered = false;
      if (!documents.getState().isDirty) await keeper.settled();
    },

    discard: async (kept: string): Promise<void> => {
      await host.dropRecovery(kept).catch(() => undefined);
      await refresh();
    },
  };
}
