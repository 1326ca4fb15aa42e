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

test('where one removed what the other draws something into, the merge asks', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.find('namespace', 'office');
  await planner.press('Delete');
  await expect(planner.shape('namespace', 'office')).toHaveCount(0);
  await writeFile(path, bakery.replace('workloads:\n', 'workloads:\n  desk: {namespace: office}\n'));
  await planner.press('Control+s');
  await planner.page.getByTestId('conflict-merge').click();
  const conflict = planner.page.getByTestId('merge-conflict-namespace-office');
  await expect(conflict).toContainText('Namespace office, which Workload desk needs');
  await expect(conflict).toContainText('kept as it was');
  await conflict.getByTestId('merge-theirs').click();
  await planner.page.getByTestId('merge-finish').click();
  await expect(planner.shape('namespace', 'office')).toBeVisible();
  await expect(planner.shape('workload', 'desk')).toBeVisible();
});

test('edits of both are merged: what only one changed comes together, what both changed is asked', async ({
  planner,
}) => {
  const path = await planner.openDesign(bakery);
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '5');
  await planner.find('workload', 'counter');
  await planner.fill('replicas', '6');
  await writeFile(path, bakery.replace('trust: 50', 'trust: 60').replace('replicas: 3', 'replicas: 9'));

  await planner.press('Control+s');
  await planner.page.getByTestId('conflict-merge').click();
  await expect(planner.page.getByTestId('merge-incoming')).toContainText('1 change comes in');
  const conflict = planner.page.getByTestId('merge-conflict-workload-oven');
  await expect(conflict).toContainText('3');
  const finish = planner.page.getByTestId('merge-finish');
  await expect(finish).toBeDisabled();
  // By keyboard: the first choice has the focus, the arrow goes on to theirs.
  await expect(conflict.getByTestId('merge-ours')).toBeFocused();
  await planner.press('ArrowRight');
  await expect(conflict.getByTestId('merge-theirs')).toBeChecked();
  await finish.click();
  await expect(planner.page.getByTestId('merge-dialog')).toBeHidden();
  await planner.seesUnsavedEdits();

  // One step, that can be taken back.
  await planner.find('workload', 'oven');
  await expect(planner.field('replicas')).toHaveValue('9');
  await planner.press('Escape');
  await planner.undo();
  await planner.find('workload', 'oven');
  await expect(planner.field('replicas')).toHaveValue('5');
  await planner.press('Escape');
  await planner.redo();
  await planner.save();
  expect(await readFile(path, 'utf8')).toBe(
    bakery
      .replace('trust: 50', 'trust: 60')
      .replace('replicas: 3', 'replicas: 9')
      .replace('replicas: 2', 'replicas: 6'),
  );
});
