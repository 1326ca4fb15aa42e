import { readFile } from 'node:fs/promises';
import { bakery } from '../designs.ts';
import { expect, keptIn, test } from '../planner.ts';

const bom = '\uFEFF';

test('one changed field changes one line, with Windows line ends and byte order mark kept', async ({ planner }) => {
  const text = `${bom}${bakery.replaceAll('\n', '\r\n')}`;
  const path = await planner.openDesign(text);
  await planner.find('workload', 'oven');
  await planner.fill('replicas', '4');
  await planner.seesUnsavedEdits();
  await planner.save();
  expect(await readFile(path, 'utf8')).toBe(text.replace('replicas: 3 ', 'replicas: 4 '));

  await planner.app.restart({ design: path });
  await expect(planner.shape('workload', 'oven')).toBeVisible();
  await planner.find('workload', 'oven');
  await expect(planner.field('replicas')).toHaveValue('4');
});

test('a design that nobody changed is not written', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.press('Control+s');
  await expect(planner.toast).toContainText('saved already');
  expect(await readFile(path, 'utf8')).toBe(bakery);
});

test('a recent design is opened from the start screen', async ({ planner }) => {
  await planner.openDesign(bakery, 'shop.zones.yaml');
  await expect.poll(() => keptIn(planner.app, 'recent.json')).toContain('shop.zones.yaml');
  await planner.app.restart();
  await planner.page.getByTestId('recent-file').filter({ hasText: 'shop.zones.yaml' }).click();
  await expect(planner.shape('workload', 'oven')).toBeVisible();
});
