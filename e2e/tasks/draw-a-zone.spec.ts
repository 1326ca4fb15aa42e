import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { boxOf, expect, test } from '../planner.ts';

test('a zone is drawn by dragging on an empty canvas, named, and saved', async ({ planner }) => {
  await planner.startEmpty();
  await planner.drawZone(await planner.at(0.2, 0.3), await planner.at(0.8, 0.6), 'perimeter');
  const zone = planner.shape('zone', 'perimeter');
  await expect(zone).toBeVisible();
  await expect(planner.inspector).toContainText('perimeter');

  await planner.fill('trust', '30');
  const path = join(planner.app.folder, 'first.zones.yaml');
  await planner.saveAs(path);
  expect((await planner.designOnDisk(path)).zones).toEqual({ perimeter: { trust: 30 } });
});

test('a zone drawn between two others gets a trust between theirs', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  const dmz = await boxOf(planner.shape('zone', 'dmz'));
  const from = { x: dmz.x + 300, y: dmz.y + dmz.height - 8 };
  await planner.drawZone(from, { x: from.x + 300, y: from.y + 12 }, 'partners');
  await expect(planner.shape('zone', 'partners')).toBeVisible();
  await planner.save();
  const { zones } = await planner.designOnDisk(path);
  expect(zones?.partners).toEqual({ trust: 35 });
});
