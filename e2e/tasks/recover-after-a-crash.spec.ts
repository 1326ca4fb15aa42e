import { readFile } from 'node:fs/promises';
import { bakery } from '../designs.ts';
import { expect, keptIn, test } from '../planner.ts';

test('unsaved edits survive a crash, are offered at the next start, and can be saved', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '11');
  await expect.poll(() => keptIn(planner.app, 'recovery')).toContain('replicas: 11');
  await planner.app.restart();
  expect(await readFile(path, 'utf8')).toBe(bakery);

  await expect(planner.page.getByTestId('recoveries')).toContainText('design.zones.yaml');
  await planner.page.getByTestId('recovery-restore').click();
  await expect(planner.shape('workload', 'oven')).toBeVisible();
  await planner.seesUnsavedEdits();
  await planner.find('workload', 'oven');
  await expect(planner.field('replicas')).toHaveValue('11');
  await planner.save();
  expect(await readFile(path, 'utf8')).toBe(bakery.replace('replicas: 3 ', 'replicas: 11 '));
  await expect.poll(() => keptIn(planner.app, 'recovery')).toBe('');
});

test('recovered edits can be discarded', async ({ planner }) => {
  await planner.openDesign(bakery);
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '12');
  await expect.poll(() => keptIn(planner.app, 'recovery')).toContain('replicas: 12');
  await planner.app.restart();
  await planner.page.getByTestId('recovery-discard').click();
  await expect(planner.page.getByTestId('recoveries')).toHaveCount(0);
  await expect.poll(() => keptIn(planner.app, 'recovery')).toBe('');
});
