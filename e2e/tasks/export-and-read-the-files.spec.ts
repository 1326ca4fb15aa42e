import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { load, loadAll } from 'js-yaml';
import { bakery } from '../designs.ts';
import { expect, readTree, test } from '../planner.ts';

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
}

test('an export is previewed, written, read back, and the same the second time', async ({ planner }) => {
  await planner.openDesign(bakery);
  const folder = join(planner.app.folder, 'out');
  await planner.previewExport(folder);
  await expect(planner.exportCounts).toContainText(/\d+ added/);
  await expect(planner.page.getByTestId('export-file-prod/kustomization.yaml')).toBeVisible();
  // Nothing is written before it was looked at.
  expect(await readTree(folder).catch(() => new Map())).toEqual(new Map());
  await planner.writeExport();

  const files = await readTree(folder);
  const kustomization = load(files.get('prod/kustomization.yaml') ?? '') as { resources: string[] };
  expect(kustomization.resources.length).toBeGreaterThan(0);
  for (const resource of kustomization.resources)
    expect([...files.keys()]).toContain(`prod/${resource}${resource.endsWith('.yaml') ? '' : '/kustomization.yaml'}`);

  const objects = kustomization.resources.flatMap(
    (r) => loadAll(files.get(`prod/${r}`) ?? '') as readonly KubernetesObject[],
  );
  const policy = (name: string) =>
    objects.find((o) => o.kind === 'NetworkPolicy' && o.metadata.name === name) as KubernetesObject | undefined;
  expect(policy('counter-oven-in')).toMatchObject({
    metadata: { namespace: 'kitchen' },
    spec: {
      podSelector: { matchLabels: { app: 'oven' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'counter' } } }], ports: [{ protocol: 'TCP' }] }],
    },
  });
  expect(policy('counter-oven-out')).toMatchObject({
    metadata: { namespace: 'web' },
    spec: { policyTypes: ['Egress'] },
  });
  expect(
    objects
      .filter((o) => o.kind === 'Namespace')
      .map((o) => o.metadata.name)
      .sort(),
  ).toEqual(['kitchen', 'office', 'web']);

  await planner.previewExport(folder);
  await expect(planner.exportCounts).toContainText(/\d+ same/);
  await expect(planner.exportCounts).not.toContainText(/added|changed|removed/);
  await expect(planner.page.getByTestId('export-write')).toContainText('Nothing to write');
  await planner.closeDialog();
  expect(await readTree(folder)).toEqual(files);
});

test('a changed design changes its files alone; files edited by hand and files of others stay unless allowed', async ({
  planner,
}) => {
  await planner.openDesign(bakery);
  const folder = join(planner.app.folder, 'out');
  await planner.previewExport(folder);
  await planner.writeExport();
  const files = await readTree(folder);
  const policies = [...files.keys()].find((path) => (files.get(path) ?? '').includes('counter-oven-in')) ?? '';
  const edited = join(folder, policies);
  await writeFile(edited, `# ours\n${files.get(policies)}`);
  const foreign = join(folder, 'prod', 'notes.txt');
  await writeFile(foreign, 'not from the drawing');

  await planner.find('workload', 'oven');
  await planner.field('ports.http.port').fill('8081');
  await planner.find('flow', 'counter-oven');
  await planner.seesAnalysis();
  await planner.previewExport(folder);
  await expect(planner.exportCounts).toContainText('1 edited by hand');
  const confirm = planner.page.getByTestId(`export-confirm-${policies}`);
  await expect(confirm).not.toBeChecked();
  await planner.writeExport();
  expect(await readFile(edited, 'utf8')).toBe(`# ours\n${files.get(policies)}`);
  expect(await readFile(foreign, 'utf8')).toBe('not from the drawing');
  const changed = await readTree(folder);
  const touched = [...changed.keys()].filter((path) => changed.get(path) !== files.get(path));
  expect(touched).toContain('prod/policies/web.yaml');
  for (const untouched of ['prod/kustomization.yaml', 'prod/policies/office.yaml']) {
    expect([...changed.keys()]).toContain(untouched);
    expect(touched).not.toContain(untouched);
  }

  await planner.previewExport(folder);
  await confirm.check();
  await planner.writeExport();
  expect(await readFile(edited, 'utf8')).not.toContain('# ours');
  expect(await readFile(foreign, 'utf8')).toBe('not from the drawing');
});

test('a file that stands where an export wants to write, and is not ours, is left alone', async ({ planner }) => {
  await planner.openDesign(bakery);
  const folder = join(planner.app.folder, 'taken');
  await mkdir(join(folder, 'prod'), { recursive: true });
  await writeFile(join(folder, 'prod', 'kustomization.yaml'), '# somebody else wrote this\n');
  await planner.previewExport(folder);
  await expect(planner.exportCounts).toContainText('1 not ours');
  await planner.writeExport();
  expect(await readFile(join(folder, 'prod', 'kustomization.yaml'), 'utf8')).toBe('# somebody else wrote this\n');
});

test('the same files come as one zip', async ({ planner }) => {
  await planner.openDesign(bakery);
  const folder = join(planner.app.folder, 'out');
  await planner.previewExport(folder);
  await planner.writeExport();

  const path = join(planner.app.folder, 'bakery.zip');
  await planner.press('Control+e');
  const button = planner.page.getByTestId('export-zip');
  await expect(button).toBeEnabled();
  await planner.app.answerDownload(path, () => button.click());
  await expect
    .poll(() =>
      stat(path).then(
        (s) => s.size > 0,
        () => false,
      ),
    )
    .toBe(true);
  const entries = unzipSync(await readFile(path));
  const zipped = new Map(Object.entries(entries).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
  const written = await readTree(folder);
  for (const [name, text] of zipped) expect([name, written.get(name)]).toEqual([name, text]);
  expect(zipped.size).toBeGreaterThan(5);
});
