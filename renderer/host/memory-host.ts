/**
 * A complete host that keeps everything in memory: for tests of the window and for demonstrations. Files are a map from
 * path to text; dialogs are answered by functions that the caller passes in.
 */
import {
  type ExportFile,
  type ExportPlanEntry,
  type GitRevision,
  type Host,
  HostError,
  type HostRequest,
  type OpenedFile,
  type RecentFile,
  type Recovery,
  reviewNameOf,
  type SavedFile,
  type SaveRequest,
  type Settings,
  type TemplateInfo,
} from '../../shared/host/index.ts';
import { sha256Hex } from '../../shared/lib/sha256.ts';

export interface MemoryHostOptions {
  /** Path to text. */
  readonly files?: Readonly<Record<string, string>>;
  readonly readOnly?: readonly string[];
  readonly templates?: readonly TemplateInfo[];
  readonly recoveries?: readonly Recovery[];
  /** By path: what git would tell, newest first. */
  readonly history?: Readonly<Record<string, ReadonlyArray<GitRevision & { readonly text: string }>>>;
  readonly openAtStart?: string;
  /** Stands for the dialogs: answers with a path, or undefined for cancelled. */
  readonly choose?: (kind: 'open' | 'save' | 'folder' | 'zip', suggestedName?: string) => string | undefined;
  /** ISO 8601. */
  readonly now?: () => string;
}

export interface MemoryHost extends Host {
  /** What stands on the disk that is none. */
  readonly files: Map<string, string>;
  /** Sends a request as the shell would. */
  request(request: HostRequest): void;
  readonly state: { title: string; isDirty: boolean; path?: string | undefined; isClosed: boolean; opened: string[] };
}

const indexName = 'zonewright.json';

