import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('a flow that the matrix does not allow is reported, shown on the canvas, and fixed', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  await planner.find('flow', 'counter-oven');
  await planner.fill('ports', '9999');
  const problem = planner.problem('flow/against-the-matrix');
  await expect(problem).toContainText('permits only 8080/tcp');
  await expect(planner.flow('counter-oven')).toHaveClass(/flow-blocked/);
  await expect(planner.page.getByTestId('status-problems')).toContainText('error');

  await planner.click(planner.shape('workload', 'counter'));
  await problem.click();
  await expect(planner.inspector).toContainText('Flow');
  await planner.seesProof('Proven');
  await planner.page.getByTestId('problems').getByTestId('fix-flow/against-the-matrix').click();
  await expect(problem).toHaveCount(0);
  await expect(planner.flow('counter-oven')).toHaveCount(0);
  await planner.undo();
  await expect(problem).toBeVisible();
  await expect(planner.flow('counter-oven')).toHaveClass(/flow-blocked/);

  // The other way to mend it: the security team permits the port.
  await planner.goTo('matrix');
  await planner.page.getByTestId('matrix-dmz-app').click();
  const services = planner.page.getByTestId('matrix-services').getByRole('textbox');
  await services.fill('9999/tcp');
  await services.press('Enter');
  await planner.goTo('design');
  await expect(problem).toHaveCount(0);
  await expect(planner.flow('counter-oven')).not.toHaveClass(/flow-blocked/);
  await planner.save();
  const { matrix, flows } = await planner.designOnDisk(path);
  expect(matrix?.dmz).toMatchObject({ app: { services: ['8080/tcp', '9999/tcp'] } });
  expect(flows?.['counter-oven']).toMatchObject({ ports: [{ port: 9999 }] });
});
