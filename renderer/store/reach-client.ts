/**
 * Asks a worker who can reach whom in the open design. Of the questions of one asker only the newest counts: an answer
 * that comes after the next question, or about an older design than one already shown, is dropped.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { AnswerTo, ReachQuestion } from '../../shared/analysis/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import type { DocumentStore } from './document-store.ts';
import { useDocument, useStores } from './stores.tsx';
import { type Ask, workerLine } from './worker-questions.ts';

export interface ReachRequest {
  readonly revision: number;
  /** Only with the first question about a revision. */
  readonly topology?: Topology;
  readonly question: ReachQuestion;
}

export interface ReachClient {
  ask<Q extends ReachQuestion>(question: Q): Promise<AnswerTo<Q>>;
}

/**
 * One question is under way at a time. Of the questions of one kind that wait meanwhile only the newest is asked, about
 * the design as it is then; those it displaces are never answered.
 */
export function createReachClient(documents: DocumentStore, ask: Ask<ReachRequest, unknown>): ReachClient {
  let sent: Topology | undefined;
  let isAsking = false;
  const waiting = new Map<ReachQuestion['ask'], Asked>();
  const next = () => {
    const [first] = waiting.values();
    if (isAsking || first === undefined) return;
    waiting.delete(first.question.ask);
    isAsking = true;
    const { topology, revision } = documents.getState();
    const isKnown = topology === sent;
    sent = topology;
    const answered = ask({ revision, question: first.question, ...(!isKnown && { topology }) }).finally(() => {
      isAsking = false;
    });
    answered.then(
      (answer) => {
        next();
        for (const { resolve } of first.waiters) resolve(answer);
      },
      (error) => {
        // Whoever failed may not hold the design: it goes along with the next question.
        sent = undefined;
        next();
        for (const { reject } of first.waiters) reject(error);
      },
    );
  };
  return {
    ask: <Q extends ReachQuestion>(question: Q) =>
      new Promise<AnswerTo<Q>>((resolve, reject) => {
        const had = waiting.get(question.ask);
        const isSame = had !== undefined && JSON.stringify(had.question) === JSON.stringify(question);
        const waiter: Waiter = { resolve: (answer) => resolve(answer as AnswerTo<Q>), reject };
        waiting.set(question.ask, { question, waiters: isSame ? [...had.waiters, waiter] : [waiter] });
        next();
      }),
  };
}

interface Waiter {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Asked {
  readonly question: ReachQuestion;
  readonly waiters: readonly Waiter[];
}

export interface Answered<Q extends ReachQuestion> {
  /** The newest answer to this question; while the design changes, the one about the design of before. */
  readonly answer?: AnswerTo<Q>;
  /** True while the answer is about an older design, or there is none yet. */
  readonly isBusy: boolean;
  readonly failure?: string;
}

/** The answer to a question, kept in step with the design. Waits until an edit has settled, so that typing never waits. */
export function useReach<Q extends ReachQuestion>(question: Q | undefined): Answered<Q> {
  const { documents } = useStores();
  const revision = useDocument((s) => s.revision);
  const inTransaction = useDocument((s) => s.inTransaction);
  const key = question === undefined ? '' : JSON.stringify(question);
  const asked = useMemo(() => (key === '' ? undefined : (JSON.parse(key) as Q)), [key]);
  const [state, setState] = useState<{ key: string; revision: number; answer?: AnswerTo<Q>; failure?: string }>();
  const isAnother = state?.key !== key;
  const wait = useRef(0);
  wait.current = isAnother ? 0 : settling;
  useEffect(() => {
    if (asked === undefined || inTransaction) return;
    let isOld = false;
    const timer = setTimeout(() => {
      clientOf(documents)
        .ask(asked)
        .then(
          (answer) => {
            if (!isOld) setState({ key, revision, answer });
          },
          (error: Error) => {
            if (!isOld) setState({ key, revision, failure: error.message });
          },
        );
    }, wait.current);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [asked, key, revision, inTransaction, documents]);
  if (isAnother || state === undefined) return { isBusy: question !== undefined };
  return {
    isBusy: state.revision !== revision,
    ...(state.answer !== undefined && { answer: state.answer }),
    ...(state.failure !== undefined && { failure: state.failure }),
  };
}

/** How long an edit rests before the answers follow it, in milliseconds. */
const settling = 400;

const clients = new WeakMap<DocumentStore, ReachClient>();

/** One worker at a time for all askers, started by the first question. */
function clientOf(documents: DocumentStore): ReachClient {
  let client = clients.get(documents);
  if (client === undefined) {
    const start = () => new Worker(new URL('./reach-worker.ts', import.meta.url), { type: 'module' });
    client = createReachClient(documents, workerLine<ReachRequest, unknown>(start, 'The answer broke off.').ask);
    clients.set(documents, client);
  }
  return client;
}
