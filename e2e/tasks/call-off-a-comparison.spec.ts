import { largeDesign } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('a long comparison says what it is doing, is called off by Escape or a button, and is made again when asked', async ({
  planner,
}) => {
  test.setTimeout(240_000);
  const design = largeDesign(1000);
  await planner.commitFile('moved.zones.yaml', design, 'First drawing');
  // One namespace in ten is in another zone: every connection of these zones is compared.
  const moved = design.replace(/^( {2}team-\d*5: .*zone: )dmz/gm, '$1db');
  const path = await planner.putFile('moved.zones.yaml', moved);
  await planner.open(path);
  await planner.seesAnalysis();
  await planner.review();
  const { page } = planner;
  await expect(page.getByTestId('review-list')).toContainText('No difference');

  await planner.compareWith('before', 'First drawing');
  const doing = page.getByTestId('review-doing');
  const calledOff = page.getByTestId('review-called-off');
  await expect(doing).toContainText(/\w+…/);
  await page.keyboard.press('Escape');
  await expect(calledOff).toBeVisible();
  await expect(doing).toBeHidden();
  // What was compared before is still there, by the names of its own sides.
  await expect(page.getByTestId('review-list')).toContainText('Nothing differs between saved state and open design.');

  await page.getByTestId('review-compare-again').click();
  await expect(calledOff).toBeHidden();
  await page.getByTestId('review-call-off').click();
  await expect(calledOff).toBeVisible();

  await page.getByTestId('review-compare-again').click();
  await expect(planner.reviewEntry('namespace', 'team-5')).toBeVisible({ timeout: 120_000 });
  await expect(doing).toBeHidden();
});
