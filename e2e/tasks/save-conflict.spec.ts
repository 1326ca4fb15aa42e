import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('a file that somebody else wrote meanwhile is not overwritten without a word', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '5');
  const theirs = bakery.replace('trust: 50', 'trust: 60');
  await writeFile(path, theirs);

  const dialog = planner.page.getByTestId('conflict-dialog');
  await planner.press('Control+s');
  await expect(dialog).toBeVisible();
  await planner.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await readFile(path, 'utf8')).toBe(theirs);
  await planner.seesUnsavedEdits();

  // Mine goes beside it.
  const mine = join(planner.app.folder, 'mine.zones.yaml');
  await planner.press('Control+s');
  await planner.app.answerSave(mine, () => planner.page.getByTestId('conflict-save-as').click());
  await planner.seesSaved();
  expect(await readFile(mine, 'utf8')).toBe(bakery.replace('replicas: 3 ', 'replicas: 5 '));
  expect(await readFile(path, 'utf8')).toBe(theirs);
});

test('the user may take the other version, or write over it', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '5');
  await writeFile(path, bakery.replace('replicas: 3', 'replicas: 9'));
  await planner.press('Control+s');
  await planner.page.getByTestId('conflict-reload').click();
  await planner.seesSaved();
  await planner.find('workload', 'oven');
  await expect(planner.field('replicas')).toHaveValue('9');

  await planner.fill('replicas', '6');
  await writeFile(path, bakery);
  await planner.press('Control+s');
  await planner.page.getByTestId('conflict-overwrite').click();
  await planner.seesSaved();
  expect(await readFile(path, 'utf8')).toBe(bakery.replace('replicas: 3', 'replicas: 6'));
});
