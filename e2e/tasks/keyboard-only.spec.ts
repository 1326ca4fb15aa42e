import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('records are searched and actions are found without a mouse', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.press('Control+f');
  await planner.type('oven');
  await expect(planner.page.getByTestId('palette-workload:oven')).toBeVisible();
  for (let i = 0; i < 10; i += 1) {
    if ((await planner.page.getByTestId('palette-workload:oven').getAttribute('aria-selected')) === 'true') break;
    await planner.press('ArrowDown');
  }
  await planner.press('Enter');
  await expect(planner.field('id')).toHaveValue('oven');

  await planner.press('Control+k');
  await planner.type('duplicate');
  await expect(planner.page.getByTestId('palette-edit.duplicate')).toHaveAttribute('aria-selected', 'true');
  await planner.press('Enter');
  await expect(planner.shape('workload', 'oven-2')).toBeVisible();

  await planner.press('Control+k');
  await planner.type('add external');
  await expect(planner.page.getByTestId('palette-add.external')).toHaveAttribute('aria-selected', 'true');
  await planner.press('Enter');
  await expect(planner.shape('external', 'external')).toBeVisible();

  await planner.press('Control+2');
  await expect(planner.page.getByTestId('matrix')).toBeVisible();
  await planner.press('Control+3');
  await expect(planner.page.getByTestId('manifest-text')).toBeVisible();
  await planner.press('Control+1');
  await expect(planner.canvas).toBeVisible();
  await planner.save();
  expect(Object.keys((await planner.designOnDisk(path)).workloads ?? {})).toContain('oven-2');
});

test('an unknown word finds nothing, and Escape leaves the palette', async ({ planner }) => {
  await planner.openDesign(bakery);
  await planner.press('Control+k');
  await planner.type('zzzz');
  await expect(planner.page.getByTestId('command-palette')).toContainText('Nothing matches');
  await planner.closeDialog();
});
