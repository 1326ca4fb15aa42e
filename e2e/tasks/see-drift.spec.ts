import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { status } from '../fake-api-server.ts';
import { fakeCluster } from '../fake-cluster.ts';
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

  // One file says what is live as well as a folder does, as kustomize and helm print it.
  const printed = await planner.putFile(
    'rendered.yaml',
    '---\napiVersion: v1\nkind: Pod\nmetadata: {name: squatter, namespace: kitchen, labels: {app: squatter}}\nspec: {containers: [{name: main}]}\n',
  );
  await page.getByTestId('review-after-side').click();
  await planner.app.answerOpen(printed, () => page.getByTestId('review-side-file').click());
  await expect(planner.reviewEntry('workload', 'squatter')).toBeVisible();
  await expect(page.getByTestId('review-after-side')).toContainText('rendered.yaml');
});

test('folders that are called like the clusters of a design are those clusters', async ({ planner }) => {
  const { page } = planner;
  const small = { distribution: 'kind', version: '1.37' };
  await planner.openDesign(
    JSON.stringify({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'two' },
      zones: { app: { trust: 50 } },
      clusters: { east: small, west: small },
      namespaces: {
        'shop-east': { name: 'shop', cluster: 'east', zone: 'app' },
        shop: { cluster: 'west', zone: 'app' },
      },
      workloads: { web: { namespace: 'shop-east' }, till: { namespace: 'shop' } },
    }),
  );
  const pod = (name: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}\nspec: {containers: [{name: main}]}\n`;
  const folder = join(planner.app.folder, 'live');
  for (const [cluster, text] of Object.entries({ east: pod('web'), west: `${pod('till')}---\n${pod('miner')}` })) {
    await mkdir(join(folder, cluster), { recursive: true });
    await writeFile(join(folder, cluster, 'pods.yaml'), text);
  }
  await compareWith(planner, folder);
  await expect(page.getByTestId('review-clusters')).toHaveText('Clusters compared: east, west.');
  // What runs in a folder belongs to its cluster: nothing of either is missing, and what is too much is west's.
  await expect(page.getByText('west: till → miner').first()).toBeVisible();
  await expect(page.getByText('is drawn and not live')).toHaveCount(0);

  // A folder that is none of them is compared with nothing, and that is no answer.
  const stranger = join(planner.app.folder, 'stranger');
  await mkdir(stranger);
  await writeFile(join(stranger, 'pods.yaml'), pod('till'));
  await compareWith(planner, stranger);
  await expect(page.getByTestId('review-list')).toContainText(
    'Nothing could be compared. Cluster “east” of the design',
  );
  await expect(page.getByTestId('review-list')).not.toContainText('No difference');
});

test.describe('with a kubeconfig', () => {
  const labelled = (name: string) => ({
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'x' }] },
  });
  const deployment = (namespace: string, name: string) => ({
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } }, template: labelled(name) },
  });
  const cluster = fakeCluster('admin@bakery', {
    lists: {
      'api/v1/namespaces': ['web', 'kitchen', 'office'].map((name) => ({
        metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      })),
      'apis/apps/v1/deployments': [deployment('web', 'counter'), deployment('kitchen', 'miner')],
      'apis/networking.k8s.io/v1/networkpolicies': [],
    },
    answer: ({ path }) => (path.endsWith('/resourcequotas') ? status(403, 'Forbidden', 'no') : undefined),
  });

  test('a design is held against a running cluster, which is only read, and what may not be read is told', async ({
    planner,
  }) => {
    const { page } = planner;
    await planner.openDesign(bakery);
    await planner.goTo('review');
    await planner.compareWith('before', 'open design');

    // Called off, nothing is compared and the question is still there.
    cluster.isSlow = true;
    await planner.compareWith('after', 'running');
    await expect(page.getByTestId('clusters-context-admin@bakery')).toBeChecked();
    expect(cluster.requests).toEqual([]);
    await page.getByTestId('clusters-read').click();
    await expect(page.getByTestId('clusters-progress')).toContainText('admin@bakery: Node (2 of');
    await page.getByTestId('clusters-stop').click();
    await expect(page.getByTestId('clusters-error')).toContainText('The reading was stopped.');
    cluster.isSlow = false;
    await planner.press('Escape');
    await expect(page.getByTestId('clusters-dialog')).toBeHidden();

    // By keyboard this time.
    await planner.press('Shift+b');
    await page.getByTestId('review-chooser-input').fill('running');
    await planner.press('Enter');
    await expect(page.getByTestId('clusters-context-admin@bakery')).toBeChecked();
    await page.getByTestId('clusters-read').press('Enter');

    await expect(page.getByTestId('review-after-side')).toContainText('admin@bakery, live');
    // Without policies everybody reaches everybody.
    await expect(page.getByTestId('review-class-opens')).toBeVisible();
    await page.getByTestId('review-layer').selectOption('record');
    await planner.reviewEntry('workload', 'miner').click();
    await expect(planner.reviewDetails).toContainText('is live and not drawn');
    await planner.reviewEntry('workload', 'oven').click();
    await expect(planner.reviewDetails).toContainText('is drawn and not live');
    await expect(planner.shape('workload', 'oven')).toHaveClass(/review-removed/);

    const gaps = page.getByTestId('review-gaps');
    await expect(gaps).toContainText('1 thing could not be compared.');
    await gaps.locator('summary').click();
    await expect(gaps).toContainText('You may not list resourcequotas in web, kitchen, office (403)');
    expect(cluster.requests.filter(({ method, path }) => method !== 'GET' || /secret/i.test(path))).toEqual([]);
  });
});
