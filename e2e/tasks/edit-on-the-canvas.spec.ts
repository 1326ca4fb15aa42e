import { bakery } from '../designs.ts';
import { boxOf, centre, expect, test } from '../planner.ts';

test('workloads are copied, pasted into another namespace, duplicated, renamed and deleted', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.click(planner.shape('workload', 'oven'));
  await planner.press('Control+c');
  await planner.click(planner.shape('namespace', 'office'));
  await planner.press('Control+v');
  await expect(planner.shape('workload', 'oven-2')).toBeVisible();
  await expect(planner.field('namespace')).toHaveValue('office');

  await planner.click(planner.shape('workload', 'counter'));
  await planner.press('Control+d');
  await expect(planner.shape('workload', 'counter-2')).toBeVisible();

  await planner.press('F2');
  await planner.nameIt('till');
  await expect(planner.shape('workload', 'till')).toBeVisible();

  // Every reference follows a new name.
  await planner.click(planner.shape('workload', 'oven'));
  await planner.press('F2');
  await planner.nameIt('stone-oven');
  await planner.chooseFromMenu(planner.shape('workload', 'till'), 'edit.delete');
  await expect(planner.shape('workload', 'till')).toHaveCount(0);

  await planner.save();
  const { workloads, flows } = await planner.designOnDisk(path);
  expect(Object.keys(workloads ?? {}).sort()).toEqual(['counter', 'oven-2', 'stone-oven']);
  expect(workloads?.['oven-2']).toMatchObject({ namespace: 'office', replicas: 3 });
  expect(flows?.['counter-oven']).toMatchObject({ to: { workload: 'stone-oven' } });
});

test('several records are selected, by clicks and by a marquee, and changed together', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.click(planner.shape('workload', 'counter'));
  await planner.click(planner.shape('workload', 'oven'), { extend: true });
  await expect(planner.inspector).toContainText('2 records');
  const owner = planner.page.getByTestId('shared-owner');
  await owner.fill('team-bread');
  await owner.blur();
  await planner.save();
  const { workloads } = await planner.designOnDisk(path);
  expect(workloads).toMatchObject({ counter: { owner: 'team-bread' }, oven: { owner: 'team-bread' } });

  // A marquee around the whole cluster takes what is inside it.
  const cluster = await boxOf(planner.page.getByTestId('node-segment-prod-dmz'));
  const end = await boxOf(planner.page.getByTestId('node-segment-prod-app'));
  await planner.click(planner.shape('zone', 'app'));
  await planner.drag(
    { x: cluster.x + cluster.width + 24, y: cluster.y - 4 },
    { x: cluster.x - 8, y: end.y + end.height + 4 },
  );
  for (const id of ['counter', 'oven'])
    await expect(planner.outlineRow('workload', id)).toHaveAttribute('aria-selected', 'true');
  await expect(planner.outlineRow('zone', 'app')).toHaveAttribute('aria-selected', 'false');

  await planner.press('Control+a');
  await expect(planner.inspector).toContainText(/\d+ records/);
  await planner.press('Delete');
  await expect(planner.page.getByTestId(/^node-(zone|workload)-/)).toHaveCount(0);
  await planner.undo();
  await expect(planner.shape('workload', 'oven')).toBeVisible();
});

test('a workload that is dropped into another namespace moves there', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  const from = await boxOf(planner.shape('workload', 'oven'));
  const to = await boxOf(planner.shape('namespace', 'office'));
  await planner.drag({ x: from.x + 16, y: from.y + 12 }, centre(to));
  await planner.click(planner.shape('workload', 'oven'));
  await expect(planner.field('namespace')).toHaveValue('office');
  await planner.save();
  expect((await planner.designOnDisk(path)).workloads?.oven).toMatchObject({ namespace: 'office' });
  await planner.undo();
  await expect(planner.field('namespace')).toHaveValue('kitchen');
});

test('a picture that is seen whole stays whole in more or less room; one that was looked at closer stays as it is', async ({
  planner,
}) => {
  await planner.openDesign(bakery);
  await planner.seesAnalysis();
  const zoom = planner.page.getByTestId('status-zoom');
  const whole = (await zoom.textContent()) ?? '';
  await planner.press('Control+i');
  await expect(zoom).not.toHaveText(whole);
  await planner.press('Control+i');
  await expect(zoom).toHaveText(whole);

  await planner.press('Control+0');
  await expect(zoom).toHaveText('100 %');
  await planner.press('Control+i');
  await expect(planner.inspector).toBeHidden();
  await expect(zoom).toHaveText('100 %');
});

test('an outline of the palette isolates what is selected, and a flow through a gateway is one thing on its whole way', async ({
  planner,
}) => {
  await planner.startFromTemplate('one-cluster-three-zones');
  await planner.click(planner.shape('workload', 'claims-api'));
  await planner.page.getByTestId('isolate.virtual-machine').click();
  await expect(planner.shape('workload', 'claims-api')).toHaveClass(/isolation-virtual-machine/);
  await planner.press('Control+z');
  await expect(planner.shape('workload', 'claims-api')).not.toHaveClass(/isolation-virtual-machine/);

  await planner.page.getByTestId('flow-label-customers-in-onward').click();
  await expect(planner.field('id')).toHaveValue('customers-in');
  await expect(planner.flow('customers-in')).toHaveClass(/is-selected/);
});
