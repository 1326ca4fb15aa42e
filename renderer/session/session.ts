/**
 * Opening and saving: what stands between the stores and the host. A file that cannot be read opens nothing and
 * overwrites nothing; edits that nothing on disk holds are never dropped without a question.
 */
import type { Host, Recovery, Settings } from '../../shared/host/index.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { UiStore } from '../store/ui-store.ts';
import { createMerging } from './merging.ts';
import { createOpening } from './opening.ts';
import { createRecovering, type RecoveringOptions } from './recovering.ts';
import { createRemembering } from './remembering.ts';
import { createSaving } from './saving.ts';
import { createSessionStore, refreshRecent } from './session-state.ts';
import { createUnsavedEdits } from './unsaved-edits.ts';

export interface SessionOptions extends RecoveringOptions {
  readonly host: Host;
  readonly documents: DocumentStore;
  readonly ui: UiStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Runs an action of the window: the native menu asks by id. */
  readonly runAction: (id: string) => void;
}

export type Session = ReturnType<typeof createSession>;

export function createSession({ host, documents, ui, now, runAction, ...options }: SessionOptions) {
  const store = createSessionStore();
  const surroundings = { host, documents, ui, store };
  const recovering = createRecovering(surroundings, options);
  const { keeper } = recovering;
  const merging = createMerging({ host, documents, ui });
  const unsaved = createUnsavedEdits(surroundings, recovering);
  const opening = createOpening(surroundings, { recovering, forgetMerge: merging.forget });
  const saving = createSaving(surroundings, { recovering, merging, now });
  const { apply, setTheme, rememberPanels } = createRemembering(surroundings);
  let stops: Array<() => void> = [];

  /** Keeps every edit, and tells the host what stands in the title. */
  function listen(): void {
    stops.push(
      documents.subscribe((state, before) => {
        if (state.topology !== before.topology || state.isDirty !== before.isDirty) {
          if (unsaved.exist()) keeper.edited();
          else if (!state.isDirty) void keeper.settled();
        }
        if (state.isDirty !== before.isDirty || state.origin !== before.origin) tellHost();
      }),
      host.onRequest((request) => {
        if (request.kind === 'action') runAction(request.id);
        else if (request.kind === 'open') void openPath(request.path);
        else void close();
      }),
    );
  }

  function tellHost(): void {
    const { name, path } = documents.getState().origin;
    host
      .setDocumentState({ title: name, isDirty: unsaved.exist(), ...(path !== undefined && { path }) })
      .catch(() => undefined);
  }

  const openPath = (path: string): Promise<void> => unsaved.guarded('open', () => opening.file(path));
  const close = (): Promise<void> => unsaved.guarded('close', () => host.closeWindow());

  return {
    store,
    hasUnsavedEdits: unsaved.exist,
    currentText: recovering.currentText,

    /** Asks the host for everything the start screen shows, opens what the command line named, and listens. */
    start: async (): Promise<void> => {
      listen();
      const [info, settings] = await Promise.all([host.info(), host.settings().catch((): Settings => ({}))]);
      store.setState({ info });
      apply(settings);
      const templates = host.templates().catch(() => []);
      await Promise.all([
        refreshRecent(surroundings),
        recovering.refresh(),
        templates.then((t) => store.setState({ templates: t })),
      ]);
      if (info.openAtStart !== undefined) await opening.file(info.openAtStart);
      store.setState({ isReady: true });
    },

    stop: (): void => {
      for (const stop of stops) stop();
      stops = [];
    },

    newDesign: (): Promise<void> => unsaved.guarded('new', opening.newDesign),
    openTemplate: (id: string): Promise<void> => unsaved.guarded('new', () => opening.template(id)),
    chooseAndOpen: (): Promise<void> => unsaved.guarded('open', opening.chosenFile),
    openPath,
    /** A file dropped onto a window that cannot know its path: it opens as unsaved. */
    openText: (name: string, text: string): Promise<void> => unsaved.guarded('open', () => opening.text(name, text)),

    save: saving.save,
    saveAs: saving.saveAs,

    /** The answers to “changed on disk”. */
    overwrite: saving.overwrite,
    reload: async (): Promise<void> => {
      ui.getState().set({ dialog: undefined });
      const { path } = documents.getState().origin;
      if (path === undefined) return;
      await keeper.settled();
      await opening.file(path);
    },
    startMerge: merging.start,
    finishMerge: merging.finish,

    /** The answers to “unsaved changes”. */
    answerUnsaved: (answer: 'save' | 'discard' | 'cancel'): Promise<void> => unsaved.answer(answer, saving.save),

    /** Back to the start screen. */
    leave: (): Promise<void> =>
      unsaved.guarded('new', async () => {
        await keeper.settled();
        await recovering.refresh();
        ui.getState().set({ started: false, dialog: undefined });
        store.setState({ failure: undefined });
      }),

    close,

    dismissFailure: (): void => store.setState({ failure: undefined }),

    restore: (recovery: Recovery): Promise<void> => unsaved.guarded('open', () => opening.recovery(recovery)),
    discardRecovery: recovering.discard,

    forgetRecent: async (path: string): Promise<void> => {
      await host.forgetRecentFile(path).catch(() => undefined);
      await refreshRecent(surroundings);
    },

    /** Keeps the edits now: the window goes away, or something in it broke. */
    keepNow: async (): Promise<void> => {
      if (unsaved.exist()) keeper.edited();
      await keeper.flush();
    },

    setTheme,
    rememberPanels,
  };
}
