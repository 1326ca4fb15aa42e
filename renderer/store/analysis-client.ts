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
import { type Ask, workerLine } from './worker-questions.ts';

export interface AnalysisQuestion {
  readonly topology: Topology;
  /** Today, YYYY-MM-DD: expiry is judged against it. */
  readonly asOf: string;
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
  ask: Ask<AnalysisQuestion, Analysis>,
  today: () => string,
  askProof?: Ask<AnalysisQuestion, Proof>,
  quiet: Quiet = { pause: 0, latest: 0 },
) {
  const store = createStore<AnalysisState>()(() => ({ revision: -1, isBusy: false, provenRevision: -1 }));
  const prove = latestOnly(async () => {
    if (askProof === undefined) return;
    const { topology, revision } = documents.getState();
    try {
      const proof = await askProof({ topology, asOf: today() });
      store.setState({ proof, provenRevision: revision });
    } catch (error) {
      store.setState({ proof: undefined, provenRevision: revision, failure: messageOf(error) });
    }
  });
  const next = latestOnly(async () => {
    store.setState({ isBusy: true });
    const { topology, revision } = documents.getState();
    try {
      const analysis = await ask({ topology, asOf: today() });
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
export function workerAsker(): Ask<AnalysisQuestion, Analysis> {
  const start = () => new Worker(new URL('./analysis-worker.ts', import.meta.url), { type: 'module' });
  return workerLine<AnalysisQuestion, Analysis>(start, 'The analysis broke off.').ask;
}

/** Asks a worker of its own, so that a long proof never holds up the problems. */
export function proofAsker(): Ask<AnalysisQuestion, Proof> {
  const start = () => new Worker(new URL('./proof-worker.ts', import.meta.url), { type: 'module' });
  return workerLine<AnalysisQuestion, Proof>(start, 'The proof broke off.').ask;
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
