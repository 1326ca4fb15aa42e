import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { status } from '../fake-api-server.ts';
import { fakeCluster } from '../fake-cluster.ts';
import { expect, type Planner, test } from '../planner.ts';

const deployment = (namespace: string, name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: x, ports: [{containerPort: 8080}]}]}
`;

const configMap = (namespace: string, name: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: ${namespace}}
data: {a: b}
`;

async function readFolder(planner: Planner, files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(planner.app.folder, 'estate');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await planner.page.getByTestId('action-file.import').click();
  await planner.app.answerFolder(folder, () => planner.page.getByTestId('import-choose').click());
  await expect(planner.page.getByTestId('import-zones')).toBeVisible();
}

test('manifests become a proposal, which is corrected by mouse and by keyboard, and then drawn', async ({
  planner,
}) => {
  const { page } = planner;
  await readFolder(planner, {
    'web.yaml': deployment('shop-web', 'front'),
    'api.yaml': deployment('shop-api', 'orders'),
    'db.yaml': deployment('shop-db', 'store'),
    'jobs.yaml': deployment('batch', 'nightly'),
    'broken.yaml': 'kind: [\n',
  });
  await expect(page.getByTestId('import-unread')).toContainText('broken.yaml:');
  const zone = (id: string) => page.getByTestId(`import-zone-${id}`);
  const namespace = (name: string) => page.getByTestId(`import-namespace-${name}`);
  await expect(zone('web').getByTestId('import-namespace-shop-web')).toBeVisible();
  await expect(namespace('shop-web')).toContainText('Its name holds the word “web”.');

  // Dragged to a zone of its own, and another one sent there by the choice on it.
  await namespace('batch').dragTo(page.getByTestId('import-new-zone'));
  await expect(zone('batch').getByTestId('import-namespace-batch')).toBeVisible();
  await page.getByTestId('import-move-shop-api').selectOption('batch');
  await expect(zone('batch').getByTestId('import-namespace-shop-api')).toBeVisible();
  await expect(zone('app')).toHaveCount(0);
  // Renamed, and another zone merged into it.
  await page.getByTestId('import-name-batch').fill('inner');
  await page.getByTestId('import-name-batch').press('Enter');
  await page.getByTestId('import-merge-db').selectOption('inner');
  await expect(zone('inner').getByTestId('import-namespace-shop-db')).toBeVisible();
  // Taken back and done again; the keyboard stays with a namespace that is sent elsewhere.
  await page.getByTestId('import-undo').click();
  await expect(zone('db').getByTestId('import-namespace-shop-db')).toBeVisible();
  await page.getByTestId('import-redo').click();
  await expect(zone('db')).toHaveCount(0);
  await page.getByTestId('import-move-shop-web').focus();
  await page.getByTestId('import-move-shop-web').selectOption('inner');
  await expect(page.getByTestId('import-move-shop-web')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(zone('web').getByTestId('import-namespace-shop-web')).toBeVisible();
  await expect(page.getByTestId('import-redo')).toBeEnabled();

  await page.getByTestId('import-draw').click();
  await expect(page.getByTestId('node-zone-inner')).toBeVisible();
  await expect(page.getByTestId('node-workload-front')).toBeVisible();
  await expect(page.getByText('broken.yaml:')).toHaveCount(1);
  await expect(page.getByText('The design means what the manifests allow')).toBeVisible();
});

test('each folder of a folder becomes a cluster where that is asked for', async ({ planner }) => {
  const { page } = planner;
  const folder = join(planner.app.folder, 'estate');
  for (const cluster of ['east', 'west']) {
    await mkdir(join(folder, cluster), { recursive: true });
    await writeFile(join(folder, cluster, 'web.yaml'), deployment('shop-web', 'front'));
  }
  await page.getByTestId('action-file.import').click();
  await page.getByTestId('import-by-folder').check();
  await planner.app.answerFolder(folder, () => page.getByTestId('import-choose').click());
  await page.getByTestId('import-draw').click();
  await expect(planner.outlineRow('cluster', 'east')).toBeVisible();
  await expect(planner.outlineRow('cluster', 'west')).toBeVisible();
});

test('a folder without objects is refused with a reason', async ({ planner }) => {
  const folder = join(planner.app.folder, 'empty');
  await mkdir(folder);
  await planner.page.getByTestId('action-file.import').click();
  await planner.app.answerFolder(folder, () => planner.page.getByTestId('import-choose').click());
  await expect(planner.page.getByTestId('import-error')).toContainText('no Kubernetes object');
});

test('an export comes back as its design', async ({ planner }) => {
  await planner.openDesign(bakery);
  const folder = join(planner.app.folder, 'out');
  await planner.previewExport(folder);
  await planner.writeExport();
  await planner.page.keyboard.press('Escape');
  await planner.app.chooseFromMainMenu('file.import');
  await planner.app.answerFolder(folder, () => planner.page.getByTestId('import-choose').click());
  await expect(planner.page.getByText('exactly what its own design exports')).toBeVisible();
  await planner.page.getByTestId('import-draw').click();
  await expect(planner.page.getByTestId('node-workload-oven')).toBeVisible();
});

test('a folder of ten thousand files is read while the window works, and can be called off', async ({ planner }) => {
  test.setTimeout(180_000);
  const { page } = planner;
  const folder = join(planner.app.folder, 'huge');
  await mkdir(folder);
  // A padding of 4 kB each makes it some 45 MB.
  const padding = `# ${'x'.repeat(4000)}\n`;
  for (let n = 0; n < 10_000; n += 1) {
    const text =
      n % 10 === 0 ? deployment(`team-${n % 40}`, `service-${n}`) : configMap(`team-${n % 40}`, `settings-${n}`);
    await writeFile(join(folder, `${n}.yaml`), padding + text);
  }
  const choose = async () => {
    await planner.app.answerFolder(folder, () => page.getByTestId('import-choose').click());
    await expect(page.getByTestId('import-progress')).toContainText(/Reading (files|manifests): \d/);
  };
  await page.getByTestId('action-file.import').click();
  await choose();
  await page.getByTestId('import-stop').click();
  await expect(page.getByTestId('import-error')).toContainText('The reading was stopped.');

  await choose();
  // A window that answers draws a frame many times while the manifests are parsed and sorted.
  const longest = await page.evaluate(async () => {
    let last = performance.now();
    let worst = 0;
    while (document.querySelector('[data-testid=import-progress]') !== null) {
      await new Promise((done) => requestAnimationFrame(done));
      worst = Math.max(worst, performance.now() - last);
      last = performance.now();
    }
    return worst;
  });
  expect(longest).toBeLessThan(5_000);
  await expect(page.getByTestId('import-zones')).toBeVisible();
  await expect(page.getByTestId('import-namespace-team-0')).toBeVisible();
});

test.describe('with a kubeconfig', () => {
  const container = { spec: { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 8080 }] }] } };
  const cluster = fakeCluster('prod', {
    lists: {
      'api/v1/namespaces': [{ metadata: { name: 'shop-web' } }],
      'apis/apps/v1/deployments': [
        {
          metadata: { name: 'front', namespace: 'shop-web' },
          spec: { template: { metadata: { labels: { app: 'front' } }, ...container } },
        },
      ],
    },
    answer: ({ path }) => (path.endsWith('/networkpolicies') ? status(403, 'Forbidden', 'no') : undefined),
  });

  test('a cluster is read when asked, can be stopped, and what is withheld is told', async ({ planner }) => {
    const { page } = planner;
    await page.getByTestId('action-file.import').click();
    await page.getByTestId('import-clusters').click();
    await expect(page.getByTestId('clusters-context-prod')).toBeChecked();
    expect(cluster.requests).toEqual([]);

    cluster.isSlow = true;
    await page.getByTestId('clusters-read').click();
    await expect(page.getByTestId('clusters-progress')).toContainText('prod: Node (2 of');
    await page.getByTestId('clusters-stop').click();
    await expect(page.getByTestId('clusters-error')).toContainText('The reading was stopped.');

    cluster.isSlow = false;
    await page.getByTestId('clusters-read').click();
    await expect(page.getByTestId('import-namespace-shop-web')).toBeVisible();
    await page.getByTestId('import-draw').click();
    await expect(page.getByTestId('node-workload-front')).toBeVisible();
    await expect(page.getByText('You may not list networkpolicies in shop-web (403)').first()).toBeVisible();
    expect(cluster.requests.filter((r) => /secret/i.test(r.path))).toEqual([]);
  });
});
