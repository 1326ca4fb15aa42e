import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('from a manifest to what caused it on the picture, and back', async ({ planner }) => {
  const { page } = planner;
  await planner.openDesign(bakery);
  await planner.seesAnalysis();
  await planner.goTo('manifests');
  await page.getByTestId('manifest-file-prod/policies/kitchen.yaml').click();
  const text = page.getByTestId('manifest-text');
  await expect(text).toContainText('name: counter-oven-in');

  await page.getByTestId('cause-flow-counter-oven').click();
  await expect(planner.canvas).toBeVisible();
  await expect(planner.field('id')).toHaveValue('counter-oven');
  await expect(planner.flow('counter-oven')).toHaveClass(/is-selected/);

  const caused = page.getByTestId('caused-manifests');
  await caused.getByRole('button', { name: 'counter-oven-out NetworkPolicy' }).click();
  await expect(text).toContainText('name: counter-oven-out');
});

test('what cannot be enforced is said beside the manifests', async ({ planner }) => {
  await planner.openDesign(bakery.replace('cni: {name: calico}', 'cni: {name: flannel}'));
  await expect(planner.problem('cluster/cni-without-policy')).toBeVisible();
  await planner.goTo('manifests');
  await planner.page.getByTestId('manifest-coverage').click();
  await expect(planner.page.getByRole('region', { name: 'Coverage' })).toContainText(/flannel/i);
});
