/** The recipes of docs/recipes run as they are written, on a git repository made for them. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = new URL('..', import.meta.url).pathname;
const bin = join(root, 'cli/bin.mjs');
let folder = '';
let shims = '';

const design = `apiVersion: zonewright/v1
kind: Topology
metadata: {name: shop}
zones:
  dmz: {trust: 20, intraZone: deny}   # reviewed by the security team
  db: {trust: 90, intraZone: deny}
clusters:
  prod: {distribution: kubeadm, version: "1.37", cni: {name: calico}, networks: {pods: [10.20.0.0/16]}}
namespaces:
  web: {cluster: prod, zone: dmz}
  data: {cluster: prod, zone: db}
workloads:
  gateway: {namespace: web, replicas: 2, owner: team-web}
  store: {namespace: data, ports: {sql: {port: 5432}}}
`;
const opening = `flows:
  direct: {from: {workload: gateway}, to: {workload: store}, ports: all, exception: {reason: x, owner: y, until: 2030-01-01}}
`;

/** The shell blocks of a page, in its order. */
async function blocks(page: string): Promise<string[]> {
  const text = await readFile(join(root, 'docs/recipes', page), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}

async function sh(script: string, env: Readonly<Record<string, string>> = {}) {
  const identity = {
    GIT_AUTHOR_NAME: 'T',
    GIT_AUTHOR_EMAIL: 't@example.com',
    GIT_COMMITTER_NAME: 'T',
    GIT_COMMITTER_EMAIL: 't@example.com',
  };
  const own = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_PAGER: 'cat' };
  const path = { PATH: `${shims}:${process.env.PATH ?? ''}` };
  return run('sh', ['-c', script], { cwd: folder, env: { ...process.env, ...identity, ...own, ...path, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  );
}

async function put(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

beforeAll(async () => {
  await run(process.execPath, [bin, '--version']);
  shims = await mkdtemp(join(tmpdir(), 'zonewright-bin-'));
  // What npx does in a checkout with Zonewright installed.
  await writeFile(join(shims, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${bin}" "$@"\n`);
  await chmod(join(shims, 'npx'), 0o755);
}, 120_000);
afterAll(() => rm(shims, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonewright-git-'));
  await put('designs/shop.zones.yaml', design);
  await sh('git init -q -b main && git add . && git commit -qm First');
  return () => rm(folder, { recursive: true, force: true });
});

describe('docs/recipes/pull-request.md', () => {
  it('should comment on a change that opens, and fail it', async () => {
    const [script = ''] = await blocks('pull-request.md');
    await put('review.sh', script);
    await sh('git checkout -qb change');
    await put('designs/shop.zones.yaml', design + opening);
    await put('designs/fresh.zones.yaml', design.replace('name: shop', 'name: fresh'));
    await sh('git add designs && git commit -qm Change');
    const result = await sh('sh review.sh', { BASE: 'main' });
    expect(result).toMatchObject({ code: 1 });
    const comment = await readFile(join(folder, 'review/designs-shop.md'), 'utf8');
    expect(comment).toContain('| opens | critical | Flow gateway → store added |');
    expect(await readFile(join(folder, 'review/designs-shop.html'), 'utf8')).toContain('<svg ');
    const sarif = JSON.parse(await readFile(join(folder, 'review/designs-shop.sarif'), 'utf8'));
    expect(sarif.runs[0].results[0].locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: 'designs/shop.zones.yaml' },
      region: { startLine: 16 },
    });
    expect(await readFile(join(folder, 'review/designs-fresh.md'), 'utf8')).toContain('to `designs/fresh.zones.yaml`');
  });

  it('should not be evaded by another name, whatever is in it', async () => {
    const [script = ''] = await blocks('pull-request.md');
    await put('review.sh', script);
    await sh('git checkout -qb change && git mv designs/shop.zones.yaml "designs/新 店.zones.yaml"');
    await put('designs/新 店.zones.yaml', design + opening);
    await sh('git add designs && git commit -qm Renamed');
    expect(await sh('sh review.sh', { BASE: 'main' })).toMatchObject({ code: 1 });
    const comment = await readFile(join(folder, 'review/designs-新 店.md'), 'utf8');
    expect(comment).toContain('| opens | critical | Flow gateway → store added |');
    expect(comment).toContain('shop.zones.yaml` to `designs/新 店.zones.yaml`: 1 opens');
  });

  it('should pass a change that opens nothing', async () => {
    const [script = ''] = await blocks('pull-request.md');
    await put('review.sh', script);
    await sh('git checkout -qb change');
    await put('designs/shop.zones.yaml', design.replace('team-web', 'team-edge'));
    await sh('git add designs && git commit -qm Change');
    expect((await sh('sh review.sh', { BASE: 'main' })).code).toBe(0);
    expect(await readFile(join(folder, 'review/designs-shop.md'), 'utf8')).toContain('Nothing opens');
  });
});

describe('docs/recipes/git.md', () => {
  it('should show what a change means, in difftool and in diff', async () => {
    const [difftool = '', textconv = ''] = await blocks('git.md');
    await put('designs/shop.zones.yaml', design + opening);
    await sh('git commit -qam Open');
    expect((await sh(difftool)).stdout).toContain('gateway can reach store on all ports, and could not before.');
    expect((await sh(textconv)).stdout).toMatch(/^\+web\/gateway\[Deployment\] => data\/store\[Deployment\]: /m);
    // One commit that is no design does not end the whole log.
    await put('designs/shop.zones.yaml', 'zones: [');
    await sh('git commit -qam Broken');
    const log = await sh('git log -p');
    expect(log).toMatchObject({ code: 0 });
    expect(log.stdout).toContain('+zones: [');
    expect(log.stdout).toContain('First');
  });

  it('should merge edits of different fields, on one line, and keep comments', async () => {
    const [, , driver = ''] = await blocks('git.md');
    await sh(driver);
    await sh('git add . && git commit -qm Settings && git checkout -qb theirs');
    await put('designs/shop.zones.yaml', design.replace('replicas: 2', 'replicas: 5'));
    await sh('git commit -qam Theirs && git checkout -q main');
    await put('designs/shop.zones.yaml', design.replace('team-web', 'team-edge'));
    await sh('git commit -qam Ours');
    expect(await sh('git merge -q theirs -m Both')).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'designs/shop.zones.yaml'), 'utf8')).toBe(
      design.replace('replicas: 2', 'replicas: 5').replace('team-web', 'team-edge'),
    );
  });

  it('should name a conflict by record and field, and leave a design that loads', async () => {
    const [, , driver = ''] = await blocks('git.md');
    await sh(driver);
    await sh('git add . && git commit -qm Settings && git checkout -qb theirs');
    await put(
      'designs/shop.zones.yaml',
      design.replace('replicas: 2', 'replicas: 5').replace('trust: 90', 'trust: 95'),
    );
    await sh('git commit -qam Theirs && git checkout -q main');
    await put('designs/shop.zones.yaml', design.replace('replicas: 2', 'replicas: 3'));
    await sh('git commit -qam Ours');
    const result = await sh('git merge theirs -m Both');
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('Workload gateway: replicas: ours says 3, theirs says 5. Before it was 2.');
    expect((await sh('git status --short')).stdout).toContain('UU designs/shop.zones.yaml');
    const text = await readFile(join(folder, 'designs/shop.zones.yaml'), 'utf8');
    expect(text).toBe(design.replace('replicas: 2', 'replicas: 3').replace('trust: 90', 'trust: 95'));
    expect((await sh('npx zonewright validate designs/shop.zones.yaml')).code).not.toBe(2);
  });
});
