import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

const run = promisify(execFile);

test('what changed since the last save is listed, marked on the picture, and shown file by file', async ({
  planner,
}) => {
  await planner.openDesign(bakery);
  await planner.find('flow', 'counter-oven');
  await planner.fill('ports', 'all');
  await planner.find('workload', 'oven');
  await planner.fill('id', 'bread-oven');
  await planner.find('namespace', 'office');
  await planner.press('Delete');
  await expect(planner.shape('namespace', 'office')).toHaveCount(0);

  await planner.review();
  await expect(planner.page.getByTestId('review-title')).toContainText('saved state');
  const flow = planner.reviewEntry('flow', 'counter-oven');
  await expect(flow).toBeVisible();
  // Renamed, not removed and added.
  await expect(planner.reviewEntry('workload', 'bread-oven')).toBeVisible();
  await expect(planner.reviewEntry('workload', 'oven')).toHaveCount(0);
  await expect(planner.reviewEntry('namespace', 'office')).toBeVisible();

  await flow.click();
  await expect(planner.page.getByTestId('review-values')).toContainText('all');
  await expect(planner.flow('counter-oven')).toHaveClass(/flow-changed/);
  await expect(planner.shape('namespace', 'office')).toHaveClass(/review-removed/);

  await expect(planner.page.getByTestId('review-file-count')).toContainText(/\d+ files? differ/);
  const file = planner.page.getByTestId(/^review-file-prod\//).first();
  await file.click();
  await expect(planner.page.getByTestId('review-file-diff')).toBeVisible();
});

test('the design is compared with an older revision in git, and with another file', async ({ planner }) => {
  const path = await planner.putFile('design.zones.yaml', bakery);
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args], {
      cwd: planner.app.folder,
    });
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'First drawing');
  const newer = bakery.replace('trust: 50', 'trust: 55');
  await planner.putFile('design.zones.yaml', newer);
  await git('commit', '--quiet', '-a', '-m', 'More trust');

  await planner.open(path);
  await expect(planner.shape('workload', 'oven')).toBeVisible();
  await planner.review();
  await expect(planner.page.getByTestId('review-list')).toContainText('No difference');
  const source = planner.page.getByTestId('review-source');
  await expect(source.locator('option', { hasText: 'First drawing' })).toBeAttached();
  await planner.review({ label: /First drawing/ });
  await expect(planner.reviewEntry('zone', 'app')).toBeVisible();
  await expect(planner.shape('zone', 'app')).toHaveClass(/review-changed/);

  const other = await planner.putFile('other.zones.yaml', bakery.replace('replicas: 2', 'replicas: 8'));
  await planner.app.answerOpen(join(other), () => source.selectOption('file'));
  await expect(planner.reviewEntry('workload', 'counter')).toBeVisible();
});
