/** From a text to the open design. A file that cannot be read opens nothing and leaves the open design where it is. */
import { type DesignDocument, loadDesign, newDesign } from '../../shared/document/index.ts';
import { HostError, type OpenedFile, type Recovery } from '../../shared/host/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import { emptyTopology } from '../../shared/model/index.ts';
import type { DesignOrigin } from '../store/document-store.ts';
import { messageOf } from './message-of.ts';
import type { Recovering } from './recovering.ts';
import { type OpenFailure, refreshRecent, type Surroundings } from './session-state.ts';

export function createOpening(
  surroundings: Surroundings,
  { recovering, forgetMerge }: { readonly recovering: Recovering; readonly forgetMerge: () => void },
) {
  const { host, documents, ui, store } = surroundings;

  function show(design: {
    readonly document: DesignDocument;
    readonly origin: DesignOrigin;
    readonly problems: readonly Problem[];
    readonly unsaved?: boolean;
  }) {
    recovering.startAnew();
    forgetMerge();
    documents.getState().open({
      topology: design.document.topology,
      document: design.document,
      origin: design.origin,
      loadProblems: design.problems,
      ...(design.unsaved && { unsaved: true }),
    });
    store.setState({ failure: undefined, savedAt: undefined });
    ui.getState().set({
      started: true,
      view: 'design',
      selection: [],
      tool: 'select',
      dialog: undefined,
      manifest: undefined,
    });
  }

  /** Loads a text and shows it, or shows why it cannot be. True where it opened. */
  function showText(text: string, origin: DesignOrigin, options: { readonly unsaved?: boolean } = {}): boolean {
    const { document, problems } = loadDesign(text, { file: origin.name });
    if (document === undefined) {
      fail({ name: origin.name, problems, ...(origin.path !== undefined && { path: origin.path }) });
      return false;
    }
    show({ document, origin, problems, ...options });
    return true;
  }

  function fail(failure: OpenFailure): void {
    store.setState({ failure });
  }

  function showFile(file: OpenedFile): void {
    const { path, name, etag, writable } = file;
    if (showText(file.text, { path, name, etag, writable })) void refreshRecent(surroundings);
  }

  return {
    file: async (path: string): Promise<void> => {
      try {
        showFile(await host.openFile(path));
      } catch (reason) {
        fail({ name: path.split(/[\\/]/).at(-1) ?? path, path, message: messageOf(reason), problems: [] });
        if (reason instanceof HostError && reason.code === 'not-found') {
          await host.forgetRecentFile(path).catch(() => undefined);
          await refreshRecent(surroundings);
        }
      }
    },

    chosenFile: async (): Promise<void> => {
      try {
        const file = await host.chooseAndOpen();
        if (file !== undefined) showFile(file);
      } catch (reason) {
        fail({ name: 'The file', message: messageOf(reason), problems: [] });
      }
    },

    newDesign: async (): Promise<void> => {
      const origin = { name: 'untitled.zones.yaml', writable: true };
      show({ document: emptyDocument(), origin, problems: [], unsaved: true });
    },

    template: async (id: string): Promise<void> => {
      const template = store.getState().templates.find((t) => t.id === id);
      if (template === undefined) return;
      const words = id.replaceAll('-', ' ');
      const name = `untitled (from ${words.charAt(0).toUpperCase()}${words.slice(1)})`;
      showText(template.text, { name, suggestedName: `${id}.zones.yaml`, writable: true }, { unsaved: true });
    },

    /** A file dropped onto a window that cannot know its path: it opens as unsaved. */
    text: async (name: string, text: string): Promise<void> => {
      showText(text, { name, writable: true }, { unsaved: true });
    },

    recovery: async ({ id, name, text, path, etag }: Recovery): Promise<void> => {
      const onDisk = path === undefined ? undefined : await host.openFile(path).catch(() => undefined);
      const origin = {
        name,
        writable: onDisk?.writable ?? true,
        ...(path !== undefined && { path }),
        // The etag of the start of the edits: where the file has changed since, saving asks.
        ...(onDisk !== undefined && { etag: etag ?? onDisk.etag }),
      };
      if (!showText(text, origin, { unsaved: true })) return;
      recovering.adopt(id);
      ui.getState().show({
        tone: 'success',
        text: `Recovered the unsaved edits of ${name}. Save to keep them.`,
      });
    },
  };
}

export function emptyDocument(): DesignDocument {
  const { document } = loadDesign(newDesign(emptyTopology('untitled')));
  if (document === undefined) throw new Error('an empty design must load');
  return document;
}
