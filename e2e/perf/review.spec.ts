/**
 * What a review of a design of a thousand workloads costs the window: while it is computed, in its worker, and while
 * somebody walks through what it found. Each time is held against another of the same run, so that a slow machine tells
 * the same as a fast one. `npm run e2e -- --project=perf`.
 */
import type { Page } from '@playwright/test';
import { largeDesign } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

test('typing and panning stay as they are while a large review is computed', async ({ planner }) => {
  test.setTimeout(240_000);
  await openProposal(planner, 1000);
  await planner.page.getByTestId('review-search').focus();
  const before = await cost(planner);
  // Each swap asks for the comparison the other way round.
  const stop = await keepComparing(planner.page);
  const during = await cost(planner);
  const comparisons = await stop();
  console.log(
    `frame while panning: ${before.pan.toFixed(1)} ms, ${during.pan.toFixed(1)} ms during a review; key: ${before.key.toFixed(1)} ms, ${during.key.toFixed(1)} ms; ${comparisons} comparisons`,
  );
  expect(comparisons).toBeGreaterThan(0);
  // The worker takes a core of its own; whatever it did on the main thread would cost whole seconds.
  expect(during.pan / before.pan).toBeLessThan(4);
  expect(during.key / before.key).toBeLessThan(4);
});

test('a step in a large review costs far less than in proportion to the review', async ({ planner }) => {
  test.setTimeout(240_000);
  await openProposal(planner, 100);
  const small = await perStep(planner);
  await openProposal(planner, 1000);
  const large = await perStep(planner);
  console.log(`per step: ${small.toFixed(1)} ms with 100 workloads, ${large.toFixed(1)} ms with 1000`);
  expect(large / small).toBeLessThan(8);
});

/** A design in git, and in the window what somebody would change in a tenth of it, under review. */
async function openProposal(planner: Planner, workloads: number): Promise<void> {
  const design = largeDesign(workloads);
  const name = `proposal-${workloads}.zones.yaml`;
  await planner.commitFile(name, design, `Drawing of ${workloads}`);
  const wider = design.replace(/^( {2}call-\d*0: .*)ports: \[\{port: http\}\]/gm, '$1ports: all');
  const path = await planner.putFile(name, wider);
  await planner.open(path);
  await expect(planner.documentName).toContainText(`proposal-${workloads}`);
  await planner.seesAnalysis();
  await planner.review(`Drawing of ${workloads}`);
  await expect(planner.reviewEntry('flow', 'call-10')).toBeVisible({ timeout: 60_000 });
}

/** Swaps the sides whenever a comparison is done; gives what stops that and tells how many were made. */
async function keepComparing(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const state = window as unknown as { comparing?: { count: number; timer: number } };
    const isBusy = () => document.querySelector('.review-list__body.is-old') !== null;
    let wasBusy = false;
    const comparing = { count: 0, timer: 0 };
    comparing.timer = window.setInterval(() => {
      const now = isBusy();
      if (wasBusy && !now) comparing.count += 1;
      if (!now) document.querySelector<HTMLElement>('[data-testid=review-swap]')?.click();
      wasBusy = isBusy() || !now;
    }, 50);
    state.comparing = comparing;
  });
  await expect(page.locator('.review-list__body.is-old')).toBeVisible();
  return () =>
    page.evaluate(() => {
      const { comparing } = window as unknown as { comparing: { count: number; timer: number } };
      window.clearInterval(comparing.timer);
      return comparing.count;
    });
}

/** Milliseconds for a frame of a moving picture, and for a key in the search of the list; of many the middle one. */
async function cost(planner: Planner): Promise<{ readonly pan: number; readonly key: number }> {
  const pan = await planner.canvas.evaluate(async (canvas) => {
    const pane = canvas.querySelector('.react-flow__pane') ?? canvas;
    const times: number[] = [];
    for (let i = 0; i < 60; i += 1) {
      const start = performance.now();
      pane.dispatchEvent(new WheelEvent('wheel', { deltaY: i % 2 === 0 ? 24 : -24, bubbles: true, cancelable: true }));
      await new Promise((done) => requestAnimationFrame(done));
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[30] ?? 0;
  });
  const search = planner.page.getByTestId('review-search');
  await search.focus();
  const key = await keyTime(planner.page, [...'service-1service-2'], 'input');
  await search.fill('');
  return { pan, key };
}

/** Milliseconds for a step down the list, with the picture and the details that follow. */
async function perStep(planner: Planner): Promise<number> {
  await planner.page.getByTestId('review-entries').focus();
  await planner.press('Home');
  // What the first step shows closer is drawn closer from here on; the picture's move to it ends within half a second.
  await planner.press('ArrowDown');
  await planner.page.waitForTimeout(600);
  return keyTime(
    planner.page,
    Array.from({ length: 20 }, () => 'ArrowDown'),
    'keydown',
  );
}

/** Each key is timed in the window, from its event to the end of the script that it starts; the middle one counts. */
async function keyTime(page: Page, keys: readonly string[], last: 'input' | 'keydown'): Promise<number> {
  await page.evaluate((end) => {
    const state = window as unknown as { keyTimes: number[] };
    const times: number[] = [];
    state.keyTimes = times;
    window.addEventListener(
      'keydown',
      () => {
        const start = performance.now();
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          if (state.keyTimes === times) times.push(performance.now() - start);
        };
        // What a state store tells its readers is drawn before the next frame.
        const done = () => requestAnimationFrame(() => channel.port2.postMessage(undefined));
        if (end === 'keydown') done();
        else window.addEventListener('input', done, { once: true });
      },
      { capture: true },
    );
  }, last);
  for (const key of keys) {
    await page.keyboard.press(key);
    // So that no key waits for the one before.
    await page.waitForTimeout(150);
  }
  const timesSoFar = () => page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes);
  await expect.poll(async () => (await timesSoFar()).length).toBe(keys.length);
  const times = await timesSoFar();
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
