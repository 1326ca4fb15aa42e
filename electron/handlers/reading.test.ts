import { describe, expect, it } from 'vitest';
import { createReadings } from './reading.ts';

describe('createReadings', () => {
  /** Reads until it is called off, and then rejects with the reason. */
  const read = (readings: ReturnType<typeof createReadings>, window: string, progress: string) => {
    const done = readings.run(
      window,
      (signal, tell) =>
        new Promise<never>((_, reject) => {
          tell(progress);
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    return done.catch((error: Error) => error.message);
  };

  it('should tell and end the reading of each window by itself', async () => {
    const readings = createReadings();
    const { 'reading:progress': progress, 'reading:stop': stop } = readings.handlers;
    const [one, two] = [read(readings, 'one', '1 file'), read(readings, 'two', '2 files')];
    expect([await progress({ reading: 'one' }), await progress({ reading: 'two' })]).toEqual(['1 file', '2 files']);
    await stop({ reading: 'one' });
    expect(await one).toBe('The reading was stopped.');
    expect([await progress({ reading: 'one' }), await progress({ reading: 'two' })]).toEqual(['', '2 files']);
    await stop({ reading: 'two' });
    expect(await two).toBe('The reading was stopped.');
  });

  it('should let a new reading of a window take the place of its last one', async () => {
    const readings = createReadings();
    const { 'reading:progress': progress, 'reading:stop': stop } = readings.handlers;
    const first = read(readings, 'one', 'first');
    const second = read(readings, 'one', 'second');
    expect(await first).toBe('Another reading took its place.');
    expect(await progress({ reading: 'one' })).toBe('second');
    await stop({ reading: 'one' });
    await second;
  });
});
