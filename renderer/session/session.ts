/**
 * Opening and saving: what stands between the stores and the host. A file that cannot be read opens nothing and
 * overwrites nothing; edits that nothing on disk holds are never dropped without a question.
 */
import { createStore } from 'zustand/vanilla';
import { type DesignDocument, loadDesign, newDesign, saveDesign } from '../../shared/document/index.ts';
import {
  type Host,
  HostError,
  type HostInfo,
  type OpenedFile,
  type RecentFile,
  type Recovery,
  type Settings,
  type TemplateInfo,
} from '../../shared/host/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import type { DesignOrigin, DocumentStore } from '../store/document-store.ts';
import type { Theme, UiStore } from '../store/ui-store.ts';
import { createMerging } from './merging.ts';
import { messageOf } from './message-of.ts';
import { createRecoveryKeeper } from './recovery-keeper.ts';

/** Why a file did not open, for the screen that says so. */
export interface OpenFailure {
  readonly name: string;
  readonly path?: string;
  /** What the host said; absent where the text was read but is no design. */
  readonly message?: string;
  readonly problems: readonly Problem[];
}

export interface SessionState {
  /** False until the first answers of the host are there. */
  readonly isReady: boolean;
  readonly info?: HostInfo;
  readonly settings: Settings;
  readonly recent: readonly RecentFile[];
  readonly templates: readonly TemplateInfo[];
  readonly recoveries: readonly Recovery[];
  readonly failure?: OpenFailure;
  /** Milliseconds since the epoch; absent until this design was saved in this window. */
  readonly savedAt?: number;
  readonly isSaving: boolean;
}

export interface SessionOptions {
  readonly host: Host;
  readonly documents: DocumentStore;
  readonly ui: UiStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A different text each time, for recoveries: several windows keep theirs in one place. */
  readonly makeId: () => string;
  /** Runs an action of the window: the native menu asks by id. */
  readonly runAction: (id: string) => void;
  /** Writes the text of a design without holding up typing; without it, or where it fails, it is written here. */
  readonly writeText?: (document: DesignDocument | undefined, topology: Topology) => Promise<string>;
}

export type Session = ReturnType<typeof createSession>;

