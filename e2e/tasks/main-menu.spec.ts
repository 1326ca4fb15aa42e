import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('what the menu offers happens', async ({ planner }) => {
  const { app, page } = planner;
  const path = await planner.openDesign(bakery);
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '4');
  await app.chooseFromMainMenu('edit.undo');
  await expect(planner.field('replicas')).toHaveValue('3');
  await app.chooseFromMainMenu('edit.redo');
  await expect(planner.field('replicas')).toHaveValue('4');
  if (app.shell === 'desktop') {
    // In the browser these stand in the context menu.
    await app.chooseFromMainMenu('edit.duplicate');
    await expect(planner.shape('workload', 'oven-2')).toBeVisible();
    await app.chooseFromMainMenu('edit.rename');
    await planner.nameIt('second-oven');
    await expect(planner.shape('workload', 'second-oven')).toBeVisible();
  }
  await app.chooseFromMainMenu('file.save');
  await planner.seesSaved();
  expect((await planner.designOnDisk(path)).workloads?.oven).toMatchObject({ replicas: 4 });

  await app.chooseFromMainMenu('view.toggle-right');
  await expect(planner.inspector).toBeHidden();
  await app.chooseFromMainMenu('view.toggle-right');
  await expect(planner.inspector).toBeVisible();
  await app.chooseFromMainMenu('file.export');
  await expect(page.getByTestId('export-dialog')).toBeVisible();
  await planner.closeDialog();
  await app.chooseFromMainMenu('help.shortcuts');
  await expect(page.getByTestId('shortcuts-dialog')).toBeVisible();
  await planner.closeDialog();
  await app.chooseFromMainMenu('file.new');
  await expect(planner.canvas).toContainText('Nothing drawn yet');
});
