/** What the window shows: selection, panels, tools, messages. Never undoable, never saved with the design. */
import { createStore } from 'zustand/vanilla';
import type { AskedEnd } from '../../shared/analysis/index.ts';
import type { Merge } from '../../shared/diff/index.ts';
import { type Ref, refKey } from '../../shared/model/index.ts';

export type View = 'design' | 'matrix' | 'manifests' | 'review';
export type BottomTab = 'problems' | 'proof' | 'manifests' | 'matrix' | 'observed';
/** What the next drag or click on the canvas draws; `select` moves and selects. */
export type Tool = 'select' | 'pan' | 'zone' | 'cluster' | 'namespace' | 'workload' | 'external' | 'endpoint' | 'flow';
export type Theme = 'system' | 'light' | 'dark';

export interface Message {
  readonly serial: number;
  readonly tone: 'info' | 'success' | 'warning' | 'error';
  readonly text: string;
  /** One thing to do about it, by the id of an action: `edit.undo`. */
  readonly action?: { readonly label: string; readonly id: string };
}

/** Something that covers the window for a moment: only what cannot be undone or needs an answer. */
export type Dialog =
  | { readonly kind: 'export' }
  | { readonly kind: 'import' }
  | { readonly kind: 'unsaved'; readonly then: 'close' | 'new' | 'open'; readonly path?: string }
  | { readonly kind: 'changed-on-disk' }
  | { readonly kind: 'merge'; readonly merge: Merge }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'command-palette' }
  | { readonly kind: 'search' };

/** What the explain panel is asked, and whether a click on the canvas chooses one of the ends. */
export interface ExplainState {
  readonly from?: AskedEnd;
  readonly to?: AskedEnd;
  /** `8080/tcp`, or empty for all ports; absent until somebody chooses: the port of the flow, or of the receiver. */
  readonly port?: string;
  readonly picking?: 'from' | 'to';
}

export interface UiState {
  readonly started: boolean;
  readonly view: View;
  readonly selection: readonly Ref[];
  readonly tool: Tool;
  readonly theme: Theme;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  readonly bottomOpen: boolean;
  readonly bottomTab: BottomTab;
  /** Asks the canvas to bring records into view; `serial` makes the same request count twice. */
  readonly reveal?: { readonly refs: readonly Ref[]; readonly serial: number };
  /** Asks for in-place renaming of one record. */
  readonly renaming?: Ref;
  /** Asks the inspector to focus one field of what is selected, by its path: `exception.reason`. */
  readonly focusField?: string;
  readonly manifest?: { readonly path: string; readonly line?: number };
  readonly message?: Message;
  readonly dialog?: Dialog;
  /** The explain panel is open, in the place of the inspector. */
  readonly explain?: ExplainState;
  /** The blast radius of this workload, namespace or zone is on the picture. */
  readonly blast?: Ref;

  select(refs: readonly Ref[], options?: { readonly extend?: boolean }): void;
  set(part: Partial<Omit<UiState, 'select' | 'set' | 'show' | 'revealRefs'>>): void;
  show(message: Omit<Message, 'serial'>): void;
  /** Selects, switches to the canvas and brings it into view. */
  revealRefs(refs: readonly Ref[]): void;
}

export type UiStore = ReturnType<typeof createUiStore>;

let serial = 0;

export function createUiStore() {
  return createStore<UiState>()((set, get) => ({
    started: false,
    view: 'design',
    selection: [],
    tool: 'select',
    theme: 'system',
    leftOpen: true,
    rightOpen: true,
    bottomOpen: true,
    bottomTab: 'problems',

    select: (refs, options) => {
      if (!options?.extend) return set({ selection: distinct(refs) });
      const keys = new Set(refs.map(refKey));
      const kept = get().selection.filter((r) => !keys.has(refKey(r)));
      const wasSelected = new Set(get().selection.map(refKey));
      return set({ selection: [...kept, ...refs.filter((r) => !wasSelected.has(refKey(r)))] });
    },
    set: (part) => set(part),
    show: (message) => {
      serial += 1;
      set({ message: { ...message, serial } });
    },
    revealRefs: (refs) => {
      serial += 1;
      set({ selection: distinct(refs), view: get().view === 'review' ? 'review' : 'design', reveal: { refs, serial } });
    },
  }));
}

function distinct(refs: readonly Ref[]): Ref[] {
  return [...new Map(refs.map((r) => [refKey(r), r])).values()];
}