export function memoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const files = new Map(Object.entries(options.files ?? {}));
  const readOnly = new Set(options.readOnly);
  const recoveries = new Map((options.recoveries ?? []).map((r) => [r.id, r]));
  const listeners = new Set<(request: HostRequest) => void>();
  const now = options.now ?? (() => new Date().toISOString());
  const choose = options.choose ?? (() => undefined);
  const state: MemoryHost['state'] = { title: '', isDirty: false, isClosed: false, opened: [] };
  let recent: readonly RecentFile[] = [];
  let settings: Settings = {};

  function remember(path: string): void {
    recent = [{ path, name: nameOf(path), openedAt: now() }, ...recent.filter((r) => r.path !== path)];
  }

  async function openFile(path: string): Promise<OpenedFile> {
    const text = files.get(path);
    if (text === undefined)
      throw new HostError('not-found', `${path} is not there. Check whether it was moved, renamed or deleted.`);
    remember(path);
    return { path, name: nameOf(path), text, etag: sha256Hex(text), writable: !readOnly.has(path) };
  }

  async function write({ path, text, etag, overwrite }: SaveRequest): Promise<SavedFile> {
    if (readOnly.has(path))
      throw new HostError('read-only', `${path} is read-only. Save under another name, or make the file writable.`);
    const current = files.get(path);
    const currentEtag = current === undefined ? undefined : sha256Hex(current);
    if (overwrite !== true && currentEtag !== etag) {
      throw new HostError(
        'changed-on-disk',
        `${path} was changed by another program since it was opened. Save under another name, or confirm to replace it.`,
      );
    }
    files.set(path, text);
    return { path, name: nameOf(path), etag: sha256Hex(text) };
  }

  function plan(folder: string, wanted: readonly ExportFile[]): { entries: ExportPlanEntry[]; etag: string } {
    const old = readIndex(files.get(`${folder}/${indexName}`));
    const texts = new Map(wanted.map((f) => [f.path, f.text]));
    const paths = [...new Set([...texts.keys(), ...old.keys()])].sort();
    const entries = paths.flatMap((path): ExportPlanEntry[] => {
      const before = files.get(`${folder}/${path}`);
      const text = texts.get(path);
      if (before === undefined) return text === undefined ? [] : [{ path, change: 'added' }];
      if (before === text) return [{ path, change: 'same', before }];
      const wanted = text === undefined ? 'removed' : 'changed';
      if (path === indexName && old.size > 0) return [{ path, change: 'changed', before }];
      const written = old.get(path);
      if (written === undefined) return [{ path, change: 'foreign', wanted, before }];
      return [
        written === sha256Hex(before) ? { path, change: wanted, before } : { path, change: 'edited', wanted, before },
      ];
    });
    return { entries, etag: sha256Hex(JSON.stringify([entries, [...texts]])) };
  }

  return {
    files,
    state,
    request(request) {
      for (const listener of listeners) listener(request);
    },
    async info() {
      const info = { shell: 'memory', platform: 'other', version: '0.0.0' } as const;
      return options.openAtStart === undefined ? info : { ...info, openAtStart: options.openAtStart };
    },
    async chooseAndOpen() {
      const path = choose('open');
      return path === undefined ? undefined : openFile(path);
    },
    openFile,
    async saveFile(request) {
      const saved = await write(request);
      remember(request.path);
      return saved;
    },
    chooseSavePath: async (suggestedName) => choose('save', suggestedName),
    chooseFolder: async () => choose('folder'),
    async listFolder(path = '') {
      const prefix = path === '' ? '' : `${path}/`;
      const inside = [...files.keys()]
        .filter((file) => file.startsWith(prefix))
        .map((file) => file.slice(prefix.length));
      const names = [...new Set(inside.map((rest) => rest.split('/')[0] ?? ''))].sort();
      const entries = names.map((name) => ({ name, path: prefix + name, isFolder: !inside.includes(name) }));
      return path === '' ? { path, entries } : { path, parent: path.split('/').slice(0, -1).join('/'), entries };
    },
    recentFiles: async () => recent,
    async forgetRecentFile(path) {
      recent = recent.filter((r) => r.path !== path);
    },
    templates: async () => options.templates ?? [],
    async keepRecovery(recovery) {
      recoveries.set(recovery.id, { ...recovery, savedAt: now() });
    },
    recoveries: async () => [...recoveries.values()],
    async dropRecovery(id) {
      recoveries.delete(id);
    },
    planExport: async (folder, wanted) => ({ folder, ...plan(folder, wanted) }),
    async writeExport(agreed, wanted, confirmed) {
      const { entries, etag } = plan(agreed.folder, wanted);
      if (etag !== agreed.etag)
        throw new HostError(
          'changed-on-disk',
          `${agreed.folder} changed since the preview was made. Nothing was written; look at the preview again.`,
        );
      const texts = new Map(wanted.map((f) => [f.path, f.text]));
      const touched = entries.filter(
        (e) => e.change !== 'same' && (e.wanted === undefined || confirmed.includes(e.path)),
      );
      const written = touched.filter((e) => texts.has(e.path));
      for (const { path } of touched) {
        const text = texts.get(path);
        if (text === undefined) files.delete(`${agreed.folder}/${path}`);
        else files.set(`${agreed.folder}/${path}`, text);
      }
      return { written: written.length, removed: touched.length - written.length };
    },
    async saveZip(suggestedName, zipped) {
      const path = choose('zip', suggestedName);
      if (path !== undefined) for (const file of zipped) files.set(`${path}/${file.path}`, file.text);
      return path;
    },
    async savePicture(suggestedName, bytes) {
      const path = choose('zip', suggestedName);
      if (path !== undefined) files.set(path, new TextDecoder().decode(bytes));
      return path;
    },
    kubeContexts: async () => [],
    readClusters: async () => ({ files: [], unreadable: [] }),
    readingProgress: async () => '',
    stopReading: async () => undefined,
    async gitHistory(path) {
      const history = options.history?.[path];
      if (history === undefined)
        throw new HostError('no-git', `${path} is not in a git repository, so there is no history.`);
      return history.map(({ text: _, ...revision }) => revision);
    },
    async gitShow(path, revision) {
      const found = options.history?.[path]?.find((r) => r.revision === revision);
      if (found === undefined)
        throw new HostError('not-found', `${nameOf(path)} was not there at ${revision}. Choose a later revision.`);
      return found.text;
    },
    async readManifests(folder) {
      const below = [...files].filter(([path]) => path.startsWith(`${folder}/`) && /\.(ya?ml|json)$/.test(path));
      return { files: below.map(([path, text]) => ({ path: path.slice(folder.length + 1), text })), unreadable: [] };
    },
    async readReview(path) {
      const own = reviewPathOf(path);
      const text = files.get(own);
      return text === undefined
        ? undefined
        : { path: own, name: nameOf(own), text, etag: sha256Hex(text), writable: !readOnly.has(own) };
    },
    saveReview: (request) => write({ ...request, path: reviewPathOf(request.path) }),
    settings: async () => settings,
    async saveSettings(next) {
      settings = next;
    },
    async setDocumentState({ title, isDirty, path }) {
      Object.assign(state, { title, isDirty, path });
    },
    async closeWindow() {
      state.isClosed = true;
    },
    async newWindow(path) {
      state.opened.push(path ?? '');
    },
    onRequest(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function reviewPathOf(design: string): string {
  const name = nameOf(design);
  return design.slice(0, design.length - name.length) + reviewNameOf(name);
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? path;
}

function readIndex(text: string | undefined): Map<string, string> {
  try {
    const index = JSON.parse(text ?? '') as { files: ReadonlyArray<{ path: string; sha256: string }> };
    return new Map(index.files.map((f) => [f.path, f.sha256]));
  } catch {
    return new Map();
  }
}
