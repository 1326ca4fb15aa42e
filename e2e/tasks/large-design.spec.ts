import { readFile } from 'node:fs/promises';
import { largeDesign } from '../designs.ts';
import { boxOf, expect, test } from '../planner.ts';

test('a design of a thousand workloads opens, is searched, panned, edited, undone and saved', async ({ planner }) => {
  const text = largeDesign(1000);
  const path = await planner.openDesign(text, 'large.zones.yaml');
  await expect(planner.page.getByTestId(/^node-workload-/).first()).toBeVisible();
  await planner.seesAnalysis();

  await planner.find('workload', 'service-777');
  await expect(planner.shape('workload', 'service-777')).toBeVisible();
  await planner.fill('replicas', '5');

  // Panning brings others into view.
  const before = await boxOf(planner.shape('workload', 'service-777'));
  const middle = await planner.at(0.5, 0.5);
  await planner.page.mouse.move(middle.x, middle.y);
  await planner.page.mouse.wheel(0, -120);
  await expect.poll(async () => (await planner.shape('workload', 'service-777').boundingBox())?.y).not.toBe(before.y);

  await planner.save();
  const line = text.split('\n').find((l) => l.startsWith('  service-777:')) ?? '';
  expect(await readFile(path, 'utf8')).toBe(text.replace(line, line.replace(', ports:', ', replicas: 5, ports:')));
  await planner.undo();
  await expect(planner.field('replicas')).toHaveValue('');
});
