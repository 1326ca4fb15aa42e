import { describe, expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('should do everything once, with no more under way than asked for', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel([10, 20, 30, 40, 50, 60, 70], 3, async (item, index) => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      done.push(item + index);
    });
    expect(done.sort()).toEqual([10, 21, 32, 43, 54, 65, 76]);
    expect(most).toBe(3);
  });

  it('should wait for what is under way when something fails, begin nothing further, and throw the first failure', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const run = inParallel([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await turn();
      if (item === 2) throw new Error('no room on disk');
      await turn();
      await turn();
      ended.push(item);
    });
    await expect(run).rejects.toThrow('no room on disk');
    const before = [...begun];
    expect(before).not.toContain(5);
    expect([...ended, 2].sort()).toEqual([...before].sort());
    await turn();
    expect(begun).toEqual(before);
  });

  it('should have nothing to do for no items', async () => {
    await inParallel([], 4, () => Promise.reject(new Error('never asked')));
  });
});
