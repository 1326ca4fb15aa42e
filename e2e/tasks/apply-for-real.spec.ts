import { join } from 'node:path';
import { expect, test } from '../planner.ts';

test('a rollout cuts off nothing that runs beside the applications: its traffic is drawn in one step', async ({
  planner,
}) => {
  await planner.startFromTemplate('payment-platform');
  await planner.seesProof(/exactly as drawn|Proven|proven/i);
  await planner.find('namespace', 'cert-manager');
  await planner.page.getByTestId('palette-platform').click();
  await expect(planner.page.getByTestId('menu-platform.gatekeeper')).toBeVisible();
  await planner.page.getByTestId('menu-platform.gatekeeper').click();
  await expect(planner.shape('workload', 'gatekeeper-webhook')).toBeVisible();
  await expect(planner.flow('api-gatekeeper-webhook')).toBeAttached();
  await planner.seesAnalysis();
  await expect(planner.page.getByTestId('status-problems')).not.toContainText('error');
  await planner.press('ControlOrMeta+Z');
  await expect(planner.shape('workload', 'gatekeeper-webhook')).toHaveCount(0);
});

test('an export says what it cannot enforce, and what is replaced rather than changed', async ({ planner }) => {
  await planner.startFromTemplate('payment-platform');
  const folder = join(planner.app.folder, 'out');
  await planner.previewExport(folder);
  await planner.writeExport();

  await planner.find('endpoint', 'ontap-services');
  await planner.fill('export', 'services:aggr2');
  await planner.seesAnalysis();
  await planner.previewExport(folder);
  const file = planner.page.getByTestId('export-file-platform/storage/storage-classes.yaml');
  await expect(file).toContainText('replace');
  await file.click();
  await expect(planner.page.getByTestId('export-replace')).toContainText('StorageClass services-san: parameters');
  await planner.page.getByText('Back', { exact: true }).click();
  await expect(planner.page.getByTestId('export-coverage')).toContainText('the manifests cannot enforce');
  await planner.page.getByTestId('export-read-coverage').click();
  await expect(planner.page.getByRole('region', { name: 'Coverage' })).toContainText('By NetworkPolicy');
});
