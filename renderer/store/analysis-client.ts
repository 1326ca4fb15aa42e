/**
 * Keeps problems, bundle and all else that is computed from the design in step with it. One question is under way at a
 * time; while it is, only the newest waits. The answer for an older revision is shown until the newer one comes, because
 * old problems are better than a flicker.
 */
import { createStore } from 'zustand/vanilla';
import type { Analysis } from '../../shared/analysis/index.ts';
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

export interface AnalysisState {
  /** Undefined until the first answer. */
  readonly analysis?: Analysis;
  /** The revision the analysis is about. */
  readonly revision: number;
  readonly isBusy: boolean;
}

export type AnalysisStore = ReturnType<typeof createAnalysisStore>;

/** `ask` answers in its own time; the window gives a worker, tests give a function. */
export function createAnalysisStore(
  documents: DocumentStore,
  ask: (question: AnalysisQuestion) => Promise<AnalysisAnswer>,
  today: () => string,
) {
  const store = createStore<AnalysisState>()(() => ({ revision: -1, isBusy: false }));
  let underWay = false;
  let waiting = false;

  const next = async () => {
    if (underWay) {
      waiting = true;
      return;
    }
    underWay = true;
    store.setState({ isBusy: true });
    do {
      waiting = false;
      const { topology, revision } = documents.getState();
      const answer = await ask({ revision, topology, asOf: today() });
      store.setState({ analysis: answer.analysis, revision: answer.revision });
    } while (waiting);
    underWay = false;
    store.setState({ isBusy: false });
  };
  documents.subscribe((now, before) => {
    if (now.revision !== before.revision && !now.inTransaction) void next();
    else if (before.inTransaction && !now.inTransaction) void next();
  });
  void next();
  return store;
}

/** Asks a web worker. */
export function workerAsker(): (question: AnalysisQuestion) => Promise<AnalysisAnswer> {
  const worker = new Worker(new URL('./analysis-worker.ts', import.meta.url), { type: 'module' });
  const pending = new Map<number, (answer: AnalysisAnswer) => void>();
  worker.onmessage = (event: MessageEvent<AnalysisAnswer>) => {
    pending.get(event.data.revision)?.(event.data);
    pending.delete(event.data.revision);
  };
  return (question) =>
    new Promise((resolve) => {
      pending.set(question.revision, resolve);
      worker.postMessage(question);
    });
}
