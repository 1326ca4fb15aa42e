/**
 * What one key costs the window in a large design, as a multiple of what it costs in a small one in the same run: time
 * that grows with the design is time that somebody waits for while typing. `npm run e2e -- --project=perf`.
 */
import type { Page } from '@playwright/test';
import { largeDesign } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

test('a key typed into a field costs far less than in proportion to the design', async ({ planner }) => {
  test.setTimeout(180_000);
  const small = await perKey(planner, 30);
  const large = await perKey(planner, 1000);
  console.log(`per key: ${small.toFixed(1)} ms with 30 workloads, ${large.toFixed(1)} ms with 1000`);
  // Thirty-three times the workloads; drawing even the map again with every key took twenty times as long.
  expect(large / small).toBeLessThan(10);
});

/** Milliseconds of main-thread time for a key in the owner of a workload, the judging in its worker not counted. */
async function perKey(planner: Planner, workloads: number): Promise<number> {
  await planner.openDesign(largeDesign(workloads), `large-${workloads}.zones.yaml`);
  await planner.seesAnalysis();
  await planner.find('workload', 'service-17');
  const field = planner.field('owner');
  await field.focus();
  await field.press('End');
  const time = await typingTime(planner.page, 'abcdefghijklmnopqrst');
  // So that opening the next design asks nothing.
  await planner.save();
  return time;
}

/** Each key is timed in the window from its event to the end of the frame's script, and the middle one counts. */
async function typingTime(page: Page, keys: string): Promise<number> {
  await page.evaluate(() => {
    const state = window as unknown as { keyTimes?: number[] };
    const times: number[] = [];
    state.keyTimes = times;
    window.addEventListener(
      'keydown',
      () => {
        const start = performance.now();
        // After the input event and all that renders in it, before anything is painted.
        const channel = new MessageChannel();
        window.addEventListener('input', () => channel.port2.postMessage(undefined), { once: true });
        channel.port1.onmessage = () => times.push(performance.now() - start);
      },
      { capture: true },
    );
  });
  for (const key of keys) await page.keyboard.press(key);
  const times = await page.evaluate(() => (window as unknown as { keyTimes?: number[] }).keyTimes ?? []);
  expect(times.length).toBe(keys.length);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
