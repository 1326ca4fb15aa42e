import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../shared/document/index.ts';
import { git } from '../shared/testing/git.ts';
import { testShell } from './test-shell.ts';

const shell = testShell();
const { run, put } = shell;
const boutique = new URL('../templates/online-boutique.zones.yaml', import.meta.url).pathname;

const pods = (port: number) => `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata: {name: shop}
- apiVersion: v1
  kind: Pod
  metadata: {name: web, namespace: shop, labels: {app: web}}
  spec: {containers: [{name: c, image: i}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: db, namespace: shop, labels: {app: db}}
  spec: {containers: [{name: c, image: i}]}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: db, namespace: shop}
  spec:
    podSelector: {matchLabels: {app: db}}
    policyTypes: [Ingress]
    ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: ${port}}]}]
`;
const asPowerShellWrites = (text: string) => Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'utf16le');

describe('what PowerShell writes', () => {
  it('should be compared and imported like the same text in UTF-8', async () => {
    await put('old/all.yaml', pods(80));
    await put('new/all.yaml', pods(81));
    await put('old16/all.yaml', asPowerShellWrites(pods(80)));
    await put('new16/all.yaml', asPowerShellWrites(pods(81)));
    await put('new8/all.yaml', `\uFEFF${pods(81).replaceAll('\n', '\r\n')}`);
    const expected = await run(['diff', 'old', 'new']);
    expect(expected.out).toContain('TCP 81');
    expect(await run(['diff', 'old16', 'new16'])).toMatchObject({ code: 0, out: expected.out, err: expected.err });
    expect((await run(['diff', 'new16', 'new8'])).out).toBe((await run(['diff', 'new', 'new'])).out);

    const imported = async (path: string) => (await run(['import', path])).out;
    expect(await imported('new16/all.yaml')).toBe(await imported('new/all.yaml'));
    const stdin = asPowerShellWrites(await readFile(boutique, 'utf8'));
    expect(await run(['diff', boutique, '-'], { stdin })).toMatchObject({ code: 0, err: 'no differences\n' });
  });
});

describe('a folder of designs', () => {
  it('should stand for its one design', async () => {
    const text = await readFile(boutique, 'utf8');
    await put('a/shop.zones.yaml', text);
    await put('b/shop.zones.yaml', text.replace('trust: 20', 'trust: 30'));
    // What was decided in a review lies beside the design.
    await put('b/shop.review.yaml', 'apiVersion: zonewright/v1\nkind: Review\nmetadata: {name: shop}\n');
    const { out, err } = await run(['diff', 'a', 'b']);
    expect(out).toContain('Zone DMZ changed');
    expect(err).toContain('b holds no manifests, so its one design is taken: b/shop.zones.yaml.');
    expect((await run(['diff', boutique, 'b'])).out).toBe(out);
  });

  it('should be nothing beside manifests where nothing is drawn in it', async () => {
    await put('a/shop.zones.yaml', '');
    await put('b/all.yaml', pods(80));
    expect((await run(['diff', 'a', 'b'])).out).toContain('shop/db');
  });

  it('should say what to name where it holds several', async () => {
    await put('a/shop.zones.yaml', '');
    await put('a/x/bank.zones.yaml', '');
    const { code, err } = await run(['diff', 'a', boutique]);
    expect(code).toBe(2);
    expect(err).toContain(
      '2 designs and no manifests: shop.zones.yaml, x/bank.zones.yaml. Name one design on each side',
    );
  });

  it('should be compared by its manifests where it holds some, and say what is left out', async () => {
    await put('a/all.yaml', pods(80));
    await put('a/shop.zones.yaml', await readFile(boutique, 'utf8'));
    await put('b/all.yaml', pods(80));
    const { out, err } = await run(['diff', 'a', 'b']);
    expect(out).toBe('');
    expect(err).toContain('a is compared by its manifests; left out are the designs shop.zones.yaml.');
    expect((await run(['connectivity', 'a'])).out).toBe((await run(['connectivity', 'b'])).out);
    expect((await run(['import', 'a'])).code).toBe(0);
  });
});

