import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('a broken file is named with line and column, stays as it is, and opens once it is mended', async ({
  planner,
}) => {
  const broken = bakery.replace('zones:\n', 'zones: [\n');
  const path = await planner.putFile('broken.zones.yaml', broken);
  await planner.open(path);
  const failure = planner.page.getByTestId('open-failure');
  await expect(failure).toContainText('broken.zones.yaml could not be opened');
  await expect(failure).toContainText(/broken\.zones\.yaml:\d+:\d+/);
  expect(await readFile(path, 'utf8')).toBe(broken);

  await planner.putFile('broken.zones.yaml', bakery);
  await planner.page.getByTestId('failure-retry').click();
  await expect(planner.shape('workload', 'oven')).toBeVisible();
});

test('a wrong value is a problem with its place; the rest of the design opens and survives a save', async ({
  planner,
}) => {
  const wrong = bakery.replace('replicas: 3 ', 'replicas: many ');
  const path = await planner.openDesign(wrong);
  const problem = planner.page.getByTestId('problems');
  await expect(problem).toContainText(/design\.zones\.yaml:\d+:\d+/);
  await planner.find('workload', 'counter');
  await planner.fill('replicas', '1');
  await planner.save();
  expect(await readFile(path, 'utf8')).toBe(wrong.replace('replicas: 2', 'replicas: 1'));
});

test('a newer format is refused with what to do', async ({ planner }) => {
  const path = await planner.putFile('newer.zones.yaml', bakery.replace('zonewright/v1', 'zonewright/v9'));
  await planner.open(path);
  await expect(planner.page.getByTestId('open-failure')).toContainText('zonewright/v9');
  await planner.page.getByTestId('failure-back').click();
  await expect(planner.page.getByTestId('start-screen')).toBeVisible();
});

test('a read-only file opens as such, and its edits are saved elsewhere', async ({ planner }) => {
  const path = await planner.putFile('locked.zones.yaml', bakery);
  await chmod(path, 0o444);
  await planner.open(path);
  await expect(planner.documentName).toContainText('read-only');
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '4');
  const copy = join(planner.app.folder, 'copy.zones.yaml');
  await planner.app.answerSave(copy, () => planner.press('Control+s'));
  await planner.seesSaved();
  await expect(planner.documentName).toContainText('copy.zones.yaml');
  expect(await readFile(path, 'utf8')).toBe(bakery);
  expect(await readFile(copy, 'utf8')).toBe(bakery.replace('replicas: 3 ', 'replicas: 4 '));
});
