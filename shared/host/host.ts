/**
 * What the window asks of the shell around it, the same in Electron and in a browser. A host moves bytes: it interprets
 * no design. Every method answers with a value or rejects with a HostError whose message can be shown as it is.
 */

export interface OpenedFile {
  /** Absolute path in the desktop, path below the served folder in the browser. Opaque to the window. */
  readonly path: string;
  /** The last part of the path, for titles. */
  readonly name: string;
  /** The text as it stands in the file, byte order mark and line ends included. */
  readonly text: string;
  /** Changes whenever the bytes of the file change; given back on save. */
  readonly etag: string;
  /** False where saving over it will fail. */
  readonly writable: boolean;
}

export interface SavedFile {
  readonly path: string;
  readonly name: string;
  readonly etag: string;
}

export interface RecentFile {
  readonly path: string;
  readonly name: string;
  /** ISO 8601. */
  readonly openedAt: string;
}

export interface TemplateInfo {
  /** File name without `.zones.yaml`. */
  readonly id: string;
  readonly text: string;
}

/** Unsaved edits that outlived a crash. */
export interface Recovery {
  readonly id: string;
  /** The file they belong to; absent for a design that was never saved. */
  readonly path?: string;
  /** The file as it was when the edits began, so that what somebody else wrote since is not overwritten unasked. */
  readonly etag?: string;
  readonly name: string;
  readonly text: string;
  /** ISO 8601. */
  readonly savedAt: string;
}

export interface FolderEntry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

export interface FolderListing {
  readonly path: string;
  /** Absent at the root that may be seen. */
  readonly parent?: string;
  readonly entries: readonly FolderEntry[];
}

export interface ExportFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * `edited`: Zonewright wrote it and somebody changed it since. `foreign`: it stands there and Zonewright never wrote it.
 * Neither is touched unless the user says so, file by file.
 */
export type ExportChange = 'added' | 'changed' | 'removed' | 'same' | 'edited' | 'foreign';

export interface ExportPlanEntry {
  readonly path: string;
  readonly change: ExportChange;
  /** What an `edited` or `foreign` file would become. */
  readonly wanted?: 'changed' | 'removed' | 'same';
  /** The text on disk now, for the preview; absent where there is none or it is not text. */
  readonly before?: string;
}

export interface ExportPlan {
  readonly folder: string;
  readonly entries: readonly ExportPlanEntry[];
  /** Given back on write; the write is refused where the folder changed in between. */
  readonly etag: string;
}

export interface GitRevision {
  readonly kind: 'commit' | 'branch' | 'tag';
  /** A commit hash, or a branch or tag name. */
  readonly revision: string;
  /** What to show: the subject of the commit, or the name of the branch. */
  readonly title: string;
  readonly author?: string;
  /** ISO 8601. */
  readonly date?: string;
}

/** A folder of manifests, whoever wrote them. */
export interface ManifestFolder {
  /** YAML and JSON files at any depth, sorted by path. */
  readonly files: readonly ExportFile[];
  /** Why something below it could not be read, one sentence each. */
  readonly unreadable: readonly string[];
}

/** A way into a cluster, from the user's kubeconfig. */
export interface KubeContext {
  readonly name: string;
  readonly server: string;
  readonly isCurrent: boolean;
}

export interface HostInfo {
  readonly shell: 'desktop' | 'web' | 'memory';
  readonly platform: 'linux' | 'darwin' | 'win32' | 'other';
  readonly version: string;
  /** Who works here, for the marks of a review; absent where the system does not say. */
  readonly user?: string;
  /** The design named on the command line, to be opened at start. */
  readonly openAtStart?: string;
}

export interface Settings {
  readonly theme?: 'system' | 'light' | 'dark';
  readonly panels?: Readonly<Record<string, boolean | number>>;
}

/** One menu of the menu bar. */
export interface AppMenu {
  readonly label: string;
  /** Between two of them stands a line. */
  readonly sections: ReadonlyArray<readonly AppMenuItem[]>;
}

export interface AppMenuItem {
  /** The action that the shell asks for when the item is chosen. */
  readonly id: string;
  readonly label: string;
  readonly isEnabled: boolean;
  /** Keys such as `Mod+Shift+Z`, to be shown: the window itself listens for them. */
  readonly shortcut?: string;
}

export interface SaveRequest {
  readonly path: string;
  readonly text: string;
  /** The etag of the file as it was read; absent to write a file that should not be there yet. */
  readonly etag?: string;
  /** True after the user confirmed to overwrite what somebody else wrote. */
  readonly overwrite?: boolean;
}

