import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecoveryKeeper } from './recovery-keeper.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function keeper() {
  const calls: string[] = [];
  const subject = createRecoveryKeeper({
    quiet: 1000,
    latest: 5000,
    keep: async () => void calls.push('keep'),
    drop: async () => void calls.push('drop'),
    failed: () => void calls.push('failed'),
  });
  return { calls, subject };
}

describe('the recovery keeper', () => {
  it('should keep once after a pause, however many edits there were', async () => {
    const { calls, subject } = keeper();
    subject.edited();
    await vi.advanceTimersByTimeAsync(600);
    subject.edited();
    await vi.advanceTimersByTimeAsync(600);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(calls).toEqual(['keep']);
  });

  it('should keep during steady typing', async () => {
    const { calls, subject } = keeper();
    for (let i = 0; i < 11; i += 1) {
      subject.edited();
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(calls).toEqual(['keep']);
  });

  it('should drop only what it kept, and never keep after the drop', async () => {
    const { calls, subject } = keeper();
    subject.edited();
    await subject.settled();
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toEqual([]);
    subject.edited();
    await vi.advanceTimersByTimeAsync(1000);
    await subject.settled();
    expect(calls).toEqual(['keep', 'drop']);
  });

  it('should keep at once when asked to', async () => {
    const { calls, subject } = keeper();
    subject.edited();
    await subject.flush();
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toEqual(['keep']);
  });

  it('should say once that edits cannot be kept', async () => {
    const failed = vi.fn();
    const subject = createRecoveryKeeper({
      quiet: 1,
      latest: 1,
      keep: () => Promise.reject(new Error('disk full')),
      drop: async () => undefined,
      failed,
    });
    subject.edited();
    await subject.flush();
    subject.edited();
    await subject.flush();
    expect(failed).toHaveBeenCalledTimes(1);
  });
});
