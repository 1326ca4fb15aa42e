import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { bakery } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

test('everything that was done is undone step by step, down to the bytes, and redone', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.dropFromPalette('workload', planner.shape('namespace', 'office'), 'ledger');
  await planner.connect(planner.shape('workload', 'counter'), planner.shape('workload', 'ledger'));
  await planner.typePorts('8080');
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '7');
  await planner.find('namespace', 'kitchen');
  await planner.fill('id', 'bakehouse');
  await expect(planner.shape('namespace', 'bakehouse')).toBeVisible();
  await planner.click(planner.shape('workload', 'counter'));
  await planner.press('Delete');
  await expect(planner.shape('workload', 'counter')).toHaveCount(0);
  await planner.seesUnsavedEdits();

  await undoEverything(planner);
  await expect(planner.shape('workload', 'ledger')).toHaveCount(0);
  await expect(planner.shape('workload', 'counter')).toBeVisible();
  await planner.seesSaved();
  expect(await readFile(path, 'utf8')).toBe(bakery);

  await redoEverything(planner);
  await expect(planner.shape('workload', 'ledger')).toBeVisible();
  await expect(planner.shape('workload', 'counter')).toHaveCount(0);
  await planner.save();
  const changed = await planner.designOnDisk(path);
  expect(changed.workloads).toMatchObject({ ledger: { namespace: 'office' }, oven: { replicas: 7 } });
  expect(changed.namespaces).toHaveProperty('bakehouse');

  // Undoing goes back beyond the last save.
  await undoEverything(planner);
  await planner.seesUnsavedEdits();
  await planner.save();
  expect(await planner.designOnDisk(path)).toEqual(load(bakery));
});

async function undoEverything(planner: Planner): Promise<void> {
  const button = planner.page.getByTestId('action-edit.undo');
  for (let steps = 0; (await button.isEnabled()) && steps < 40; steps += 1) await planner.undo();
  await expect(button).toBeDisabled();
}

async function redoEverything(planner: Planner): Promise<void> {
  // There is no button that says when it is over; one press more than needed changes nothing.
  for (let steps = 0; steps < 40; steps += 1) await planner.redo();
}

test('a message with a way back can be read and clicked while a dialog is open', async ({ planner }) => {
  await planner.openDesign(bakery);
  await planner.chooseFromMenu(planner.shape('namespace', 'kitchen'), 'edit.delete');
  const toast = planner.page.getByTestId('toast');
  await expect(toast).toContainText('Deleted Namespace kitchen');
  await planner.press('Control+k');
  await expect(planner.page.getByTestId('command-palette')).toBeVisible();
  await toast.getByTestId('toast-action').click();
  await expect(toast).toBeHidden();
  await planner.closeDialog();
  await expect(planner.shape('namespace', 'kitchen')).toBeVisible();
});
