import { bakery, largeDesign } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('records are searched and actions are found without a mouse', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.press('Control+f');
  await planner.type('oven');
  await expect(planner.page.getByTestId('palette-workload:oven')).toBeVisible();
  for (let i = 0; i < 10; i += 1) {
    if ((await planner.page.getByTestId('palette-workload:oven').getAttribute('aria-selected')) === 'true') break;
    await planner.press('ArrowDown');
  }
  await planner.press('Enter');
  await expect(planner.field('id')).toHaveValue('oven');

  await planner.press('Control+k');
  await planner.type('duplicate');
  await expect(planner.page.getByTestId('palette-edit.duplicate')).toHaveAttribute('aria-selected', 'true');
  await planner.press('Enter');
  await expect(planner.shape('workload', 'oven-2')).toBeVisible();

  await planner.press('Control+k');
  await planner.type('add external');
  await expect(planner.page.getByTestId('palette-add.external')).toHaveAttribute('aria-selected', 'true');
  await planner.press('Enter');
  // As after drawing by mouse, its name is what is typed next.
  await planner.nameIt('Bank');
  await expect(planner.shape('external', 'bank')).toContainText('Bank');
  await expect(planner.canvas).toBeFocused();

  await planner.press('Control+2');
  await expect(planner.page.getByTestId('matrix')).toBeVisible();
  await planner.press('Control+3');
  await expect(planner.page.getByTestId('manifest-text')).toBeVisible();
  await planner.press('Control+1');
  await expect(planner.canvas).toBeVisible();
  await planner.save();
  expect(Object.keys((await planner.designOnDisk(path)).workloads ?? {})).toContain('oven-2');
});

test('a design is begun from nothing without a mouse: zones, a cluster, a workload with a runtime, a flow', async ({
  planner,
}) => {
  await expect(planner.page.getByTestId('start-screen')).toBeVisible();
  await planner.page.getByTestId('template-empty').focus();
  await planner.press('Enter');
  await expect(planner.canvas).toBeFocused();
  const add = async (words: string, id: string, name: string) => {
    await planner.press('Control+k');
    await planner.type(words);
    await expect(planner.page.getByTestId(`palette-add.${id}`)).toHaveAttribute('aria-selected', 'true');
    await planner.press('Enter');
    await planner.nameIt(name);
    await expect(planner.canvas).toBeFocused();
  };
  await add('add zone', 'zone', 'DMZ');
  await expect(planner.shape('zone', 'dmz')).toContainText('DMZ');
  await add('add cluster', 'cluster', 'prod');
  await add('add namespace', 'namespace', 'web');
  await add('add workload', 'workload', 'gateway');
  await add('add workload', 'workload', 'api');
  // What has no place on the picture is named in the inspector.
  await planner.press('Control+k');
  await planner.type('add runtime');
  await planner.press('Enter');
  await expect(planner.field('id')).toBeFocused();
  await planner.type('sandbox');
  await planner.press('Enter');
  await expect(planner.inspector).toContainText('sandbox');

  await planner.press('Control+k');
  await planner.type('add flow');
  await planner.press('Enter');
  await expect(planner.field('id')).toBeFocused();
  await expect(planner.page.locator('[data-testid^="flow-label-"]')).toHaveCount(1);
});

test('a dialog gives the focus back, and a name that is left by a click keeps no other field from it', async ({
  planner,
}) => {
  await planner.openDesign(bakery);
  await planner.canvas.focus();
  await planner.press('?');
  await expect(planner.page.getByRole('dialog')).toBeVisible();
  await planner.closeDialog();
  await expect(planner.canvas).toBeFocused();

  await planner.find('workload', 'oven');
  await planner.canvas.focus();
  await planner.press('F2');
  await expect(planner.canvas.getByLabel('Name', { exact: true })).toBeFocused();
  await planner.field('owner').click();
  await expect(planner.field('owner')).toBeFocused();
});

test('an unknown word finds nothing, and Escape leaves the palette', async ({ planner }) => {
  await planner.openDesign(bakery);
  await planner.press('Control+k');
  await planner.type('zzzz');
  await expect(planner.page.getByTestId('command-palette')).toContainText('Nothing matches');
  await planner.closeDialog();
});

test('arrow keys walk from card to card and Tab leaves the canvas, however many cards there are', async ({
  planner,
}) => {
  const { page } = planner;
  await planner.openDesign(largeDesign(120), 'walk.zones.yaml');
  await planner.canvas.focus();
  await planner.press('Home');
  await expect(planner.field('id')).toHaveValue('service-0');
  await expect(page.getByTestId('canvas-said')).toHaveText('service-0, workload');
  await planner.press('ArrowRight');
  await expect(planner.field('id')).toHaveValue('service-1');
  await planner.press('End');
  await expect(planner.field('id')).not.toHaveValue('service-1');
  await expect(planner.canvas).toBeFocused();

  // Moved by keys that say so, and put back in one step.
  await planner.press('Home');
  await planner.press('Control+ArrowRight');
  await planner.press('Control+ArrowRight');
  await planner.seesUnsavedEdits();
  await planner.undo();
  await planner.seesSaved();

  // Something is still selected, and yet one Tab is enough.
  await planner.press('Tab');
  await expect(page.getByRole('toolbar', { name: 'View' }).getByRole('button').first()).toBeFocused();
  await planner.press('Shift+Tab');
  await expect(planner.canvas).toBeFocused();
  await expect(planner.field('id')).toHaveValue('service-0');
});
