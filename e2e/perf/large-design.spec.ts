/**
 * How long a design of a thousand workloads takes, as ratios to baseline.json. Machines differ, so every time is divided
 * by that of a fixed piece of work in the same window, and nothing is asserted: a number that got twice as large is a
 * reason to look. `npm run e2e -- --project=perf` prints the ratios; with ZONEWRIGHT_PERF_ACCEPT=1 it writes a new baseline.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { largeDesign } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

const baselineFile = join(import.meta.dirname, 'baseline.json');

test('a design of a thousand workloads, against the baseline', async ({ planner }) => {
  test.setTimeout(180_000);
  const path = await planner.putFile('large.zones.yaml', largeDesign(1000));
  const unit = await fixedWork(planner);
  const times: Record<string, number> = {};
  const measure = async (name: string, work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    times[name] = (performance.now() - start) / unit;
  };

  await measure('open until drawn', async () => {
    await planner.open(path);
    await expect(planner.page.getByTestId(/^node-workload-/).first()).toBeVisible();
  });
  await measure('until analysed', () => planner.seesAnalysis());
  await measure('find a workload', () => planner.find('workload', 'service-500'));
  await measure('edit until analysed', async () => {
    await planner.fill('replicas', '5');
    await planner.seesAnalysis();
  });
  await measure('pan for thirty frames', () => pan(planner));
  await measure('save', () => planner.save());
  await measure('undo', async () => {
    await planner.undo();
    await expect(planner.field('replicas')).toHaveValue('');
  });

  const baseline = JSON.parse(await readFile(baselineFile, 'utf8')) as Record<string, number>;
  for (const [name, time] of Object.entries(times)) {
    const before = baseline[name];
    const ratio = before === undefined ? 'no baseline' : `${(time / before).toFixed(2)} of the baseline`;
    console.log(`${name.padEnd(24)} ${(time * unit).toFixed(0).padStart(6)} ms   ${ratio}`);
  }
  if (process.env.ZONEWRIGHT_PERF_ACCEPT === '1') {
    const rounded = Object.fromEntries(Object.entries(times).map(([name, time]) => [name, Number(time.toFixed(2))]));
    await writeFile(baselineFile, `${JSON.stringify(rounded, undefined, 2)}\n`);
  }
});

/** Milliseconds that this machine takes for a fixed piece of work in the window. */
async function fixedWork(planner: Planner): Promise<number> {
  return planner.page.evaluate(() => {
    const start = performance.now();
    const words = new Map<string, number>();
    for (let i = 0; i < 400_000; i += 1) {
      const word = `w${(i * 7919) % 10_007}`;
      words.set(word, (words.get(word) ?? 0) + 1);
    }
    const time = performance.now() - start;
    if (words.size !== 10_007) throw new Error('The fixed work was not done.');
    return Math.max(1, time);
  });
}

/** Scrolls the canvas a little in every frame, as a hand on a touch pad does. */
async function pan(planner: Planner): Promise<void> {
  await planner.canvas.evaluate(async (canvas) => {
    const pane = canvas.querySelector('.react-flow__pane') ?? canvas;
    for (let i = 0; i < 30; i += 1) {
      pane.dispatchEvent(new WheelEvent('wheel', { deltaY: 24, bubbles: true, cancelable: true }));
      await new Promise((done) => requestAnimationFrame(done));
    }
  });
}
