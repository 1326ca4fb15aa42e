import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';

test('a design is opened through the dialog of the shell and saved under another name, byte for byte', async ({
  app,
}) => {
  const design = join(app.folder, 'shop.zones.yaml');
  const copy = join(app.folder, 'copy.zones.yaml');
  await cp('templates/online-boutique.zones.yaml', design);

  await app.answerOpen(design, () => app.page.keyboard.press('Control+o'));
  await expect(app.page).toHaveTitle(/shop/);
  await expect(app.page.getByTestId('node-workload-cartservice')).toBeVisible();

  await app.answerSave(copy, () => app.page.keyboard.press('Control+Shift+s'));
  await expect(app.page).toHaveTitle(/copy/);
  expect(await readFile(copy, 'utf8')).toBe(await readFile(design, 'utf8'));
});

test('a cancelled dialog leaves the design open', async ({ app }) => {
  const design = join(app.folder, 'shop.zones.yaml');
  await cp('templates/online-boutique.zones.yaml', design);
  await app.restart({ design });
  await expect(app.page.getByTestId('node-workload-cartservice')).toBeVisible();
  await app.answerOpen(undefined, () => app.page.keyboard.press('Control+o'));
  await expect(app.page.getByTestId('node-workload-cartservice')).toBeVisible();
  await expect(app.page).toHaveTitle(/shop/);
});
