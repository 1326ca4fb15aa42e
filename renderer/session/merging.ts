/** Putting the edits here and those of a file that changed meanwhile together. */
import { commands } from '../../shared/commands/index.ts';
import { mergeDesigns } from '../../shared/diff/index.ts';
import { type DesignDocument, loadDesign } from '../../shared/document/index.ts';
import type { Host } from '../../shared/host/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import type { DocumentStore, SavePoint } from '../store/document-store.ts';
import type { UiStore } from '../store/ui-store.ts';
import { messageOf } from './message-of.ts';

/** What stood on the disk when a merge began. */
interface MergedFile {
  readonly document: DesignDocument;
  readonly etag: string;
}

export type Merging = ReturnType<typeof createMerging>;

export function createMerging({
  host,
  documents,
  ui,
}: {
  readonly host: Host;
  readonly documents: DocumentStore;
  readonly ui: UiStore;
}) {
  /** The file that is being merged, and after the merge the step from which on saving writes over it. */
  let merging: MergedFile | undefined;
  let mergedInto: (MergedFile & { readonly point: SavePoint }) | undefined;

  /** The file that a save writes the merged design over. Undone, the merge counts no longer. */
  function base(): MergedFile | undefined {
    return mergedInto !== undefined && documents.getState().hasStep(mergedInto.point) ? mergedInto : undefined;
  }

  return {
    base,

    forget: (): void => {
      merging = undefined;
      mergedInto = undefined;
    },

    /** Puts the edits here and those on the disk together; what both changed is asked. */
    start: async (): Promise<void> => {
      const { origin, saved, topology } = documents.getState();
      if (origin.path === undefined || saved === undefined) return;
      const refuse = (text: string) => ui.getState().show({ tone: 'error', text });
      try {
        const file = await host.openFile(origin.path);
        const { document, problems } = loadDesign(file.text, { file: file.name });
        if (document === undefined) {
          const why = problems[0]?.message ?? '';
          return refuse(`${file.name} cannot be merged, because it is no design that can be read by now. ${why}`);
        }
        merging = { document, etag: file.etag };
        const merge = mergeDesigns(base()?.document.topology ?? saved, topology, document.topology);
        ui.getState().set({ dialog: { kind: 'merge', merge } });
      } catch (reason) {
        refuse(`The file cannot be merged: ${messageOf(reason)} Your edits are still here.`);
      }
    },

    /** Takes the merged design over as one step; the next save writes it over what was merged. */
    finish: (topology: Topology): void => {
      ui.getState().set({ dialog: undefined });
      if (merging === undefined) return;
      documents.getState().run(commands['design/become'], { topology, label: 'Merge with the file' });
      mergedInto = { ...merging, point: documents.getState().savePoint() };
      merging = undefined;
      ui.getState().show({
        tone: 'success',
        text: 'Your edits and those in the file are together. Save to write them.',
        action: { label: 'Undo', id: 'edit.undo' },
      });
    },
  };
}
