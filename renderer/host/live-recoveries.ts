/**
 * Tells the unsaved edits of a crash from those of a window that is open beside this one. A window holds a lock (Web
 * Locks) for each document it keeps edits of; the browser lets go of it when the window dies, however it dies.
 */
import type { Recovery } from '../../shared/host/index.ts';

const prefix = 'zonewright-recovery:';

export interface LiveRecoveries {
  hold(id: string): void;
  release(id: string): void;
  /** Leaves out what another open window is still editing. */
  orphans(recoveries: readonly Recovery[]): Promise<readonly Recovery[]>;
}

export function liveRecoveries(locks: LockManager | undefined): LiveRecoveries {
  const held = new Map<string, () => void>();
  return {
    hold(id) {
      if (locks === undefined || held.has(id)) return;
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      held.set(id, release);
      // Where another window holds it, this one stands in line and gets it when that one is gone.
      void locks.request(prefix + id, () => released);
    },
    release(id) {
      held.get(id)?.();
      held.delete(id);
    },
    async orphans(recoveries) {
      const state = await locks?.query();
      const taken = new Set((state?.held ?? []).map((lock) => lock.name));
      return recoveries.filter((recovery) => held.has(recovery.id) || !taken.has(prefix + recovery.id));
    },
  };
}
