/**
 * Keeps what was decided in the file beside the design. One write is under way at a time, and what changed meanwhile is
 * written after it. Where somebody else wrote the file, their marks are taken in: mark by mark, mine where I changed it.
 */
import { type Host, HostError } from '../../../shared/host/index.ts';
import { isEqual } from '../../../shared/lib/is-equal.ts';
import { loadReview, type ReviewFile, type ReviewMark, writeReview } from '../../../shared/review/index.ts';
import type { ReviewFileState, ReviewState, ReviewStore } from '../../store/review-store.ts';
import { titleOfSide } from '../../store/review-store.ts';
import type { Marks } from './review-rows.ts';

export interface MarksKeeper {
  /** Reads the review beside a design; without a path there is nothing to read, and nothing is written. */
  open(path: string | undefined, name: string): Promise<void>;
  /** Looks whether somebody else wrote the file. */
  refresh(): Promise<void>;
  /** Writes the marks as they are. */
  save(): Promise<void>;
  /** Writes over a file that could not be read in full. */
  startAnew(): Promise<void>;
}

export function createMarksKeeper(host: Host, review: ReviewStore): MarksKeeper {
  let design = '';
  let isWriting = false;
  let isWanted = false;

  const put = (path: string, part: Partial<ReviewFileState>) => {
    const { file } = review.getState();
    if (file?.path === path) review.setState({ file: { ...file, ...part } });
  };

  async function open(path: string | undefined, name: string): Promise<void> {
    design = name;
    const before = review.getState().file;
    if (path === undefined || before?.path === path) return;
    // Decided while the design had no file yet, or another one.
    const isDecided = Object.keys(review.getState().marks).length > 0;
    review.setState({ file: { path, problems: [], isSaving: false } });
    await takeIn(path, {});
    if (isDecided) await save();
  }

  /** What is in the file, with my own changes since `base` on top, those made while it is read among them. */
  async function takeIn(path: string, base: Marks): Promise<void> {
    try {
      const found = await host.readReview(path);
      if (review.getState().file?.path !== path) return;
      const { review: stored, problems } =
        found === undefined ? { review: undefined, problems: [] } : loadReview(found.text, { file: found.name });
      review.setState({ marks: mergedMarks(base, review.getState().marks, stored?.marks ?? {}) });
      put(path, {
        etag: found?.etag,
        ...(stored !== undefined && { stored }),
        problems,
        failure: undefined,
      });
    } catch (error) {
      put(path, { failure: textOf(error) });
    }
  }

  async function refresh(): Promise<void> {
    const { file } = review.getState();
    if (file === undefined || file.isSaving || isWriting) return;
    await takeIn(file.path, file.stored?.marks ?? {});
  }

  async function save(): Promise<void> {
    isWanted = true;
    if (isWriting) return;
    isWriting = true;
    try {
      while (isWanted) {
        isWanted = false;
        await write(2);
      }
    } finally {
      isWriting = false;
    }
  }

  async function write(attempts: number): Promise<void> {
    const state = review.getState();
    const { file, compared } = state;
    if (file === undefined || compared === undefined || file.problems.length > 0) return;
    const wanted = fileOf(design, state);
    if (wanted === undefined || isEqual(wanted, file.stored)) return;
    put(file.path, { isSaving: true });
    try {
      const { etag } = await host.saveReview({
        path: file.path,
        text: writeReview(wanted),
        ...(file.etag !== undefined && { etag: file.etag }),
      });
      put(file.path, { etag, stored: wanted, isSaving: false, failure: undefined });
    } catch (error) {
      put(file.path, { isSaving: false });
      if (error instanceof HostError && error.code === 'changed-on-disk' && attempts > 1) {
        await takeIn(file.path, file.stored?.marks ?? {});
        return write(attempts - 1);
      }
      put(file.path, { failure: textOf(error) });
    }
  }

  return {
    open,
    refresh,
    save,
    startAnew: async () => {
      const { file } = review.getState();
      if (file === undefined) return;
      put(file.path, { problems: [], stored: undefined });
      await save();
    },
  };
}

/** Mark by mark: theirs where I changed nothing since `base`, mine otherwise. */
export function mergedMarks(base: Marks, mine: Marks, theirs: Marks): Marks {
  const merged: Record<string, ReviewMark> = { ...theirs };
  for (const key of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    if (isEqual(base[key], mine[key])) continue;
    if (mine[key] === undefined) delete merged[key];
    else merged[key] = mine[key];
  }
  return merged;
}

/** The file for the marks as they are. */
function fileOf(design: string, state: ReviewState): ReviewFile | undefined {
  const { compared, marks } = state;
  if (compared === undefined) return undefined;
  const side = (of: ReviewState['before'], hash: string) => ({
    title: titleOfSide(of),
    ...(of.kind === 'git' && of.revision !== undefined && { revision: of.revision }),
    hash,
  });
  return {
    design,
    before: side(compared.sides.before, compared.hashes.before),
    after: side(compared.sides.after, compared.hashes.after),
    marks,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