export interface Host {
  info(): Promise<HostInfo>;

  /** Lets the user choose a design and reads it; undefined when cancelled. In the browser the window shows its own chooser over listFolder and calls openFile. */
  chooseAndOpen(): Promise<OpenedFile | undefined>;
  openFile(path: string): Promise<OpenedFile>;
  /** Writes atomically (temporary file, fsync, rename). Rejects with `changed-on-disk` where the etag does not fit. */
  saveFile(request: SaveRequest): Promise<SavedFile>;
  /** Lets the user choose where to save; undefined when cancelled. The shell's own dialog has asked about overwriting. */
  chooseSavePath(suggestedName: string): Promise<string | undefined>;
  chooseFolder(): Promise<string | undefined>;
  /** Folders and `*.zones.yaml`, `*.yaml` files below what may be seen; the browser's file chooser is made from it. */
  listFolder(path?: string): Promise<FolderListing>;

  recentFiles(): Promise<readonly RecentFile[]>;
  forgetRecentFile(path: string): Promise<void>;
  templates(): Promise<readonly TemplateInfo[]>;

  /** Keeps unsaved edits where a crash cannot reach them; one per document id. */
  keepRecovery(recovery: Omit<Recovery, 'savedAt'>): Promise<void>;
  recoveries(): Promise<readonly Recovery[]>;
  dropRecovery(id: string): Promise<void>;

  /** Compares a bundle with a folder by the folder's index. Touches nothing. */
  planExport(folder: string, files: readonly ExportFile[]): Promise<ExportPlan>;
  /** Writes what the plan said; `confirmed` lists the edited or foreign paths that may be overwritten or removed. */
  writeExport(
    plan: { folder: string; etag: string },
    files: readonly ExportFile[],
    confirmed: readonly string[],
  ): Promise<{ readonly written: number; readonly removed: number }>;
  /** Reads a folder that chooseFolder gave. */
  readManifests(folder: string): Promise<ManifestFolder>;

  /** The contexts of the user's kubeconfig. */
  kubeContexts(): Promise<readonly KubeContext[]>;
  /**
   * Reads the clusters of some contexts, lists only and never Secrets: a folder for each, with its objects as JSON lists.
   * `unreadable` says what the user may not read. A window has one reading of manifests or clusters
   * under way at a time.
   */
  readClusters(contexts: readonly string[]): Promise<ManifestFolder>;
  /** How far the reading of a folder or of clusters is, for people; empty where none is under way. */
  readingProgress(): Promise<string>;
  /** Ends the reading that is under way, which then rejects. */
  stopReading(): Promise<void>;
  /** Saves the files as one zip; undefined when cancelled. In the browser it is downloaded. */
  saveZip(suggestedName: string, files: readonly ExportFile[]): Promise<string | undefined>;

  /** Saves a picture (SVG, PNG, PDF); undefined when cancelled. In the browser it is downloaded. */
  savePicture(suggestedName: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined>;

  /** Commits that changed the file, newest first (at most 200), then branches and tags. Rejects with `no-git` outside a repository. */
  gitHistory(path: string): Promise<readonly GitRevision[]>;
  /** The text of the file at a revision; rejects with `not-found` where it was not there. */
  gitShow(path: string, revision: string): Promise<string>;

  /** The review beside a design (reviewNameOf); undefined where there is none. `path` is the design's, in both. */
  readReview(path: string): Promise<OpenedFile | undefined>;
  /** Writes it as atomically as a design; rejects with `changed-on-disk` where somebody else wrote it meanwhile. */
  saveReview(request: SaveRequest): Promise<SavedFile>;

  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<void>;

  /** Tells the shell what to show as title, and whether closing would lose edits. */
  setDocumentState(state: { readonly title: string; readonly isDirty: boolean; readonly path?: string }): Promise<void>;
  /** Shows these menus while this window is in front, beside the shell's own; absent where the shell has no menu bar. */
  showMenus?(menus: readonly AppMenu[]): Promise<void>;
  /** The window has saved or discarded; the shell may close it. */
  closeWindow(): Promise<void>;
  newWindow(path?: string): Promise<void>;

  /** Calls back when the shell asks for something (menu, file dropped on the icon, window about to close). Returns the way to stop. */
  onRequest(listener: (request: HostRequest) => void): () => void;
}

export type HostRequest =
  | { readonly kind: 'action'; readonly id: string }
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'close' };