describe('a file of manifests', () => {
  // As `helm template` and `kustomize build` print: several documents, some of them empty.
  const stream = (port: number) =>
    `---\n# Source: shop/templates/none.yaml\n---\n${pods(port)
      .replace(/^apiVersion: v1\nkind: List\nitems:\n/, '')
      .replace(/^- /gm, '---\n')
      .replace(/^ {2}/gm, '')}`;

  it('should be compared like a folder of it, whatever its name is and wherever it comes from', async () => {
    await put('old/all.yaml', pods(80));
    await put('new/all.yaml', pods(81));
    await put('new.txt', stream(81));
    const expected = await run(['diff', 'old', 'new']);
    expect(expected).toMatchObject({ code: 0, out: expect.stringContaining('TCP 81') });
    const same = { code: 0, out: expected.out, err: expected.err };
    expect(await run(['diff', 'old/all.yaml', 'new/all.yaml'])).toMatchObject(same);
    expect(await run(['diff', 'old/all.yaml', 'new.txt'])).toMatchObject(same);
    expect(await run(['diff', 'old', '-'], { stdin: stream(81) })).toMatchObject(same);
    git(shell.folder, 'init', '-q');
    git(shell.folder, 'add', '.');
    git(shell.folder, 'commit', '-qm', 'First');
    expect(await run(['diff', 'HEAD:old/all.yaml', 'HEAD:new.txt'])).toMatchObject(same);
    const sarif = async (after: string) => (await run(['diff', 'HEAD:old', after, '--format', 'sarif'])).out;
    expect(await sarif('HEAD:new.txt')).toContain('"uri": "new.txt"');
    git(shell.folder, 'mv', 'new', 'x');
    git(shell.folder, 'rm', '-rq', 'old', 'new.txt');
    git(shell.folder, 'commit', '-qm', 'Second');
    // At the root of the repository as below it, hosts of code show a file by its path in the repository.
    const atRoot = await run(['diff', 'HEAD~1:old', 'HEAD:', '--format', 'sarif']);
    expect(atRoot.out).toContain('"uri": "x/all.yaml"');
  });

  it('should come through a pipe of a shell', { skip: platform === 'win32' }, async () => {
    await put('old.yaml', pods(80));
    const pipe = join(shell.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [{ out }] = await Promise.all([run(['diff', 'old.yaml', pipe]), writeFile(pipe, pods(81))]);
    expect(out).toContain('TCP 81');
  });

  it('should be live beside a design, and say what is missing beside an empty file', async () => {
    await put('live.yaml', pods(80));
    await put('nothing.yaml', '# Nothing is switched on.\n---\n');
    expect((await run(['diff', boutique, 'live.yaml'])).err).toContain(
      'Before is what is drawn, after is what is live.',
    );
    const { out } = await run(['diff', 'nothing.yaml', 'live.yaml']);
    expect(out).toContain('shop/db');
    expect((await run(['diff', 'live.yaml', '/dev/null'])).out).toMatch(/removed/);
    expect(await run(['diff', 'nothing.yaml', '/dev/null'])).toMatchObject({ code: 0, out: '' });
  });

  it('should not pass for no difference where it is none of the clusters of a design', async () => {
    await put('live.yaml', pods(80));
    const three = new URL('../templates/three-zones-three-clusters.zones.yaml', import.meta.url).pathname;
    const { code, err } = await run(['diff', three, 'live.yaml', '--fail-on', 'any']);
    expect(code).toBe(2);
    expect(err).toContain('Nothing could be compared: no cluster of the design is among what was read from live.yaml.');
  });

  it('should not be missed where the command before a pipe failed', async () => {
    await put('live.yaml', pods(80));
    const { code, out, err } = await run(['diff', 'live.yaml', '-', '--fail-on', 'opens'], { stdin: '' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Nothing came through stdin, as where the command before it failed. Name ');
    expect((await run(['diff', 'live.yaml', '-'], { stdin: '\n' })).code).toBe(2);
  });

  it('should be the cluster of a design that it is said to be', async () => {
    const three = new URL('../templates/three-zones-three-clusters.zones.yaml', import.meta.url).pathname;
    const [cluster] = Object.keys(loadDesign(await readFile(three, 'utf8')).document?.topology.clusters ?? {});
    await put('live/all.yaml', pods(80));
    const { err } = await run(['diff', three, 'live/all.yaml', '--cluster', `live/all.yaml=${cluster}`]);
    expect(err).toContain(`Cluster “${cluster}” is compared with live/all.yaml.`);
  });

  it('should be a design where it says so in JSON', async () => {
    const json =
      '{"apiVersion":"zonewright/v1","kind":"Topology","metadata":{"name":"a"},"zones":{"dmz":{"trust":20}}}';
    expect(await run(['diff', '-', '/dev/null'], { stdin: json })).toMatchObject({
      code: 0,
      out: expect.stringContaining('Zone dmz removed'),
    });
  });

  it('should be no design for what it carries in a field', async () => {
    const carried = (await readFile(boutique, 'utf8')).replace(/^/gm, '    ');
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n  shop.zones.yaml: |\n${carried}`;
    await put('a.yaml', map);
    await put('b.yaml', map.replace('name: shop', 'name: bank'));
    expect(await run(['diff', 'a.yaml', 'b.yaml'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('ConfigMap'),
    });
    expect((await run(['connectivity', 'a.yaml'])).err).not.toContain('zones.yaml');
  });

  it('should say where it cannot be read, and what it lacks to be either', async () => {
    await put('good.yaml', pods(80));
    await put('broken.yaml', `${pods(80)}---\na: [\n`);
    await put('notes.yaml', 'kind: Pod\n');
    const broken = await run(['diff', 'good.yaml', 'broken.yaml']);
    expect(broken).toMatchObject({
      code: 2,
      err: expect.stringMatching(/broken\.yaml cannot be read whole\.\nbroken\.yaml:2\d:/),
    });
    const notes = await run(['diff', 'notes.yaml', 'good.yaml']);
    expect(notes.code).toBe(2);
    expect(notes.err).toContain('notes.yaml is no design, which begins with apiVersion: zonewright/v1, and holds no');
    expect(notes.err).toContain('notes.yaml:1:1: error: This document has no apiVersion');
    expect((await run(['merge', 'good.yaml', boutique, boutique, '--out', 'x'])).err).toContain(
      'good.yaml holds manifests.',
    );
  });
});

describe('two designs of which the newer is not proven', () => {
  it('should say so where asked, because the review relies on the proof for pods that nobody drew', async () => {
    const workload = (id: string, labels: string) =>
      `  ${id}: {namespace: api, ports: {http: {port: 80}}, labels: {${labels}}}\n`;
    const design = (more = '') => `apiVersion: zonewright/v1
kind: Topology
metadata: {name: shop}
zones: {app: {trust: 50, intraZone: deny}}
clusters: {prod: {distribution: kubeadm, version: "1.36.1", cni: {name: calico, version: "3.33"}}}
namespaces: {api: {cluster: prod, zone: app}}
flows: {f: {from: {workload: front}, to: {workload: a}, ports: [{port: http}]}}
workloads:
${workload('front', 'app: front')}${workload('a', 'app: a')}${more}`;
    await put('old.zones.yaml', design());
    await put('new.zones.yaml', design(workload('b', 'app: a, also: b')));
    const { out, err } = await run(['diff', 'old.zones.yaml', 'new.zones.yaml', '--prove']);
    expect(out).toContain('front can reach b on TCP 80, and could not before.');
    expect(err).toContain('new.zones.yaml is not proven: its export allows 1 connection that nobody drew.');
    expect((await run(['diff', 'new.zones.yaml', 'old.zones.yaml', '--prove'])).err).toBe(
      '1 closes\nThe export of old.zones.yaml allows nothing that nobody drew.\n',
    );
    expect((await run(['diff', 'old.zones.yaml', 'new.zones.yaml'])).err).not.toContain('proven');
    await put('live/pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {}\n');
    const folder = await run(['diff', 'live', 'new.zones.yaml', '--prove']);
    expect(folder).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--prove is for two designs') });
  });
});

describe('zonewright merge', () => {
  it('should say what edits of different places bring together that neither has alone', async () => {
    const base = await readFile(boutique, 'utf8');
    const blocked = base.replace(/db: \{access: allow-only, .*\}/, 'db: {access: block-all, severity: critical}');
    const flow =
      'flows:\n  ad-redis: {from: {workload: adservice}, to: {workload: redis-cart}, ports: [{port: redis}]}';
    await put('base.zones.yaml', base);
    await put('ours.zones.yaml', blocked);
    await put('theirs.zones.yaml', base.replace(/^flows:/m, flow));
    const merge = (ours: string, theirs: string) =>
      run(['merge', 'base.zones.yaml', ours, theirs, '--out', 'out.zones.yaml', '--path', 'shop.zones.yaml']);
    const { code, err } = await merge('ours.zones.yaml', 'theirs.zones.yaml');
    expect(code).toBe(0);
    expect(err).toMatch(
      /^Together the edits bring what neither has alone:\nshop\.zones\.yaml:\d+:3: error: Flow “ad-redis” .* the matrix blocks that/,
    );
    // What one side has alone is its own.
    expect((await merge('ours.zones.yaml', 'base.zones.yaml')).err).toBe('merged\n');
  });
});
