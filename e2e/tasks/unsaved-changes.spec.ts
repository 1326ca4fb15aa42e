import { readFile } from 'node:fs/promises';
import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('unsaved edits are asked about before another design, and before the window closes', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  const other = await planner.putFile('other.zones.yaml', bakery.replace('name: bakery', 'name: other'));
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '4');
  const dialog = planner.page.getByTestId('unsaved-dialog');

  // Cancel: nothing happens.
  await planner.press('Control+o');
  await expect(dialog).toContainText('not saved');
  await planner.page.getByTestId('unsaved-cancel').click();
  await expect(dialog).toBeHidden();
  await planner.seesUnsavedEdits();

  // Closing the window asks as well.
  await planner.command('close window', 'file.close');
  await expect(dialog).toContainText('closing the window');
  await planner.page.getByTestId('unsaved-cancel').click();

  // Save, then go on.
  await planner.press('Control+o');
  await planner.app.answerOpen(other, () => planner.page.getByTestId('unsaved-save').click());
  await expect(planner.documentName).toContainText('other.zones.yaml');
  expect(await readFile(path, 'utf8')).toBe(bakery.replace('replicas: 3 ', 'replicas: 4 '));

  // Discard, then go on.
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '9');
  await planner.press('Control+o');
  await planner.app.answerOpen(path, () => planner.page.getByTestId('unsaved-discard').click());
  await expect(planner.documentName).toContainText('design.zones.yaml');
  expect(await readFile(other, 'utf8')).not.toContain('replicas: 9');
});
