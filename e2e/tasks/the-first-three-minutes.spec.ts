/** The tour of the README, as it is written there. */
import { join } from 'node:path';
import { boxOf, expect, readTree, test } from '../planner.ts';

test('the tour of the first three minutes leads where it says', async ({ planner }) => {
  await planner.startFromTemplate('one-cluster-three-zones');
  await planner.seesProof('Proven: the policies allow exactly what is drawn');

  // Draw.
  const claims = await boxOf(planner.shape('namespace', 'claims'));
  await planner.placeByKey('w', { x: claims.x + claims.width / 2, y: claims.y + 10 }, 'fraud-check');
  await expect(planner.field('namespace')).toHaveValue('claims');
  await planner.connect(planner.shape('workload', 'fraud-check'), planner.shape('workload', 'claims-db'));
  await planner.typePorts('5432');
  await expect(planner.flow('fraud-check-claims-db')).toBeAttached();
  await planner.seesProof('Proven: the policies allow exactly what is drawn');
  await planner.undo();
  await expect(planner.flow('fraud-check-claims-db')).toHaveCount(0);
  await planner.redo();
  await expect(planner.flow('fraud-check-claims-db')).toBeAttached();

  // Read what it says.
  await planner.connect(planner.shape('workload', 'portal-web'), planner.shape('workload', 'claims-db'));
  await planner.typePorts('5432');
  await expect(planner.problem('flow/against-the-matrix')).toBeVisible();
  await expect(planner.flow('portal-web-claims-db')).toHaveClass(/flow-blocked/);
  await planner.seesProof('Proven');
  await planner.page.getByTestId('problems').getByTestId('fix-flow/against-the-matrix').click();
  await expect(planner.problem('flow/against-the-matrix')).toHaveCount(0);
  await planner.saveAs(join(planner.app.folder, 'claims.zones.yaml'));

  // Export.
  const folder = join(planner.app.folder, 'deploy');
  await planner.previewExport(folder);
  await planner.writeExport();
  const files = await readTree(folder);
  expect(files.get('prod/APPLY.md') ?? files.get('APPLY.md')).toBeDefined();
  expect([...files.values()].some((text) => text.includes('fraud-check-claims-db-out'))).toBe(true);

  // Review.
  await planner.find('flow', 'fraud-check-claims-db');
  await planner.fill('ports', '5433');
  await planner.review();
  await planner.reviewEntry('flow', 'fraud-check-claims-db').click();
  await expect(planner.page.getByTestId('review-values')).toContainText('5433');
  await expect(planner.page.getByTestId('review-manifest')).toContainText('prod/policies/');
});
