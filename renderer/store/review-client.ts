/**
 * Asks a worker to compare two designs, so that a review of a large one never holds up typing. One question is under way
 * at a time; of those that wait only the newest is asked. A side that the worker was sent already is not sent again.
 */
import type { DrawnManifests, ManifestFile } from '../../shared/analysis/index.ts';
import type { Review } from '../../shared/diff/index.ts';
import type { Path } from '../../shared/lib/problem.ts';
import type { Topology } from '../../shared/model/index.ts';
import { type Ask, workerLine } from './worker-questions.ts';

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
  | { readonly ask: 'compare'; readonly before?: SentSide; readonly after?: SentSide }
  | {
      readonly ask: 'lines';
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

export interface ReviewClient {
  /** Undefined where a newer question took its place. */
  compare(before: SentSide, after: SentSide): Promise<ComparedAnswer | undefined>;
  /** Of the sides compared last. */
  lines(paths: { readonly before?: Path; readonly after?: Path }): Promise<LinesAnswer>;
}

export function createReviewClient(ask: Ask<ReviewRequest, ComparedAnswer | LinesAnswer>): ReviewClient {
  let sent: { before?: SentSide; after?: SentSide } = {};
  let isComparing = false;
  let waiting: Waiting | undefined;
  const next = () => {
    if (isComparing || waiting === undefined) return;
    const { before, after, resolve, reject } = waiting;
    waiting = undefined;
    isComparing = true;
    const compared = ask({
      ask: 'compare',
      ...(!isSameSide(sent.before, before) && { before }),
      ...(!isSameSide(sent.after, after) && { after }),
    }) as Promise<ComparedAnswer>;
    sent = { before, after };
    compared
      .then(resolve, (error: Error) => {
        sent = {};
        reject(error);
      })
      .finally(() => {
        isComparing = false;
        next();
      });
  };
  return {
    compare: (before, after) =>
      new Promise((resolve, reject) => {
        waiting?.resolve(undefined);
        waiting = { before, after, resolve, reject };
        next();
      }),
    lines: ({ before, after }) =>
      ask({
        ask: 'lines',
        ...(before !== undefined && { pathBefore: before }),
        ...(after !== undefined && { pathAfter: after }),
      }) as Promise<LinesAnswer>,
  };
}

interface Waiting {
  readonly before: SentSide;
  readonly after: SentSide;
  readonly resolve: (answer: ComparedAnswer | undefined) => void;
  readonly reject: (error: Error) => void;
}

function isSameSide(a: SentSide | undefined, b: SentSide): boolean {
  return a !== undefined && a.topology === b.topology && a.source === b.source && a.files === b.files;
}

/** The worker of the window, started by the first question. */
export function workerReviewClient(): ReviewClient {
  const start = () => new Worker(new URL('./review-worker.ts', import.meta.url), { type: 'module' });
  return createReviewClient(
    workerLine<ReviewRequest, ComparedAnswer | LinesAnswer>(start, 'The comparison broke off.').ask,
  );
}
