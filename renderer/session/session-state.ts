/** What the session tells the window, and the questions and words that its parts share. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Host, HostInfo, RecentFile, Recovery, Settings, TemplateInfo } from '../../shared/host/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { UiStore } from '../store/ui-store.ts';

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

/** What every part of the session works on. */
export interface Surroundings {
  readonly host: Host;
  readonly documents: DocumentStore;
  readonly ui: UiStore;
  readonly store: StoreApi<SessionState>;
}

export function createSessionStore(): StoreApi<SessionState> {
  return createStore<SessionState>()(() => ({
    isReady: false,
    settings: {},
    recent: [],
    templates: [],
    recoveries: [],
    isSaving: false,
  }));
}

/** What another window opened or saved meanwhile is listed too. */
export async function refreshRecent({ host, store }: Surroundings): Promise<void> {
  store.setState({ recent: await host.recentFiles().catch(() => []) });
}
