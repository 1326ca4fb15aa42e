/**
 * Keeps problems, bundle and all else that is computed from the design in step with it. One question is under way at a
 * time; while it is, only the newest waits. The answer for an older revision is shown until the newer one comes, because
 * old problems are better than a flicker.
 */
import { createStore } from 'zustand/vanilla';
import type { Analysis, Proof } from '../../shared/analysis/index.ts';
import { isEqual } from '../../shared/lib/is-equal.ts';
import type { Topology } from '../../shared/model/index.ts';
import type { DocumentStore } from './document-store.ts';

export interface AnalysisQuestion {
  readonly revision: number;
  readonly topology: Topology;
  /** Today, YYYY-MM-DD: expiry is judged against it. */
  readonly asOf: string;
}

export interface AnalysisAnswer {
  readonly revision: number;
  readonly analysis: Analysis;
}

export interface ProofAnswer {
  readonly revision: number;
  readonly proof: Proof;
}

export interface AnalysisState {
  /** Undefined until the first answer. */
  readonly analysis?: Analysis;
  /** The revision the analysis is about. */
  readonly revision: number;
  readonly isBusy: boolean;
  /** What the export was proven to allow; of `provenRevision`, which may be behind. Undefined where proving failed. */
  readonly proof?: Proof;
  readonly provenRevision: number;
  /** Our own fault while judging or proving, to be shown: what stands there is older than the design. */
  readonly failure?: string;
}

export type AnalysisStore = ReturnType<typeof createAnalysisStore>;

/** Milliseconds. Asking costs a copy of the design, so that it waits for a pause in typing, but never longer than `latest`. */
export interface Quiet {
  readonly pause: number;
  readonly latest: number;
}

/** `ask` answers in its own time; the window gives a worker, tests give a function. */
export function createAnalysisStore(
  documents: DocumentStore,
  ask: (question: AnalysisQuestion) => Promise<AnalysisAnswer>,
  today: () => string,
  askProof?: (question: AnalysisQuestion) => Promise<ProofAnswer>,
  quiet: Quiet = { pause: 0, latest: 0 },
) {
  const store = createStore<AnalysisState>()(() => ({ revision: -1, isBusy: false, provenRevision: -1 }));
  const prove = latestOnly(async () => {
    if (askProof === undefined) return;
    const { topology, revision } = documents.getState();
    try {
      const { proof } = await askProof({ revision, topology, asOf: today() });
      store.setState({ proof, provenRevision: revision });
    } catch (error) {
      store.setState({ proof: undefined, provenRevision: revision, failure: messageOf(error) });
    }
  });
  const next = latestOnly(async () => {
    store.setState({ isBusy: true });
    const { topology, revision } = documents.getState();
    try {
      const { analysis } = await ask({ revision, topology, asOf: today() });
      const isCurrent = documents.getState().revision === revision;
      store.setState({
        analysis: sameProblems(store.getState().analysis, analysis),
        revision,
        isBusy: !isCurrent,
        failure: undefined,
      });
      void prove();
    } catch (error) {
      store.setState({ isBusy: false, failure: messageOf(error) });
    }
  });
  const soon = afterPause(() => void next(), quiet);
  documents.subscribe((now, before) => {
    const isEdited = now.revision !== before.revision && !now.inTransaction;
    if (!isEdited && !(before.inTransaction && !now.inTransaction)) return;
    if (!store.getState().isBusy) store.setState({ isBusy: true });
    // Another design is not typing: it is judged at once.
    if (now.documentId !== before.documentId) void next();
    else soon();
  });
  void next();
  return store;
}

/** Runs once after a pause in the calls, and during steady calls every `latest` milliseconds. */
function afterPause(run: () => void, { pause, latest }: Quiet): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since: number | undefined;
  if (latest === 0) return run;
  return () => {
    const now = Date.now();
    since ??= now;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        since = undefined;
        run();
      },
      Math.max(0, Math.min(pause, since + latest - now)),
    );
  };
}

/** Problems that say the same stay the same list: most edits change none, and then no panel has to look at them. */
function sameProblems(before: Analysis | undefined, now: Analysis): Analysis {
  return before !== undefined && isEqual(before.problems, now.problems) ? { ...now, problems: before.problems } : now;
}

/** Asks a web worker, which judges and compiles. */
export function workerAsker(): (question: AnalysisQuestion) => Promise<AnalysisAnswer> {
  return asker(new Worker(new URL('./analysis-worker.ts', import.meta.url), { type: 'module' }));
}

/** Asks a worker of its own, so that a long proof never holds up the problems. */
export function proofAsker(): (question: AnalysisQuestion) => Promise<ProofAnswer> {
  return asker(new Worker(new URL('./proof-worker.ts', import.meta.url), { type: 'module' }));
}

function asker<Answer extends { readonly revision: number }>(
  worker: Worker,
): (question: AnalysisQuestion) => Promise<Answer> {
  type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void };
  const pending = new Map<number, Waiting>();
  worker.onmessage = (event: MessageEvent<Answer>) => {
    pending.get(event.data.revision)?.resolve(event.data);
    pending.delete(event.data.revision);
  };
  worker.onerror = (event) => {
    for (const { reject } of pending.values()) reject(new Error(event.message));
    pending.clear();
  };
  return (question) =>
    new Promise((resolve, reject) => {
      pending.set(question.revision, { resolve, reject });
      worker.postMessage(question);
    });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs a task one at a time; of the calls that come while it runs, one run is left to do. */
function latestOnly(task: () => Promise<void>): () => Promise<void> {
  let isRunning = false;
  let isWanted = false;
  return async () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await task();
    }
    isRunning = false;
  };
}
