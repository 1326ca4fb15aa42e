import { readFile } from 'node:fs/promises';
import { bakery } from '../designs.ts';
import { fakeCluster } from '../fake-cluster.ts';
import { expect, Planner, test } from '../planner.ts';

async function secondWindow(planner: Planner): Promise<Planner> {
  return new Planner(await planner.app.newWindow(() => planner.command('new window', 'file.new-window')));
}

test('two windows on one file: who saves second is told, and nothing is lost', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  const other = await secondWindow(planner);
  await other.open(path);
  await expect(other.documentName).toContainText('design.zones.yaml');

  await planner.find('workload', 'oven');
  await planner.fill('replicas', '5');
  await other.find('workload', 'counter');
  await other.fill('replicas', '7');
  await planner.save();
  expect(await readFile(path, 'utf8')).toBe(bakery.replace('replicas: 3', 'replicas: 5'));

  await other.press('Control+s');
  await expect(other.page.getByTestId('conflict-dialog')).toBeVisible();
  expect(await readFile(path, 'utf8')).toBe(bakery.replace('replicas: 3', 'replicas: 5'));
  await other.page.getByTestId('conflict-merge').click();
  await other.page.getByTestId('merge-finish').click();
  await other.save();
  const { workloads } = await planner.designOnDisk(path);
  expect(workloads).toMatchObject({ oven: { replicas: 5 }, counter: { replicas: 7 } });

  // The first window has not seen that yet, and is told in its turn.
  await planner.fill('replicas', '6');
  await planner.press('Control+s');
  await expect(planner.page.getByTestId('conflict-dialog')).toBeVisible();
  expect((await planner.designOnDisk(path)).workloads).toMatchObject({ oven: { replicas: 5 } });
});

test.describe('with a kubeconfig', () => {
  const cluster = fakeCluster('prod', {
    lists: {
      'api/v1/namespaces': [{ metadata: { name: 'shop-web' } }],
      'api/v1/pods': [
        { metadata: { name: 'front', namespace: 'shop-web' }, spec: { containers: [{ name: 'main', image: 'x' }] } },
      ],
    },
  });

  test('two windows read clusters at a time, and each tells and ends its own reading alone', async ({ planner }) => {
    const other = await secondWindow(planner);
    const read = async ({ page }: Planner) => {
      await page.getByTestId('action-file.import').click();
      await page.getByTestId('import-clusters').click();
      await page.getByTestId('clusters-read').click();
    };
    const progress = (of: Planner) => of.page.getByTestId('clusters-progress');
    cluster.isSlow = true;
    await read(planner);
    await expect(progress(planner)).toContainText('prod: Node (2 of');
    await read(other);
    await expect(progress(other)).toContainText('prod: Node (2 of');
    await expect(progress(planner)).toContainText('prod: Node (2 of');

    await other.page.getByTestId('clusters-stop').click();
    await expect(other.page.getByTestId('clusters-error')).toContainText('The reading was stopped.');
    await expect(progress(planner)).toContainText('prod: Node (2 of');

    cluster.isSlow = false;
    await other.page.getByTestId('clusters-read').click();
    await expect(other.page.getByTestId('import-namespace-shop-web')).toBeVisible();
    await expect(progress(planner)).toContainText('prod: Node (2 of');
    await planner.page.getByTestId('clusters-stop').click();
    await expect(planner.page.getByTestId('clusters-error')).toContainText('The reading was stopped.');
  });
});
