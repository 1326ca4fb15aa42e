import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { boxOf, expect, readTree, test } from '../planner.ts';

const longName = 'a-workload-with-a-name-of-exactly-sixty-characters-in-length';

test('Chinese names are shown, searched, saved and exported', async ({ planner }) => {
  const path = await planner.openDesign(bakery, '面包店.zones.yaml');
  await planner.find('zone', 'app');
  await planner.fill('name', '应用区');
  await expect(planner.shape('zone', 'app')).toContainText('应用区');
  await planner.find('workload', 'oven');
  await planner.fill('description', '烤箱，每班一台');

  await planner.press('Control+f');
  await planner.page.getByTestId('command-palette-input').fill('应用');
  await expect(planner.page.getByTestId('palette-zone:app')).toBeVisible();
  await planner.closeDialog();

  await planner.save();
  const saved = await planner.designOnDisk(path);
  expect(saved.zones?.app).toMatchObject({ name: '应用区' });
  expect(saved.workloads?.oven).toMatchObject({ description: '烤箱，每班一台' });
  const folder = join(planner.app.folder, '导出');
  await planner.previewExport(folder);
  await planner.writeExport();
  expect((await readTree(folder)).size).toBeGreaterThan(5);
});

test('a name of sixty characters stays inside its card and is whole in the file', async ({ planner }) => {
  expect(longName).toHaveLength(60);
  const path = await planner.openDesign(bakery);
  await planner.find('workload', 'oven');
  await planner.fill('id', longName);
  const renamed = planner.shape('workload', longName);
  await expect(renamed).toBeVisible();
  const card = await boxOf(renamed);
  const frame = await boxOf(planner.shape('namespace', 'kitchen'));
  expect(card.x + card.width).toBeLessThanOrEqual(frame.x + frame.width);
  const name = renamed.locator('.workload-name');
  await expect(name).toHaveAttribute('title', longName);
  const spill = await name.evaluate((e) => {
    const card = e.closest('.workload')?.getBoundingClientRect();
    return e.getBoundingClientRect().right - (card?.right ?? 0);
  });
  expect(spill).toBeLessThanOrEqual(0);
  await planner.save();
  expect((await planner.designOnDisk(path)).flows?.['counter-oven']).toMatchObject({ to: { workload: longName } });
});

test('an empty design can be looked at, saved and exported', async ({ planner }) => {
  await planner.startEmpty();
  await expect(planner.canvas).toContainText('Nothing drawn yet');
  for (const view of ['matrix', 'manifests', 'review', 'design'] as const) await planner.goTo(view);
  await expect(planner.canvas).toContainText('Nothing drawn yet');
  await planner.seesAnalysis();
  const path = join(planner.app.folder, 'empty.zones.yaml');
  await planner.saveAs(path);
  expect((await planner.designOnDisk(path)).metadata).toBeDefined();
  await planner.app.restart({ design: path });
  await expect(planner.canvas).toContainText('Nothing drawn yet');
  const folder = join(planner.app.folder, 'out');
  await planner.previewExport(folder);
  await planner.writeExport();
  expect([...(await readTree(folder)).keys()]).toContain('zonewright.json');
});
