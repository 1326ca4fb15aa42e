/**
 * What one key costs the window in a large design, as a multiple of what it costs in a small one in the same run: time
 * that grows with the design is time that somebody waits for while typing. Counted is the processor's time of the window's
 * main thread, so that neither the workers nor others on the machine count. `npm run e2e -- --project=perf`.
 */
import { largeDesign } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

test('a key typed into a field costs about as much in a large design as in a small one', async ({ planner }) => {
  test.setTimeout(180_000);
  const small = await perKey(planner, 30);
  const large = await perKey(planner, 1000);
  console.log(`per key: ${small.toFixed(1)} ms with 30 workloads, ${large.toFixed(1)} ms with 1000`);
  // To index all records again, and to look at each for what changed, took more than twice the time of a small design.
  expect(large / small).toBeLessThan(2);
});

/** Milliseconds for a key in the owner of a workload with all that is drawn for it, the judging in its workers not counted. */
async function perKey(planner: Planner, workloads: number): Promise<number> {
  await planner.openDesign(largeDesign(workloads), `large-${workloads}.zones.yaml`);
  await planner.seesAnalysis();
  await planner.seesProof(/./);
  await planner.find('workload', 'service-17');
  const field = planner.field('owner');
  await field.focus();
  await field.press('End');
  const spent = await mainThreadTime(planner);
  const rounds: number[] = [];
  // What runs for the first time is compiled meanwhile, and an answer of a worker may come in between: the least counts.
  for (const keys of ['abcdefghij', 'klmnopqrst', 'uvwxyzabcd', 'efghijklmn']) {
    await planner.seesAnalysis();
    await planner.seesProof(/./);
    const before = await spent();
    for (const key of keys) await planner.press(key);
    await planner.page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    rounds.push(((await spent()) - before) / keys.length);
  }
  // So that opening the next design asks nothing.
  await planner.save();
  return Math.min(...rounds);
}

/** Asks for the milliseconds that the window's main thread has computed for so far. */
async function mainThreadTime({ page }: Planner): Promise<() => Promise<number>> {
  const window = await page.context().newCDPSession(page);
  await window.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await window.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
}
