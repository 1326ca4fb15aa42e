import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFakeApiServer, status } from '../e2e/fake-api-server.ts';
import { loadDesign } from '../shared/document/index.ts';
import { testShell } from './test-shell.ts';

const templates = new URL('../templates/', import.meta.url).pathname;
const shell = testShell();
const { run, put } = shell;

const deployment = (namespace: string, name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: x, ports: [{containerPort: 8080}]}]}
`;

async function written(name: string) {
  const { document, problems } = loadDesign(await readFile(join(shell.folder, name), 'utf8'));
  expect(problems).toEqual([]);
  return document?.topology;
}

describe('zonewright import', () => {
  it('should make a design that loads, and print the proposal with its reasons', async () => {
    await put('estate/web.yaml', deployment('shop-web', 'front'));
    await put('estate/db.yaml', deployment('shop-db', 'store'));
    const { code, out } = await run(['import', 'estate', '--out', 'shop.zones.yaml']);
    expect(code).toBe(0);
    expect(out).toContain('Zone web, trust 30\n  shop-web: Its name holds the word “web”.\n');
    expect(out).toContain('The design means what the manifests allow: 10 pairs are equal.');
    expect(Object.keys((await written('shop.zones.yaml'))?.workloads ?? {})).toEqual(['store', 'front']);
  });

  it('should give an export back as the design it came from', async () => {
    await run(['export', join(templates, 'online-boutique.zones.yaml'), '--out', 'out']);
    const { code, out } = await run(['import', 'out', '--out', 'back.zones.yaml', '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'Import',
      givenBack: true,
      workloads: 12,
      equality: { extra: 0, missing: 0 },
    });
    expect((await run(['diff', join(templates, 'online-boutique.zones.yaml'), 'back.zones.yaml'])).err).toBe(
      'no differences\n',
    );
  });

  it('should take corrections of the proposal', async () => {
    await put('estate/all.yaml', `${deployment('a', 'one')}---\n${deployment('b', 'two')}`);
    const args = ['import', 'estate', '--out', 'x.zones.yaml', '--zone', 'a=edge', '--zone', 'b='];
    const { code, err } = await run(args);
    expect(code).toBe(0);
    expect(err).toContain('Namespace b with 1 workload has no zone, so it is not drawn.');
    const topology = await written('x.zones.yaml');
    expect([Object.keys(topology?.zones ?? {}), Object.keys(topology?.workloads ?? {})]).toEqual([['edge'], ['one']]);
    expect((await run([...args.slice(0, 4), '--force', '--zone', 'gone=x'])).code).toBe(2);
  });

  it('should make a cluster of each folder where it is asked to', async () => {
    await put('estate/blue/a.yaml', deployment('shop', 'one'));
    await put('estate/green/a.yaml', deployment('shop', 'one'));
    expect((await run(['import', 'estate', '--out', 'x.zones.yaml', '--by-folder'])).code).toBe(0);
    const topology = await written('x.zones.yaml');
    expect(Object.keys(topology?.clusters ?? {})).toEqual(['blue', 'green']);
    expect(Object.entries(topology?.namespaces ?? {}).map(([id, n]) => [id, n.cluster, n.name])).toEqual([
      ['blue-shop', 'blue', 'shop'],
      ['green-shop', 'green', 'shop'],
    ]);
  });

  it('should read standard input, and write nothing without --out', async () => {
    const { code, out } = await run(['import', '-'], { stdin: deployment('a', 'one') });
    expect(code).toBe(0);
    expect(out).toContain('1 cluster, 1 namespace, 1 workload');
  });

  it('should write over nothing without --force', async () => {
    await put('estate/a.yaml', deployment('a', 'one'));
    await put('x.zones.yaml', 'mine');
    const { code, err } = await run(['import', 'estate', '--out', 'x.zones.yaml']);
    expect([code, err]).toEqual([
      2,
      'zonewright import: x.zones.yaml exists. Name another file, or write over it with --force.\n',
    ]);
    expect(await readFile(join(shell.folder, 'x.zones.yaml'), 'utf8')).toBe('mine');
    expect((await run(['import', 'estate', '--out', 'x.zones.yaml', '--force'])).code).toBe(0);
  });

  it('should read what it can of a broken folder, and name the rest by file and line', async () => {
    await put('estate/good.yaml', deployment('a', 'one'));
    await put('estate/broken.yaml', `${deployment('a', 'two')}---\nkind: [\n`);
    await put(
      'estate/chart/templates/web.yaml',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n',
    );
    await put('estate/latin.yaml', '');
    await writeFile(join(shell.folder, 'estate/latin.yaml'), Buffer.from([0x6b, 0xe9, 0x0a]));
    await put('estate/kustomization.yaml', 'kind: Kustomization\nresources: [good.yaml]\n');
    await put('estate/.git/config.yaml', 'not: [yaml');
    await put('estate/scalar.yaml', 'just text\n');
    const { code, out, err } = await run(['import', 'estate', '--out', 'x.zones.yaml', '--format', 'json']);
    expect(code).toBe(0);
    const { problems, workloads } = JSON.parse(out) as { problems: Array<Record<string, unknown>>; workloads: number };
    expect(workloads).toBe(2);
    expect(problems.filter((p) => !String(p.rule).startsWith('import/a')).map((p) => [p.rule, p.file, p.line])).toEqual(
      [
        ['yaml/syntax', 'estate/broken.yaml', 11],
        ['import/template', 'estate/chart/templates/web.yaml', 4],
        ['file/unreadable', 'estate/latin.yaml', undefined],
        ['manifest/not-an-object', 'estate/scalar.yaml', 1],
        ['import/nothing-restricted', undefined, undefined],
        ['import/network-plugin', undefined, undefined],
      ],
    );
    expect(err).not.toContain('Kustomization');
  });

  it('should say of a kustomization that nobody built it, and take its patches for no objects', async () => {
    await put('estate/base/kustomization.yaml', 'resources: [web.yaml]\n');
    await put('estate/base/web.yaml', deployment('shop', 'web'));
    await put(
      'estate/overlays/prod/kustomization.yaml',
      'namespace: prod\nresources: [../../base]\npatches: [{path: ./a-patch.yaml}, {path: ../op.yaml, target: {kind: Deployment}}]\n',
    );
    await put(
      'estate/overlays/prod/a-patch.yaml',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 3}\n',
    );
    await put('estate/overlays/op.yaml', '- {op: remove, path: /spec/replicas}\n');
    const { code, err } = await run(['import', 'estate', '--out', 'x.zones.yaml']);
    expect(code).toBe(0);
    expect(Object.keys((await written('x.zones.yaml'))?.workloads ?? {})).toEqual(['web']);
    expect(err).toContain(
      'estate/overlays/prod/kustomization.yaml: warning: Nobody has built this kustomization: what it changes (namespace, patches) takes no part',
    );
    expect(err).not.toMatch(/base\/kustomization|patch\.yaml|op\.yaml/);
  });

  it('should keep nothing of Secrets', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: a}\nstringData: {password: hunter2}\n';
    await put('estate/a.yaml', `${deployment('a', 'one')}---\n${secret}`);
    const { out, err } = await run(['import', 'estate', '--out', 'x.zones.yaml', '--format', 'json']);
    expect(out + err + (await readFile(join(shell.folder, 'x.zones.yaml'), 'utf8'))).not.toMatch(/hunter2|Secret/);
  });

  it('should exit with 2 where there is nothing to import', async () => {
    await mkdir(join(shell.folder, 'empty'));
    const { code, err } = await run(['import', 'empty', '--out', 'x.zones.yaml']);
    expect([code, err]).toEqual([
      2,
      'zonewright import: empty holds no Kubernetes objects. Name a folder or file of manifests.\n',
    ]);
    expect((await run(['import', 'gone', '--out', 'x.zones.yaml'])).code).toBe(2);
    expect((await run(['import'])).code).toBe(2);
  });
});

describe('zonewright diff against a folder for each cluster', () => {
  /** A design of two clusters, and what runs in folders of those names, without any index. */
  async function estate(...folders: readonly string[]) {
    for (const folder of folders) await put(`live/${folder}/a.yaml`, deployment('shop', 'one'));
    await put('drawn/blue/a.yaml', deployment('shop', 'one'));
    await put('drawn/green/a.yaml', deployment('shop', 'one'));
    await run(['import', 'drawn', '--out', 'x.zones.yaml', '--by-folder', '--force']);
  }
  const changed = async () => put('live/green/b.yaml', deployment('shop', 'miner'));

  it('should know the clusters by their folders, and say which is which', async () => {
    await estate('blue', 'green');
    expect(await run(['diff', 'x.zones.yaml', 'live', '--fail-on', 'opens'])).toMatchObject({
      code: 0,
      err: expect.stringContaining('Cluster “blue” is compared with blue.\nCluster “green” is compared with green.\n'),
    });
    await changed();
    const { out } = await run(['diff', 'x.zones.yaml', 'live']);
    expect(out).toContain('Workload “miner” is live and not drawn');
    expect(out).not.toContain('is drawn and not live');
  });

  it('should take a folder for the cluster that it is said to be', async () => {
    await estate('east', 'west', 'other');
    const { err, out } = await run([
      'diff',
      'x.zones.yaml',
      'live',
      '--cluster',
      'east=blue',
      '--cluster',
      'west=green',
    ]);
    expect(out).not.toContain('is drawn and not live');
    expect(err).toContain('Cluster “blue” is compared with east.\nCluster “green” is compared with west.\n');
    expect(err).toContain('“other” was read, and the design has no cluster of that name');
  });

  it('should refuse names that nobody has', async () => {
    await estate('blue', 'green');
    const args = ['diff', 'x.zones.yaml', 'live', '--cluster'];
    expect(await run([...args, 'blue=red'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--cluster names the cluster "red", and the design has blue, green.'),
    });
    expect(await run([...args, 'east=blue'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--cluster names "east", and nothing was read under that name.'),
    });
    expect((await run([...args, 'blue'])).code).toBe(2);
  });
});

describe('zonewright import --context', () => {
  const container = { spec: { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 8080 }] }] } };
  const lists = {
    'api/v1/namespaces': [{ metadata: { name: 'shop-web' } }],
    'apis/apps/v1/deployments': [
      {
        metadata: { name: 'front', namespace: 'shop-web' },
        spec: { template: { metadata: { labels: { app: 'front' } }, ...container } },
      },
    ],
  };
  const start = async (answer?: Parameters<typeof startFakeApiServer>[0]['answer']) => {
    const server = await startFakeApiServer({ lists, ...(answer !== undefined && { answer }) });
    await put('config', server.kubeconfig(['blue', 'green']));
    return server;
  };

  it('should make one design of several contexts, and find no drift from it', async () => {
    const server = await start();
    try {
      const args = ['--context', 'blue', '--context', 'green', '--kubeconfig', 'config'];
      const { code, out } = await run(['import', ...args, '--out', 'x.zones.yaml']);
      expect([code, out.split('\n')[0]]).toEqual([0, '2 clusters, 2 namespaces, 2 workloads, 2 flows.']);
      expect(Object.keys((await written('x.zones.yaml'))?.clusters ?? {})).toEqual(['blue', 'green']);
      const drift = await run(['diff', 'x.zones.yaml', ...args, '--fail-on', 'opens']);
      expect(drift.code).toBe(0);
    } finally {
      await server.close();
    }
  });

  it('should say what may not be read, and refuse a context that is not there', async () => {
    const server = await start(({ path }) =>
      path.endsWith('/networkpolicies') ? status(403, 'Forbidden', 'no') : undefined,
    );
    try {
      const args = ['import', '--kubeconfig', 'config', '--out', 'x.zones.yaml'];
      const { code, err } = await run([...args, '--context', 'blue']);
      expect(code).toBe(0);
      expect(err).toContain(
        'blue: You may not list networkpolicies in shop-web (403), so they were not read. The design may lack what they say. [cluster/withheld]',
      );
      expect(await run([...args, '--force', '--context', 'red'])).toMatchObject({
        code: 2,
        err: 'zonewright import: The kubeconfig has no context "red". It has blue, green.\n',
      });
    } finally {
      await server.close();
    }
  });
});
