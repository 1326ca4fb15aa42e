/**
 * Asks a worker to compare two designs, so that a review of a large one never holds up typing. One comparison is under way
 * at a time; of those that wait only the newest is asked, and one that takes long makes way for it. Lines of text come from
 * a worker of their own, so that a comparison can be read while the next is made.
 */
import type { DrawnManifests, ManifestFile } from '../../shared/analysis/index.ts';
import type { Review } from '../../shared/diff/index.ts';
import type { Path } from '../../shared/lib/problem.ts';
import type { Topology } from '../../shared/model/index.ts';
import { type Tell, type WorkerLine, workerLine } from './worker-questions.ts';

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

/** A side, or the name under which the worker holds it from its last question. */
export type SideOrHeld = SentSide | 'before' | 'after';

export type ReviewRequest = { readonly before: SideOrHeld; readonly after: SideOrHeld } & (
  | { readonly ask: 'compare' }
  | { readonly ask: 'lines'; readonly pathBefore?: Path; readonly pathAfter?: Path }
);

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
  /** Undefined where a newer question took its place, or where it was called off. `tell` hears what is being done. */
  compare(before: SentSide, after: SentSide, tell?: Tell): Promise<ComparedAnswer | undefined>;
  /** Calls off what is being compared and what waits for it. */
  stop(): void;
  /** Of the sides that the last answer is about. */
  lines(paths: { readonly before?: Path; readonly after?: Path }): Promise<LinesAnswer>;
}

type ReviewLine = WorkerLine<ReviewRequest, ComparedAnswer | LinesAnswer>;

/** Milliseconds after which a comparison is ended for a newer one; a worker that starts afresh costs about as much. */
const patience = 1000;

export function createReviewClient(comparer: ReviewLine, reader: ReviewLine): ReviewClient {
  const [comparing, reading] = [sideHolder(comparer), sideHolder(reader)];
  let underWay: Comparing | undefined;
  let since = 0;
  let waiting: Comparing | undefined;
  let compared: Sides | undefined;
  const next = () => {
    if (underWay !== undefined || waiting === undefined) return;
    const own = waiting;
    waiting = undefined;
    underWay = own;
    since = Date.now();
    const done = (settle: () => void) => {
      if (underWay !== own) return;
      underWay = undefined;
      settle();
      next();
    };
    comparing.ask({ ask: 'compare' }, own.sides, own.tell).then(
      (answer) =>
        done(() => {
          compared = own.sides;
          own.resolve(answer as ComparedAnswer);
        }),
      (error: Error) => done(() => own.reject(error)),
    );
  };
  const callOff = () => {
    if (underWay === undefined) return;
    underWay.resolve(undefined);
    underWay = undefined;
    comparing.stop('The comparison was called off.');
  };
  return {
    compare: (before, after, tell) =>
      new Promise((resolve, reject) => {
        waiting?.resolve(undefined);
        waiting = { sides: { before, after }, tell, resolve, reject };
        if (Date.now() - since > patience) callOff();
        next();
      }),
    stop: () => {
      waiting?.resolve(undefined);
      waiting = undefined;
      callOff();
    },
    lines: async ({ before, after }) => {
      if (compared === undefined) return {};
      const paths = {
        ...(before !== undefined && { pathBefore: before }),
        ...(after !== undefined && { pathAfter: after }),
      };
      return (await reading.ask({ ask: 'lines', ...paths }, compared)) as LinesAnswer;
    },
  };
}

interface Sides {
  readonly before: SentSide;
  readonly after: SentSide;
}

interface Comparing {
  readonly sides: Sides;
  readonly tell: Tell | undefined;
  readonly resolve: (answer: ComparedAnswer | undefined) => void;
  readonly reject: (error: Error) => void;
}

type WithoutSides<Request> = Request extends unknown ? Omit<Request, keyof Sides> : never;

/** A worker, and the sides that it holds: these are not sent again, so that it keeps what it made of them. */
function sideHolder(line: ReviewLine) {
  let held: Sides | undefined;
  const named = (side: SentSide): SideOrHeld =>
    (['before', 'after'] as const).find((name) => isSameSide(held?.[name], side)) ?? side;
  return {
    ask: (request: WithoutSides<ReviewRequest>, sides: Sides, tell?: Tell) => {
      const asked = line.ask({ ...request, before: named(sides.before), after: named(sides.after) }, tell);
      held = sides;
      return asked.catch((error: Error) => {
        held = undefined;
        throw error;
      });
    },
    stop: (reason: string) => {
      held = undefined;
      line.stop(reason);
    },
  };
}

function isSameSide(a: SentSide | undefined, b: SentSide): boolean {
  return (
    a !== undefined &&
    a.topology === b.topology &&
    a.source === b.source &&
    a.files === b.files &&
    a.byFolder === b.byFolder
  );
}

/** The workers of the window, each started by its first question. */
export function workerReviewClient(): ReviewClient {
  const line = (): ReviewLine => {
    const start = () => new Worker(new URL('./review-worker.ts', import.meta.url), { type: 'module' });
    return workerLine(start, 'The comparison broke off.');
  };
  return createReviewClient(line(), line());
}
