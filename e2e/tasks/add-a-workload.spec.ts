import { bakery } from '../designs.ts';
import { boxOf, centre, expect, test } from '../planner.ts';

test('a workload is dragged from the palette into a namespace', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.dropFromPalette('workload', planner.shape('namespace', 'office'), 'ledger');
  await expect(planner.shape('workload', 'ledger')).toBeVisible();
  await expect(planner.field('namespace')).toHaveValue('office');
  await planner.fill('replicas', '2');
  await planner.save();
  expect((await planner.designOnDisk(path)).workloads?.ledger).toMatchObject({ namespace: 'office', replicas: 2 });
});

test('a workload is placed by key and click, and a bare zone gets a cluster and a namespace with it', async ({
  planner,
}) => {
  await planner.startEmpty();
  await planner.drawZone(await planner.at(0.2, 0.3), await planner.at(0.8, 0.7), 'core');
  const zone = centre(await boxOf(planner.shape('zone', 'core')));
  await planner.placeByKey('w', zone, 'billing');
  await expect(planner.shape('workload', 'billing')).toBeVisible();
  await expect(planner.page.getByTestId('node-segment-cluster-core')).toBeVisible();
  await planner.seesAnalysis();
  await expect(planner.page.getByTestId('status-problems')).not.toContainText('error');
});

test('a workload that is dropped outside of every zone is explained, not lost somewhere', async ({ planner }) => {
  await planner.startEmpty();
  await planner.press('w');
  const at = await planner.at(0.5, 0.5);
  await expect(planner.page.getByTestId('draw-layer')).toBeVisible();
  await planner.page.mouse.click(at.x, at.y);
  await expect(planner.toast).toContainText('draw a zone first');
  await expect(planner.page.getByTestId(/^node-workload-/)).toHaveCount(0);
});
