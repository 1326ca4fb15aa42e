/**
 * Keeps unsaved edits where a crash cannot reach them: soon after an edit, and during steady typing at least every few
 * seconds. When nothing is unsaved any more, what was kept is dropped.
 */
export interface KeeperOptions {
  /** Milliseconds of quiet before the edits are kept. */
  readonly quiet: number;
  /** Milliseconds after which they are kept even without quiet. */
  readonly latest: number;
  /** `isUrgent`: now, because the window may go away. */
  keep(isUrgent: boolean): Promise<void>;
  drop(): Promise<void>;
  /** Tells a person once that edits are not kept, with the reason. */
  failed(reason: unknown): void;
}

export interface RecoveryKeeper {
  /** There is an edit that is not saved. */
  edited(): void;
  /** Something is kept already, from before a crash, and goes when everything is settled. */
  adopt(): void;
  /** Everything is saved, undone or discarded. Resolves when nothing is kept any more. */
  settled(): Promise<void>;
  /** Keeps now what waits. */
  flush(): Promise<void>;
}

export function createRecoveryKeeper(options: KeeperOptions): RecoveryKeeper {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitingSince: number | undefined;
  let isKept = false;
  let warned = false;
  let last: Promise<void> = Promise.resolve();

  const clear = () => {
    clearTimeout(timer);
    timer = undefined;
    waitingSince = undefined;
  };
  // One after the other, so that a slow write never lands after the drop that should end it.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch((reason: unknown) => {
      if (!warned) options.failed(reason);
      warned = true;
    });
    return last;
  };
  const keepNow = (isUrgent: boolean) => {
    clear();
    isKept = true;
    return inTurn(() => options.keep(isUrgent));
  };
  return {
    edited: () => {
      const now = Date.now();
      waitingSince ??= now;
      clearTimeout(timer);
      timer = setTimeout(
        () => keepNow(false),
        Math.max(0, Math.min(options.quiet, waitingSince + options.latest - now)),
      );
    },
    adopt: () => {
      isKept = true;
    },
    settled: () => {
      clear();
      if (!isKept) return last;
      isKept = false;
      return inTurn(() => options.drop());
    },
    flush: () => (timer === undefined ? last : keepNow(true)),
  };
}
