/**
 * What the steps through a design of a thousand workloads cost, as ratios to baseline.json: of the window's main thread,
 * which somebody waits for, and of the process in all, with its workers and what paints. Counted is the processor's time, not
 * that of a clock, so that others on the machine do not count; and each time is divided by that of a fixed piece of work
 * in the same window right before and after, so that the machine does not count either. Nothing is asserted: a number that
 * got twice as large is a reason to look. `npm run e2e -- --project=perf` prints the ratios; with ZONEWRIGHT_PERF_ACCEPT=1
 * it writes a new baseline.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { largeDesign } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

const baselineFile = join(import.meta.dirname, 'baseline.json');

/** Milliseconds of processor time, or what they are to the fixed work. */
interface Cost {
  readonly main: number;
  readonly all: number;
}

test('a design of a thousand workloads, against the baseline', async ({ planner }) => {
  test.setTimeout(600_000);
  const path = await planner.putFile('large.zones.yaml', largeDesign(1000));
  const spent = await processorTime(planner);
  const costOf = async (work: () => Promise<unknown>): Promise<Cost> => {
    const before = await spent();
    await work();
    await settled(spent);
    const after = await spent();
    return { main: after.main - before.main, all: after.all - before.all };
  };
  const fixed = async () => (await costOf(() => fixedWork(planner))).main;

  const costs = new Map<string, Cost>();
  // Once for nothing: what runs for the first time is compiled meanwhile.
  await fixed();
  let unit = await fixed();
  const measure = async (name: string, work: () => Promise<unknown>) => {
    const { main, all } = await costOf(work);
    const next = await fixed();
    const middle = (unit + next) / 2;
    unit = next;
    // Of a step that is done several times the least counts: whatever disturbs one only adds to it.
    const least = costs.get(name) ?? { main: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
    costs.set(name, { main: Math.min(least.main, main / middle), all: Math.min(least.all, all / middle) });
  };

  await measure('open, draw and judge', async () => {
    await planner.open(path);
    await expect(planner.page.getByTestId(/^node-workload-/).first()).toBeVisible();
    await judged(planner);
  });
  await measure('find a workload', () => planner.find('workload', 'service-500'));
  const edits = ['5', '6', '7'];
  for (const replicas of edits) {
    await measure('edit and judge', async () => {
      await planner.fill('replicas', replicas);
      await judged(planner);
    });
    await measure('pan for thirty frames', () => pan(planner));
    await measure('save', () => planner.save());
  }
  for (const [i] of edits.entries()) {
    await measure('undo and judge', async () => {
      await planner.undo();
      await expect(planner.field('replicas')).toHaveValue(edits.at(-2 - i) ?? '');
      await judged(planner);
    });
  }
  await planner.canvas.focus();
  for (const _ of edits) {
    await measure('move a card and judge', async () => {
      await planner.press('Control+ArrowRight');
      await planner.seesUnsavedEdits();
      await judged(planner);
    });
  }

  const baseline = JSON.parse(await readFile(baselineFile, 'utf8')) as Record<string, Cost>;
  for (const [name, cost] of costs) {
    const known = baseline[name];
    const part = (of: keyof Cost) =>
      `${cost[of].toFixed(2)} units${known === undefined ? '' : `, ${(cost[of] / known[of]).toFixed(2)} of the baseline`}`;
    console.log(`${name.padEnd(24)} main thread ${part('main')}; in all ${part('all')}`);
  }
  if (process.env.ZONEWRIGHT_PERF_ACCEPT === '1') {
    const rounded = [...costs].map(([name, { main, all }]) => [
      name,
      { main: Number(main.toFixed(2)), all: Number(all.toFixed(2)) },
    ]);
    await writeFile(baselineFile, `${JSON.stringify(Object.fromEntries(rounded), undefined, 2)}\n`);
  }
});

/** Asks what the window's main thread has computed for so far, and what its process has. */
async function processorTime({ page }: Planner): Promise<() => Promise<Cost>> {
  const window = await page.context().newCDPSession(page);
  await window.send('Performance.enable', { timeDomain: 'threadTicks' });
  const browser = await page.context().browser()?.newBrowserCDPSession();
  if (browser === undefined) throw new Error('The timings need a browser of their own.');
  return async () => {
    const { metrics } = await window.send('Performance.getMetrics');
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    return {
      main: 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0),
      all: 1000 * renderers.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    };
  };
}

/** Waits until the window computes nothing that it was not asked for. */
async function settled(spent: () => Promise<Cost>): Promise<void> {
  for (let before = await spent(); ; ) {
    await new Promise((done) => setTimeout(done, 400));
    const now = await spent();
    if (now.all - before.all < 20) return;
    before = now;
  }
}

/** Findings, export and proof are about what is drawn. */
async function judged(planner: Planner): Promise<void> {
  await planner.seesAnalysis();
  await planner.seesProof(/./);
}

/** What each machine can do alike, in the window's main thread. */
async function fixedWork({ page }: Planner): Promise<void> {
  const count = await page.evaluate(() => {
    const words = new Map<string, number>();
    for (let i = 0; i < 400_000; i += 1) {
      const word = `w${(i * 7919) % 10_007}`;
      words.set(word, (words.get(word) ?? 0) + 1);
    }
    return words.size;
  });
  expect(count).toBe(10_007);
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
