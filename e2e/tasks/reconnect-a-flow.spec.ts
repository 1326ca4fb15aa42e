import { readFile } from 'node:fs/promises';
import { bakery } from '../designs.ts';
import { boxOf, centre, expect, test } from '../planner.ts';

test('an end of a flow is dragged onto another card, left alone with Escape, and undone', async ({ planner }) => {
  const text = bakery.replace(
    '\nflows:',
    '  till:\n    namespace: kitchen\n    labels: {app: till}\n    ports: {cash: {port: 9000}}\n\nflows:',
  );
  const path = await planner.openDesign(text, 'bakery.zones.yaml');
  const { page } = planner;
  const middleOf = async (id: string) => centre(await boxOf(planner.shape('workload', id)));
  const drag = async (to: { readonly x: number; readonly y: number }) => {
    const grip = centre(await boxOf(page.getByTestId('flow-to-counter-oven')));
    await page.mouse.move(grip.x, grip.y);
    await page.mouse.down();
    await page.mouse.move(to.x + 20, to.y, { steps: 4 });
    await page.mouse.move(to.x, to.y, { steps: 2 });
  };

  await drag(await middleOf('till'));
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(planner.page.getByTestId('status-file')).not.toHaveText('unsaved edits');

  await drag(await middleOf('till'));
  await page.mouse.up();
  await planner.save();
  // The receiver has no port of that name, so the flow keeps the number.
  const moved = text.replace(
    'to: {workload: oven}\n    ports: [{port: http}]',
    'to: {workload: till}\n    ports: [{port: 8080}]',
  );
  expect(await readFile(path, 'utf8')).toBe(moved);

  await planner.undo();
  await planner.save();
  expect(await readFile(path, 'utf8')).toBe(text);
});
