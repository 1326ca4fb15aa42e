import { join } from 'node:path';
import { boxOf, expect, test } from '../planner.ts';

test('a template opens as a new design that nobody has saved, and becomes a file of its own', async ({ planner }) => {
  await planner.startFromTemplate('three-zones-three-clusters');
  await expect(planner.documentName).toContainText('not saved yet');
  for (const zone of ['dmz', 'app', 'db']) await expect(planner.shape('zone', zone)).toBeVisible();
  for (const cluster of ['edge', 'core', 'data']) await expect(planner.shape('cluster', cluster)).toBeVisible();
  await expect(planner.shape('workload', 'orders')).toBeVisible();
  await expect(planner.shape('endpoint', 'ceph-app')).toBeVisible();
  await expect(planner.flow('orders-db-access')).toBeAttached();

  await planner.seesAnalysis();
  await expect(planner.page.getByTestId('status-problems')).not.toContainText('error');

  const path = join(planner.app.folder, 'mine.zones.yaml');
  await planner.saveAs(path);
  await expect(planner.page).toHaveTitle(/mine/);
  const saved = await planner.designOnDisk(path);
  expect(Object.keys(saved.clusters ?? {})).toEqual(['edge', 'core', 'data']);
});

test('a cluster that spans zones is one column across them', async ({ planner }) => {
  await planner.startFromTemplate('one-cluster-three-zones');
  const segments = ['dmz', 'app', 'db'].map((zone) => planner.page.getByTestId(`node-segment-prod-${zone}`));
  const boxes = [];
  for (const segment of segments) boxes.push(await boxOf(segment));
  // One above the other, with the same left and right edge: a column.
  const [top, middle, bottom] = boxes;
  expect(new Set(boxes.map((b) => Math.round(b.x))).size).toBe(1);
  expect(new Set(boxes.map((b) => Math.round(b.width))).size).toBe(1);
  expect(top?.y).toBeLessThan(middle?.y ?? 0);
  expect(middle?.y).toBeLessThan(bottom?.y ?? 0);
  await expect(planner.shape('cluster', 'prod')).toHaveCount(1);
});
