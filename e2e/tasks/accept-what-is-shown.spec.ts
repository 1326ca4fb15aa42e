import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

/** What the bakery was before: one arrow narrower, one matrix cell stricter, fewer ovens. */
const older = bakery;
const newer = bakery
  .replace('{access: allow-only, services: [8080/tcp], severity: high}', '{access: allow-all, severity: high}')
  .replace('ports: [{port: http}]', 'ports: all')
  .replace('replicas: 3', 'replicas: 4')
  .replace('replicas: 2', 'replicas: 5');

test('by mouse, what a filter shows is accepted at once after its number was said, and taken back at once', async ({
  planner,
}) => {
  const total = await compared(planner);
  const { page } = planner;
  const [ask, question] = [page.getByTestId('review-shown-ask'), page.getByTestId('review-shown-question')];
  await page.getByTestId('review-class-neutral').click();
  const shown = await page.getByTestId('review-entries').getByRole('option').count();
  expect(shown).toBeGreaterThan(1);
  expect(shown).toBeLessThan(total);
  await expect(ask).toHaveText(`Accept all ${shown} shown…`);
  await ask.click();
  await expect(question).toContainText(`Accept ${shown} differences?`);
  await expect(question).toContainText(`${total - shown} hidden by the filter stay undecided.`);

  // The question is about what was listed when it was asked.
  await page.getByTestId('review-class-neutral').click();
  await expect(question).toBeHidden();
  await expect(ask).toHaveText(`Accept all ${total} shown…`);
  await page.getByTestId('review-class-neutral').click();
  await expect(question).toBeHidden();
  await planner.seesReviewed(new RegExp(`^0 of ${total} reviewed$`));

  await ask.click();
  await page.getByTestId('review-shown-cancel').click();
  await planner.seesReviewed(new RegExp(`^0 of ${total} reviewed$`));
  await ask.click();
  await page.getByTestId('review-shown-accept').click();
  await planner.seesReviewed(new RegExp(`^${shown} of ${total} reviewed$`));
  await expect.poll(() => acceptedIn(planner)).toBe(shown);
  await page.getByTestId('review-class-neutral').click();
  await expect(planner.reviewEntry('flow', 'counter-oven')).toHaveAttribute('data-state', 'open');
  await expect(planner.reviewEntry('workload', 'oven')).toHaveAttribute('data-state', 'accepted');

  await page.getByTestId('review-take-back').click();
  await planner.seesReviewed(new RegExp(`^0 of ${total} reviewed$`));
  await expect.poll(() => acceptedIn(planner)).toBe(0);
});

test('by keyboard, what was rejected stays rejected, and one key takes the whole step back', async ({ planner }) => {
  const total = await compared(planner);
  await planner.press('j');
  await planner.press('x');
  await planner.seesReviewed(new RegExp(`^1 of ${total} reviewed$`));
  await planner.press('Shift+E');
  const confirm = planner.page.getByTestId('review-shown-accept');
  await expect(confirm).toBeFocused();
  await expect(confirm).toHaveText(`Accept ${total - 1}`);
  await planner.press('Escape');
  await expect(confirm).toBeHidden();
  // Also from the list, where walking on leads.
  await planner.press('Shift+E');
  await expect(confirm).toBeFocused();
  await planner.press('j');
  await expect(planner.page.getByTestId('review-entries')).toBeFocused();
  await planner.press('Escape');
  await expect(confirm).toBeHidden();
  await planner.press('Shift+E');
  await expect(confirm).toBeFocused();
  await planner.press('Enter');
  await planner.seesReviewed(new RegExp(`^${total} of ${total} reviewed$`));
  const rejected = planner.page.locator('[data-testid^="review-entry-"][data-state="rejected"]');
  await expect(rejected).toHaveCount(1);
  // Where the keys go on.
  await expect(planner.page.getByTestId('review-entries')).toBeFocused();
  await planner.press('z');
  await planner.seesReviewed(new RegExp(`^1 of ${total} reviewed$`));
  await expect(rejected).toHaveCount(1);
  await planner.press('z');
  await planner.seesReviewed(new RegExp(`^0 of ${total} reviewed$`));

  // What changes no decision is no step, and no key takes back what belongs to other sides than those in the list.
  const takeBack = planner.page.getByTestId('review-take-back');
  await planner.press('u');
  await expect(takeBack).toBeHidden();
  await planner.press('x');
  await expect(takeBack).toBeVisible();
  await planner.press('s');
  await expect(takeBack).toBeHidden();
  await planner.seesReviewed(/^0 of \d+ reviewed$/);
  await planner.press('z');
  await planner.press('s');
  await planner.seesReviewed(new RegExp(`^1 of ${total} reviewed$`));
});

/** Compares both files, and says how many differences somebody has to look at. */
async function compared(planner: Planner): Promise<number> {
  const path = await planner.putFile('design.zones.yaml', newer);
  const before = await planner.putFile('older.zones.yaml', older);
  await planner.open(path);
  await planner.review();
  await planner.page.getByTestId('review-before-side').click();
  await planner.app.answerOpen(before, () => planner.page.getByTestId('review-side-file').click());
  await planner.seesReviewed(/^0 of \d+ reviewed$/);
  return Number(/of (\d+)/.exec((await planner.page.getByTestId('review-progress').textContent()) ?? '')?.[1]);
}

/** How many differences the file of the review says are accepted. */
async function acceptedIn(planner: Planner): Promise<number> {
  const text = await readFile(join(planner.app.folder, 'design.review.yaml'), 'utf8').catch(() => '');
  return text.match(/^ {4}verdict: accepted$/gm)?.length ?? 0;
}