export function createSession({ host, documents, ui, now, makeId, runAction, writeText }: SessionOptions) {
  const store = createStore<SessionState>()(() => ({
    isReady: false,
    settings: {},
    recent: [],
    templates: [],
    recoveries: [],
    isSaving: false,
  }));
  let recoveryId = makeId();
  let wasRecovered = false;
  let afterUnsaved: (() => Promise<void>) | undefined;
  let stops: Array<() => void> = [];

  const merging = createMerging({ host, documents, ui });
  const say = (tone: 'info' | 'success' | 'warning' | 'error', text: string) => ui.getState().show({ tone, text });
  const keeper = createRecoveryKeeper({
    quiet: 1000,
    latest: 5000,
    keep: async (isUrgent) => {
      const { origin, document, topology } = documents.getState();
      const id = recoveryId;
      // A window that goes away has no time to wait for a worker.
      const text =
        isUrgent || writeText === undefined
          ? currentText()
          : await writeText(document, topology).catch(() => currentText());
      // What another design has replaced meanwhile was saved or given up.
      if (id !== recoveryId) return;
      await host.keepRecovery({
        id,
        name: origin.name,
        text,
        ...(origin.path !== undefined && { path: origin.path }),
        ...(origin.etag !== undefined && { etag: origin.etag }),
      });
    },
    drop: () => host.dropRecovery(recoveryId),
    failed: (reason) =>
      say('warning', `Unsaved edits cannot be kept for recovery: ${messageOf(reason)} Save the design soon.`),
  });

  /** The text that saving would write. */
  function currentText(): string {
    const { document, topology } = documents.getState();
    return document === undefined ? newDesign(topology) : saveDesign(document, topology).text;
  }

  /** Whether closing would lose something: a design that nobody touched since it came from a template is not. */
  function hasUnsavedEdits(): boolean {
    const { isDirty, undoLabel, saved } = documents.getState();
    return ui.getState().started && isDirty && (undoLabel !== undefined || saved !== undefined || wasRecovered);
  }

  async function guarded(then: 'close' | 'new' | 'open', work: () => Promise<void>): Promise<void> {
    if (!hasUnsavedEdits()) return work();
    afterUnsaved = work;
    ui.getState().set({ dialog: { kind: 'unsaved', then } });
  }

  function show(design: {
    document: DesignDocument;
    origin: DesignOrigin;
    problems: readonly Problem[];
    unsaved?: boolean;
  }) {
    recoveryId = makeId();
    wasRecovered = false;
    merging.forget();
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
    if (showText(file.text, { path, name, etag, writable })) void refreshRecent();
  }

  async function refreshRecent(): Promise<void> {
    store.setState({ recent: await host.recentFiles().catch(() => []) });
  }

  async function refreshRecoveries(): Promise<void> {
    store.setState({ recoveries: await host.recoveries().catch(() => []) });
  }

  async function openNow(path: string): Promise<void> {
    try {
      showFile(await host.openFile(path));
    } catch (reason) {
      fail({ name: path.split(/[\\/]/).at(-1) ?? path, path, message: messageOf(reason), problems: [] });
      if (reason instanceof HostError && reason.code === 'not-found') {
        await host.forgetRecentFile(path).catch(() => undefined);
        await refreshRecent();
      }
    }
  }

  async function write(target: { path: string; etag?: string; overwrite?: boolean }): Promise<boolean> {
    if (store.getState().isSaving) return false;
    store.setState({ isSaving: true });
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
      wasRecovered = false;
      store.setState({ savedAt: now() });
      if (!documents.getState().isDirty) await keeper.settled();
      void refreshRecent();
      return true;
    } catch (reason) {
      if (reason instanceof HostError && reason.code === 'changed-on-disk') {
        ui.getState().set({ dialog: { kind: 'changed-on-disk' } });
      } else if (reason instanceof HostError && (reason.code === 'read-only' || reason.code === 'not-allowed')) {
        say('warning', `${messageOf(reason)} Choose another place with Save as; your edits are still here.`);
        store.setState({ isSaving: false });
        return await session.saveAs();
      } else {
        say('error', `The design was not saved: ${messageOf(reason)} Your edits are still here.`);
      }
      return false;
    } finally {
      store.setState({ isSaving: false });
    }
  }

  const session = {
    store,
    hasUnsavedEdits,
    currentText,

    /** Asks the host for everything the start screen shows, opens what the command line named, and listens. */
    start: async (): Promise<void> => {
      stops.push(
        documents.subscribe((state, before) => {
          if (state.topology !== before.topology || state.isDirty !== before.isDirty) {
            if (hasUnsavedEdits()) keeper.edited();
            else if (!state.isDirty) void keeper.settled();
          }
          if (state.isDirty !== before.isDirty || state.origin !== before.origin) tellHost();
        }),
        host.onRequest((request) => {
          if (request.kind === 'action') runAction(request.id);
          else if (request.kind === 'open') void session.openPath(request.path);
          else void session.close();
        }),
      );
      const [info, settings] = await Promise.all([host.info(), host.settings().catch(() => ({}) as Settings)]);
      store.setState({ info, settings });
      applySettings(settings);
      const templates = host.templates().catch(() => []);
      await Promise.all([
        refreshRecent(),
        refreshRecoveries(),
        templates.then((t) => store.setState({ templates: t })),
      ]);
      if (info.openAtStart !== undefined) await openNow(info.openAtStart);
      store.setState({ isReady: true });
    },

    stop: (): void => {
      for (const stop of stops) stop();
      stops = [];
    },

    newDesign: (): Promise<void> =>
      guarded('new', async () => {
        const origin = { name: 'untitled.zones.yaml', writable: true };
        show({ document: emptyDocument(), origin, problems: [], unsaved: true });
      }),

    openTemplate: (id: string): Promise<void> =>
      guarded('new', async () => {
        const template = store.getState().templates.find((t) => t.id === id);
        if (template === undefined) return;
        const words = id.replaceAll('-', ' ');
        const name = `untitled (from ${words.charAt(0).toUpperCase()}${words.slice(1)})`;
        showText(template.text, { name, suggestedName: `${id}.zones.yaml`, writable: true }, { unsaved: true });
      }),

    chooseAndOpen: (): Promise<void> =>
      guarded('open', async () => {
        try {
          const file = await host.chooseAndOpen();
          if (file !== undefined) showFile(file);
        } catch (reason) {
          fail({ name: 'The file', message: messageOf(reason), problems: [] });
        }
      }),

    openPath: (path: string): Promise<void> => guarded('open', () => openNow(path)),

    /** A file dropped onto a window that cannot know its path: it opens as unsaved. */
    openText: (name: string, text: string): Promise<void> =>
      guarded('open', async () => {
        showText(text, { name, writable: true }, { unsaved: true });
      }),

    /** False where nothing was written: cancelled, refused or failed, which the user has been told. */
    save: async (): Promise<boolean> => {
      const { origin } = documents.getState();
      if (origin.path === undefined) return session.saveAs();
      if (!origin.writable) {
        say('info', `${origin.name} cannot be written. Choose another place for your edits.`);
        return session.saveAs();
      }
      if (!documents.getState().isDirty) {
        say('info', `${origin.name} is saved already.`);
        return true;
      }
      return write({ path: origin.path, ...(origin.etag !== undefined && { etag: origin.etag }) });
    },

    saveAs: async (): Promise<boolean> => {
      const { origin } = documents.getState();
      const path = await host.chooseSavePath(suggestedName(origin)).catch((reason: unknown) => {
        say('error', messageOf(reason));
        return undefined;
      });
      // The chooser has asked about a file that is there already.
      return path === undefined ? false : write({ path, overwrite: true });
    },

    /** The answers to “changed on disk”. */
    overwrite: async (): Promise<boolean> => {
      ui.getState().set({ dialog: undefined });
      const { path, etag } = documents.getState().origin;
      if (path === undefined) return false;
      return write({ path, overwrite: true, ...(etag !== undefined && { etag }) });
    },
    reload: async (): Promise<void> => {
      ui.getState().set({ dialog: undefined });
      const { path } = documents.getState().origin;
      if (path === undefined) return;
      await keeper.settled();
      await openNow(path);
    },

    startMerge: merging.start,
    finishMerge: merging.finish,

    /** The answers to “unsaved changes”. */
    answerUnsaved: async (answer: 'save' | 'discard' | 'cancel'): Promise<void> => {
      const work = afterUnsaved;
      ui.getState().set({ dialog: undefined });
      if (answer === 'cancel' || work === undefined) {
        afterUnsaved = undefined;
        return;
      }
      if (answer === 'save' && !(await session.save())) return;
      if (answer === 'discard') await keeper.settled();
      afterUnsaved = undefined;
      await work();
    },

    /** Back to the start screen. */
    leave: (): Promise<void> =>
      guarded('new', async () => {
        await keeper.settled();
        await refreshRecoveries();
        ui.getState().set({ started: false, dialog: undefined });
        store.setState({ failure: undefined });
      }),

    close: (): Promise<void> => guarded('close', () => host.closeWindow()),

    dismissFailure: (): void => store.setState({ failure: undefined }),

    restore: (recovery: Recovery): Promise<void> =>
      guarded('open', async () => {
        const onDisk =
          recovery.path === undefined ? undefined : await host.openFile(recovery.path).catch(() => undefined);
        const opened = showText(
          recovery.text,
          {
            name: recovery.name,
            writable: onDisk?.writable ?? true,
            ...(recovery.path !== undefined && { path: recovery.path }),
            // The etag of the start of the edits: where the file has changed since, saving asks.
            ...(onDisk !== undefined && { etag: recovery.etag ?? onDisk.etag }),
          },
          { unsaved: true },
        );
        if (!opened) return;
        // The kept text stays until it is saved or discarded, so that a second crash loses nothing either.
        recoveryId = recovery.id;
        wasRecovered = true;
        keeper.adopt();
        store.setState((s) => ({ recoveries: s.recoveries.filter((r) => r.id !== recovery.id) }));
        say('success', `Recovered the unsaved edits of ${recovery.name}. Save to keep them.`);
      }),

    discardRecovery: async (id: string): Promise<void> => {
      await host.dropRecovery(id).catch(() => undefined);
      await refreshRecoveries();
    },

    forgetRecent: async (path: string): Promise<void> => {
      await host.forgetRecentFile(path).catch(() => undefined);
      await refreshRecent();
    },

    /** Keeps the edits now: the window goes away, or something in it broke. */
    keepNow: async (): Promise<void> => {
      if (hasUnsavedEdits()) keeper.edited();
      await keeper.flush();
    },

    setTheme: (theme: Theme): void => {
      ui.getState().set({ theme });
      remember({ theme });
    },

    /** Sizes and foldings of panels, for the next start. */
    rememberPanels: (panels: Readonly<Record<string, boolean | number>>): void => {
      remember({ panels: { ...store.getState().settings.panels, ...panels } });
    },
  };

  function remember(part: Settings): void {
    const settings = { ...store.getState().settings, ...part };
    store.setState({ settings });
    // A window that cannot remember its look still works; the next change tries again.
    host.saveSettings(settings).catch(() => undefined);
  }

  function applySettings({ theme, panels }: Settings): void {
    ui.getState().set({
      ...(theme !== undefined && { theme }),
      ...(typeof panels?.left === 'boolean' && { leftOpen: panels.left }),
      ...(typeof panels?.right === 'boolean' && { rightOpen: panels.right }),
      ...(typeof panels?.bottom === 'boolean' && { bottomOpen: panels.bottom }),
    });
  }

  function tellHost(): void {
    const { origin } = documents.getState();
    host
      .setDocumentState({
        title: origin.name,
        isDirty: hasUnsavedEdits(),
        ...(origin.path !== undefined && { path: origin.path }),
      })
      .catch(() => undefined);
  }

  return session;
}

/** A design that was never saved may be called by words that are no name of a file. */
function suggestedName({ name, suggestedName }: DesignOrigin): string {
  return suggestedName ?? (/\.ya?ml$/.test(name) ? name : 'untitled.zones.yaml');
}

function emptyDocument(): DesignDocument {
  const { document } = loadDesign(newDesign(emptyTopology('untitled')));
  if (document === undefined) throw new Error('an empty design must load');
  return document;
}
