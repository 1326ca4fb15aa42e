import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { expect, type Planner, test } from '../planner.ts';

async function compareWith(planner: Planner, folder: string): Promise<void> {
  const { page } = planner;
  await planner.goTo('review');
  await page.getByTestId('review-before-side').click();
  await page.getByTestId('review-chooser-input').fill('open design');
  await page.getByTestId('review-chooser').getByRole('option').first().click();
  await page.getByTestId('review-after-side').click();
  await page.getByTestId('review-chooser-input').fill('folder');
  await planner.app.answerFolder(folder, () => page.getByTestId('review-chooser').getByRole('option').first().click());
}

test('the review of a design against a folder says what is live and not drawn, and what is drawn and not live', async ({
  planner,
}) => {
  const { page } = planner;
  await planner.openDesign(bakery);
  const folder = join(planner.app.folder, 'live');
  await planner.previewExport(folder);
  await planner.writeExport();

  // Somebody runs something that nobody drew, took a policy away, and what is drawn was renamed.
  const inventory = join(folder, 'prod/inventory/workloads.yaml');
  await writeFile(inventory, (await readFile(inventory, 'utf8')).replace('name: oven', 'name: miner'));
  await rm(join(folder, 'prod/policies/web.yaml'));
  await compareWith(planner, folder);

  await expect(page.getByTestId('review-list')).toBeVisible();
  await expect(planner.reviewEntry('workload', 'miner')).toBeVisible();
  await planner.reviewEntry('workload', 'miner').click();
  await expect(planner.reviewDetails).toContainText('is live and not drawn');
  await planner.reviewEntry('workload', 'oven').click();
  await expect(planner.reviewDetails).toContainText('is drawn and not live');
  await expect(planner.shape('workload', 'oven')).toHaveClass(/review-removed/);
});
