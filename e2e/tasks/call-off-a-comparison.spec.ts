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

  // That the sides of before are alike is no answer for those that are chosen.
  const saysNothing = async () => {
    await expect(page.getByTestId('review-list')).not.toContainText(/No difference|Nothing differs/);
    await expect(page.getByTestId('review-layers')).toContainText('Not compared yet');
    await expect(page.getByTestId('review-layers')).not.toContainText(/Everybody|\d/);
  };
  await expect(page.getByTestId('review-layers')).toContainText('Everybody reaches whom they reached before.');
  await planner.compareWith('before', 'First drawing');
  const doing = page.getByTestId('review-doing');
  const calledOff = page.getByTestId('review-called-off');
  await expect(doing).toContainText(/\w+…/);
  await saysNothing();
  await page.keyboard.press('Escape');
  await expect(calledOff).toBeVisible();
  await expect(doing).toBeHidden();
  await saysNothing();

  await page.getByTestId('review-compare-again').click();
  await expect(calledOff).toBeHidden();
  await page.getByTestId('review-call-off').click();
  await expect(calledOff).toBeVisible();

  await page.getByTestId('review-compare-again').click();
  await expect(planner.reviewEntry('namespace', 'team-5')).toBeVisible({ timeout: 120_000 });
  await expect(doing).toBeHidden();

  // A list that is older says of which sides it is.
  const older = page.getByTestId('review-older');
  await expect(older).toBeHidden();
  await page.getByTestId('review-swap').click();
  await expect(older).toContainText('→ open design.');
  await expect(page.getByTestId('review-shown-ask')).toBeHidden();
  await planner.press('Escape');
});
