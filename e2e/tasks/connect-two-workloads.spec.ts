import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('two workloads are connected by dragging, with the ports typed on the spot', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.dropFromPalette('workload', planner.shape('namespace', 'office'), 'ledger');
  await planner.connect(planner.shape('workload', 'counter'), planner.shape('workload', 'ledger'));
  await planner.typePorts('8080, 9000-9010/udp');
  await expect(planner.portEditor).toBeHidden();
  await expect(planner.flow('counter-ledger')).toBeAttached();
  await expect(planner.field('ports')).toHaveValue(/8080.*9000-9010\/udp/);

  await planner.save();
  expect((await planner.designOnDisk(path)).flows?.['counter-ledger']).toEqual({
    from: { workload: 'counter' },
    to: { workload: 'ledger' },
    ports: [{ port: 8080 }, { port: 9000, endPort: 9010, protocol: 'UDP' }],
  });
});

test('a flow that is taken back while its ports are asked for leaves nothing behind', async ({ planner }) => {
  await planner.openDesign(bakery);
  await planner.connect(planner.shape('workload', 'oven'), planner.shape('workload', 'counter'));
  await planner.typePorts('99999');
  await expect(planner.portEditor).toBeVisible();
  await planner.press('Escape');
  await expect(planner.portEditor).toBeHidden();
  await expect(planner.flow('oven-counter')).toHaveCount(0);
  await planner.seesSaved();
});
