/**
 * A log of observed flows laid over the open design: what was read, which entry one looks at, and what is shown. Like the
 * rest of the window's state it is never undone; it follows every edit of the design, and goes with it.
 */
import { createStore } from 'zustand/vanilla';
import type { Topology } from '../../shared/model/index.ts';
import type { Observed, SeenConnection } from '../../shared/observed/index.ts';
import type { DocumentStore } from './document-store.ts';

/** What became of a connection: a word that filters, lists and the picture share. */
export type ObservedClass = 'not-drawn' | 'never-seen' | 'drawn';

export interface SeenEntry {
  readonly id: string;
  readonly class: 'not-drawn' | 'drawn';
  readonly seen: SeenConnection;
}

export interface UnseenEntry {
  readonly id: string;
  readonly class: 'never-seen';
  /** The id of a flow. */
  readonly flow: string;
}

export type ObservedEntry = SeenEntry | UnseenEntry;

export interface ObservedState {
  /** The log that lies over the design. */
  readonly log?: { readonly name: string } | undefined;
  readonly observed?: Observed | undefined;
  /** What would break first, then what could be removed, then what is as drawn. */
  readonly entries: readonly ObservedEntry[];
  /** A log that is being read: how many of its bytes are. */
  readonly reading?: { readonly name: string; readonly size: number; readonly done: number } | undefined;
  /** Why the last log could not be read. */
  readonly failure?: string | undefined;
  readonly filter?: ObservedClass | undefined;
  /** The id of an entry. */
  readonly selected?: string | undefined;
  /** Asks the panel to take the keyboard. */
  readonly isCalled: boolean;

  /** Reads the files of a log in place of the one that lies over the design, which stays until the other is read. */
  open(...files: readonly [File, ...File[]]): void;
  /** Calls the reading off. */
  stop(): void;
  /** Takes the log away. */
  close(): void;
  set(part: Partial<Pick<ObservedState, 'filter' | 'selected' | 'isCalled'>>): void;
}

export type ObservedRequest =
  | { readonly ask: 'read'; readonly files: readonly File[]; readonly topology: Topology; readonly revision: number }
  | { readonly ask: 'lay'; readonly topology: Topology; readonly revision: number };

export type ObservedReply =
  | { readonly done: number }
  | { readonly observed: Observed; readonly revision: number }
  | { readonly failure: string };

/** Starts somebody who reads one log and lays it over designs; the window gives a worker, tests give a function. */
export type ObservedTransport = (onReply: (reply: ObservedReply) => void) => {
  send(request: ObservedRequest): void;
  stop(): void;
};

type Reader = ReturnType<ObservedTransport>;
export type ObservedStore = ReturnType<typeof createObservedStore>;

const nothing = { log: undefined, observed: undefined, entries: [], selected: undefined, filter: undefined };

/** `pause`: how long an edit rests before the log is laid over the design again, in milliseconds. */
export function createObservedStore(documents: DocumentStore, start: ObservedTransport, pause = 120) {
  /** Who holds the log that lies over the design, and who reads another. */
  let reader: Reader | undefined;
  let next: Reader | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const store = createStore<ObservedState>()((set, get) => {
    const endNext = () => {
      next?.stop();
      next = undefined;
      set({ reading: undefined });
    };
    return {
      ...nothing,
      isCalled: false,
      open: (...files) => {
        endNext();
        const name = files.length === 1 ? files[0].name : `${files[0].name} and ${files.length - 1} more`;
        const size = files.reduce((sum, file) => sum + file.size, 0);
        const own = start((reply) => {
          if (own !== next && own !== reader) return;
          if ('done' in reply) {
            set({ reading: { name, size, done: reply.done } });
          } else if ('failure' in reply) {
            const isRead = own === reader;
            if (isRead) get().close();
            else endNext();
            set({ failure: `${name} cannot be laid over the design. ${reply.failure}` });
          } else {
            if (own === next) {
              reader?.stop();
              reader = own;
              next = undefined;
              set({ ...nothing, log: { name }, reading: undefined });
            }
            // An answer about a design that was edited since is followed by another.
            if (reply.revision === documents.getState().revision)
              set({ observed: reply.observed, entries: entriesOf(reply.observed) });
            else lay();
          }
        });
        next = own;
        set({ reading: { name, size, done: 0 }, failure: undefined });
        const { topology, revision } = documents.getState();
        own.send({ ask: 'read', files, topology, revision });
      },
      stop: endNext,
      close: () => {
        endNext();
        reader?.stop();
        reader = undefined;
        set({ ...nothing, failure: undefined });
      },
      set,
    };
  });
  const lay = () => {
    const { topology, revision } = documents.getState();
    reader?.send({ ask: 'lay', topology, revision });
  };
  documents.subscribe((now, before) => {
    if (now.documentId !== before.documentId) return store.getState().close();
    if (now.revision === before.revision || reader === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(lay, pause);
  });
  return store;
}

/** Within its class what was seen most often comes first; what policies drop anyway comes after what they let through. */
export function entriesOf({ drawn, notDrawn, neverSeen }: Observed): ObservedEntry[] {
  const of = (kind: 'not-drawn' | 'drawn', list: readonly SeenConnection[]) =>
    [...list]
      .sort((a, b) => Number(isDropped(a)) - Number(isDropped(b)) || b.count - a.count)
      .map((seen): ObservedEntry => ({ id: idOf(seen), class: kind, seen }));
  return [
    ...of('not-drawn', notDrawn),
    ...neverSeen.map((flow): ObservedEntry => ({ id: `flow ${flow}`, class: 'never-seen', flow })),
    ...of('drawn', drawn),
  ];
}

/** True where a policy dropped every packet: then no export breaks it. */
export function isDropped({ count, dropped }: SeenConnection): boolean {
  return dropped === count;
}

/** The entries that pass the filter. */
export function shownEntries({ entries, filter }: Pick<ObservedState, 'entries' | 'filter'>): readonly ObservedEntry[] {
  return filter === undefined ? entries : entries.filter((e) => e.class === filter);
}

function idOf({ from, to, protocol, port }: SeenConnection): string {
  return `${from.name} ${to.name} ${port}/${protocol}`;
}

/** A worker of its own for each log, which takes the log with it when it ends. */
export function observedWorker(): ObservedTransport {
  return (onReply) => {
    const worker = new Worker(new URL('./observed-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<ObservedReply>) => onReply(data);
    worker.onerror = (event) => onReply({ failure: event.message || 'The reading broke off.' });
    return { send: (request) => worker.postMessage(request), stop: () => worker.terminate() };
  };
}
