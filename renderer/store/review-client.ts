/**
 * Asks a worker to compare two designs, so that a review of a large one never holds up typing. One question is under way
 * at a time; of those that wait only the newest is asked. A side that the worker was sent already is not sent again.
 */
import type { DrawnManifests, ManifestFile } from '../../shared/analysis/index.ts';
import type { Review } from '../../shared/diff/index.ts';
import type { Path } from '../../shared/lib/problem.ts';
import type { Topology } from '../../shared/model/index.ts';

/** A side as the worker gets it. */
export interface SentSide {
  /** Empty for a folder of manifests. */
  readonly topology: Topology;
  readonly files?: readonly ManifestFile[] | undefined;
  /** True where each folder of the files is a cluster. */
  readonly byFolder?: boolean | undefined;
  /** The text it was read from, which saving it would patch; absent for a design that never was a file. */
  readonly source?: string;
}

/** Where a record stands in the text of one side. */
export interface Excerpt {
  /** Of the first line, from 1. */
  readonly line: number;
  readonly text: string;
}

export type ReviewRequest =
  | { readonly ask: 'compare'; readonly serial: number; readonly before?: SentSide; readonly after?: SentSide }
  | {
      readonly ask: 'lines';
      readonly serial: number;
      readonly pathBefore?: Path;
      readonly pathAfter?: Path;
    };

export interface ComparedAnswer {
  readonly review: Review;
  /** What could not be compared, one sentence each. */
  readonly gaps: readonly string[];
  /** Where several clusters were compared: by id of the drawn one, under which name the live one was read. */
  readonly clusters?: ReadonlyMap<string, string>;
  readonly hashes: { readonly before: string; readonly after: string };
  /** What two folders of manifests look like. */
  readonly drawn?: DrawnManifests;
}

export interface LinesAnswer {
  readonly before?: Excerpt;
  readonly after?: Excerpt;
}

export interface ReviewReply {
  readonly serial: number;
  readonly answer?: ComparedAnswer | LinesAnswer;
  readonly failure?: string;
}

/** Takes requests and calls back for each, in order; the window gives a worker, tests give a function. */
export type ReviewTransport = (onReply: (reply: ReviewReply) => void) => (request: ReviewRequest) => void;

export interface ReviewClient {
  /** Undefined where a newer question took its place. */
  compare(before: SentSide, after: SentSide): Promise<ComparedAnswer | undefined>;
  /** Of the sides compared last. */
  lines(paths: { readonly before?: Path; readonly after?: Path }): Promise<LinesAnswer>;
}

export function createReviewClient(transport: ReviewTransport): ReviewClient {
  type Waiter = { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void };
  const pending = new Map<number, Waiter>();
  let serial = 0;
  let sent: { before?: SentSide; after?: SentSide } = {};
  let isComparing = false;
  let waiting: { readonly before: SentSide; readonly after: SentSide; readonly waiter: Waiter } | undefined;
  const send = transport(({ serial: of, answer, failure }) => {
    const waiter = pending.get(of);
    pending.delete(of);
    if (failure === undefined) waiter?.resolve(answer);
    else waiter?.reject(new Error(failure));
  });
  const next = () => {
    if (isComparing || waiting === undefined) return;
    const { before, after, waiter } = waiting;
    waiting = undefined;
    isComparing = true;
    serial += 1;
    const done = () => {
      isComparing = false;
      next();
    };
    pending.set(serial, {
      resolve: (answer) => {
        waiter.resolve(answer);
        done();
      },
      reject: (error) => {
        sent = {};
        waiter.reject(error);
        done();
      },
    });
    send({
      ask: 'compare',
      serial,
      ...(!isSameSide(sent.before, before) && { before }),
      ...(!isSameSide(sent.after, after) && { after }),
    });
    sent = { before, after };
  };
  return {
    compare: (before, after) =>
      new Promise((resolve, reject) => {
        waiting?.waiter.resolve(undefined);
        waiting = { before, after, waiter: { resolve: resolve as Waiter['resolve'], reject } };
        next();
      }),
    lines: ({ before, after }) =>
      new Promise((resolve, reject) => {
        serial += 1;
        pending.set(serial, { resolve: resolve as Waiter['resolve'], reject });
        send({
          ask: 'lines',
          serial,
          ...(before !== undefined && { pathBefore: before }),
          ...(after !== undefined && { pathAfter: after }),
        });
      }),
  };
}

function isSameSide(a: SentSide | undefined, b: SentSide): boolean {
  return a !== undefined && a.topology === b.topology && a.source === b.source && a.files === b.files;
}

/** The worker of the window, started by the first question. */
export function workerReviewClient(): ReviewClient {
  return createReviewClient((onReply) => {
    let worker: Worker | undefined;
    const asked = new Set<number>();
    return (request) => {
      asked.add(request.serial);
      if (worker === undefined) {
        worker = new Worker(new URL('./review-worker.ts', import.meta.url), { type: 'module' });
        worker.onmessage = ({ data }: MessageEvent<ReviewReply>) => {
          asked.delete(data.serial);
          onReply(data);
        };
        // It died, perhaps for lack of memory: the next question gets another one.
        worker.onerror = (event) => {
          worker?.terminate();
          worker = undefined;
          const lost = [...asked];
          asked.clear();
          for (const serial of lost) onReply({ serial, failure: event.message || 'The comparison broke off.' });
        };
      }
      worker.postMessage(request);
    };
  });
}
