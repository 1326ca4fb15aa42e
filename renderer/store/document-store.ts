/**
 * The open design: its records, where it came from, and how to take edits back. Every edit is a command; nothing else
 * writes to the topology. Selection and panels live in ui-store and are never undone.
 */
import { createStore } from 'zustand/vanilla';
import type { Command } from '../../shared/commands/index.ts';
import type { DesignDocument } from '../../shared/document/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import * as h from './history.ts';

/** Where a design came from and where saving goes. */
export interface DesignOrigin {
  /** Absent until the design is saved for the first time. */
  readonly path?: string;
  readonly name: string;
  /** The name that saving offers, where the design is called otherwise until then. */
  readonly suggestedName?: string;
  readonly etag?: string;
  readonly writable: boolean;
}

export interface OpenedDesign {
  readonly topology: Topology;
  /** The loaded text that saving patches; absent for a design that never was a file. */
  readonly document?: DesignDocument;
  readonly origin: DesignOrigin;
  /** What loading found: the rest of the design is there. */
  readonly loadProblems: readonly Problem[];
  /** True for a design made from a template or recovered: nothing on disk holds it yet. */
  readonly unsaved?: boolean;
}

export interface SavePoint {
  readonly serial: number;
  readonly topology: Topology;
}

export interface DocumentState {
  /** Different for each design ever opened in this window. */
  readonly documentId: string;
  readonly topology: Topology;
  readonly document?: DesignDocument;
  readonly origin: DesignOrigin;
  readonly loadProblems: readonly Problem[];
  /** The topology as it stands in the file. */
  readonly saved?: Topology;
  readonly isDirty: boolean;
  /** Grows with every change of the topology; late answers are told by it. */
  readonly revision: number;
  readonly undoLabel?: string;
  readonly redoLabel?: string;
  readonly inTransaction: boolean;

  open(design: OpenedDesign): void;
  /** The design as it stands, to be named in markSaved: writing takes a moment, and edits go on meanwhile. */
  savePoint(): SavePoint;
  /**
   * After a save: this document and origin are what the file now holds, as of that point (default: as of now), and these
   * are the problems of its text. What could not be read is still in the file, so its problems stay.
   */
  markSaved(document: DesignDocument, origin: DesignOrigin, point?: SavePoint, problems?: readonly Problem[]): void;
  /** Whether the step that a save point was taken after is still part of the design: not undone, and not too old to be. */
  hasStep(point: SavePoint): boolean;
  /** Runs a command as one undoable step, or as part of the open transaction. Steps with the same `coalesce` become one. */
  run<Args>(command: Command<Args>, args: Args, options?: { readonly coalesce?: string }): void;
  /** Everything until commit is one undoable step. A second begin inside an open transaction is ignored. */
  begin(label: string): void;
  commit(): void;
  cancel(): void;
  undo(): void;
  redo(): void;
}

export type DocumentStore = ReturnType<typeof createDocumentStore>;

export function createDocumentStore() {
  let history = h.startHistory<Topology>(emptyTopology('untitled'));
  let savedSerial: number | undefined = 0;
  let opened = 0;

  return createStore<DocumentState>()((set, get) => {
    const serialOf = () => history.past.at(-1)?.serial ?? history.beginning;
    const show = (next: h.History<Topology>) => {
      const changed = next.value !== history.value;
      history = next;
      set({
        topology: history.value,
        revision: get().revision + (changed ? 1 : 0),
        isDirty: savedSerial !== serialOf() || (history.open?.forward.length ?? 0) > 0,
        undoLabel: history.past.at(-1)?.label,
        redoLabel: history.future[0]?.label,
        inTransaction: history.open !== undefined,
      });
    };
    return {
      documentId: 'document-0',
      topology: history.value,
      origin: { name: 'untitled', writable: true },
      loadProblems: [],
      isDirty: false,
      revision: 0,
      inTransaction: false,

      open: (design) => {
        opened += 1;
        history = h.startHistory(design.topology);
        savedSerial = design.unsaved ? undefined : 0;
        set({
          documentId: `document-${opened}`,
          topology: design.topology,
          document: design.document,
          origin: design.origin,
          loadProblems: design.loadProblems,
          saved: design.unsaved ? undefined : design.topology,
          isDirty: design.unsaved === true,
          revision: get().revision + 1,
          undoLabel: undefined,
          redoLabel: undefined,
          inTransaction: false,
        });
      },
      savePoint: () => ({ serial: serialOf(), topology: history.value }),
      markSaved: (document, origin, point, problems = []) => {
        savedSerial = point?.serial ?? serialOf();
        const isDirty = savedSerial !== serialOf() || (history.open?.forward.length ?? 0) > 0;
        set({ document, origin, saved: point?.topology ?? history.value, isDirty, loadProblems: problems });
      },
      hasStep: ({ serial }) => serial === history.beginning || history.past.some((step) => step.serial === serial),
      run: (command, args, options) => {
        show(h.edit(history, command.label(args), (draft) => command.run(draft, args), options?.coalesce));
      },
      begin: (label) => show(h.begin(history, label)),
      commit: () => show(h.commit(history)),
      cancel: () => show(h.cancel(history)),
      undo: () => show(h.undo(history)),
      redo: () => show(h.redo(history)),
    };
  });
}
