import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git } from '../shared/testing/git.ts';
import { testShell } from './test-shell.ts';

const templates = new URL('../templates/', import.meta.url).pathname;
const boutique = join(templates, 'online-boutique.zones.yaml');
const retail = join(templates, 'three-zones-three-clusters.zones.yaml');
const claims = join(templates, 'one-cluster-three-zones.zones.yaml');
const shell = testShell();
const { run, put } = shell;

async function tree(root: string): Promise<Record<string, string>> {
  const names = (await readdir(root, { recursive: true, withFileTypes: true })).filter((e) => e.isFile());
  const files = names.map(
    async (e) =>
      [join(e.parentPath, e.name).slice(root.length + 1), await readFile(join(e.parentPath, e.name), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

describe('zonewright', () => {
  it('should print its version and help to standard output', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n', err: '' });
    expect((await run(['--help'])).out).toContain('validate');
    for (const command of ['validate', 'export', 'diff', 'connectivity', 'explain', 'merge', 'schema']) {
      const result = await run([command, '--help']);
      expect(result).toMatchObject({ code: 0, err: '' });
      expect(result.out).toContain(`Usage: zonewright ${command}`);
    }
  });

  it.each([
    [[]],
    [['paint']],
    [['validate']],
    [['validate', '--severity', 'huge', 'x']],
    [['validate', '--as-of', '2027-02-30', 'x']],
    [['validate', '--colour', 'x']],
    [['validate', 'absent.zones.yaml']],
    [['export', boutique]],
    [['export', boutique, '--out', 'x', '--cluster', 'none']],
    [['diff', boutique]],
    [['diff', boutique, 'absent']],
    [['diff', '-', '-']],
    [['diff', boutique, boutique, '--format', 'csv']],
    [['merge', boutique, boutique, boutique]],
    [['merge', boutique, boutique, '--out', 'x']],
    [['schema', 'x']],
  ])('should answer %j with exit code 2', async (args) => {
    const result = await run(args);
    expect(result.code).toBe(2);
    expect(result.err + result.out).toMatch(/\S/);
  });
});

describe('zonewright validate', () => {
  it('should find the templates free of errors', async () => {
    const result = await run(['validate', boutique, retail]);
    expect(result.code).toBe(0);
    expect(result.err).toMatch(/^(no problems|\d+ (warning|info)s?(, \d+ info)?)\n$/);
  });

  it('should name file, line and column of what is wrong, and exit with 1', async () => {
    const text = (await readFile(boutique, 'utf8')).replace('to: {workload: frontend}', 'to: {workload: fronted}');
    const path = await put('broken.zones.yaml', text);
    const line = text.split('\n').findIndex((l) => l.includes('fronted')) + 1;
    const result = await run(['validate', 'broken.zones.yaml']);
    expect(result.code).toBe(1);
    expect(result.out).toContain(`broken.zones.yaml:${line}:`);
    const json = JSON.parse((await run(['validate', path, '--format', 'json'])).out);
    expect(json).toMatchObject({ apiVersion: 'zonewright/v1', kind: 'Problems' });
    expect(json.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', file: path, line, fixable: expect.any(Boolean) }),
    );
  });

  it('should exit with 1 for warnings only where asked', async () => {
    expect((await run(['validate', retail])).code).toBe(0);
    expect((await run(['validate', retail, '--severity', 'warning'])).code).toBe(1);
  });

  it('should judge expiry against the day asked for', async () => {
    const findings = async (day: string) =>
      JSON.parse((await run(['validate', retail, '--as-of', day, '--format', 'json'])).out).problems.filter(
        (p: { rule: string }) => p.rule === 'flow/expired',
      );
    expect(await findings('2026-01-01')).toEqual([]);
    expect((await findings('2030-01-01')).length).toBeGreaterThan(0);
  });

  it('should read standard input', async () => {
    const result = await run(['validate', '-', '--format', 'json'], {
      stdin: 'apiVersion: zonewright/v9\nkind: Topology\n',
    });
    expect(result.code).toBe(2);
    expect(JSON.parse(result.out).problems).toEqual([
      expect.objectContaining({ rule: 'document/newer-version', file: 'stdin', line: 1 }),
    ]);
  });

  it('should check every file although one cannot be read', async () => {
    const result = await run(['validate', 'absent.zones.yaml', retail]);
    expect(result.code).toBe(2);
    expect(result.out).toContain('absent.zones.yaml: error:');
    expect(result.out).toContain('settlement-erp');
  });

  it('should write SARIF that code hosts take', async () => {
    const sarif = JSON.parse((await run(['validate', retail, '--format', 'sarif'])).out);
    expect(sarif).toMatchObject({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'Zonewright', version: '1.2.3' } } }],
    });
    const [{ results, tool }] = sarif.runs;
    expect(results.length).toBeGreaterThan(0);
    for (const r of results) {
      expect(tool.driver.rules[r.ruleIndex].id).toBe(r.ruleId);
      expect(['error', 'warning', 'note']).toContain(r.level);
      expect(r.locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
    }
  });
});

describe('zonewright export', () => {
  it('should write the same bytes twice, and say the second time that nothing changed', async () => {
    const first = await run(['export', retail, '--out', 'out', '--format', 'json']);
    const files = await tree(join(shell.folder, 'out'));
    expect(first.code).toBe(0);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        'zonewright.json',
        'edge/kustomization.yaml',
        'core/kustomization.yaml',
        'data/kustomization.yaml',
      ]),
    );
    const report = JSON.parse(first.out);
    expect(report).toMatchObject({
      apiVersion: 'zonewright/v1',
      kind: 'Export',
      proof: {
        connections: { extra: [], extraByAddress: [], missing: [], cannotSay: [] },
        placement: { extra: [], missing: [], cannotSay: [] },
        storage: { extra: [], missing: [], cannotSay: [] },
        runtime: { extra: [], missing: [], cannotSay: [] },
      },
    });
    expect(new Set(report.files.map((f: { change: string }) => f.change))).toEqual(new Set(['added']));
    expect(report.files.map((f: { path: string }) => f.path).sort()).toEqual(Object.keys(files).sort());
    expect(report.coverage.length).toBeGreaterThan(0);

    const second = JSON.parse((await run(['export', retail, '--out', 'out', '--format', 'json'])).out);
    expect(new Set(second.files.map((f: { change: string }) => f.change))).toEqual(new Set(['same']));
    expect(await tree(join(shell.folder, 'out'))).toEqual(files);
  });

  it('should mark what an update cannot change', async () => {
    await run(['export', claims, '--out', 'out']);
    const moved = (await readFile(claims, 'utf8')).replace('export: app-rbd', 'export: other-pool');
    const design = await put('claims.zones.yaml', moved);
    const changed = await run(['export', design, '--out', 'out', '--dry-run']);
    expect(changed.out).toContain(
      '~ prod/storage/storage-classes.yaml\n    replace StorageClass app-block: parameters\n',
    );
    const { files } = JSON.parse((await run(['export', design, '--out', 'out', '--format', 'json'])).out);
    expect(files.filter((f: { replaces?: unknown }) => f.replaces !== undefined)).toMatchObject([
      { path: 'prod/storage/storage-classes.yaml', replaces: [{ kind: 'StorageClass', fields: ['parameters'] }] },
    ]);
  });

  it('should write nothing with --dry-run', async () => {
    const result = await run(['export', boutique, '--out', 'out', '--dry-run']);
    expect(result.code).toBe(0);
    expect(result.out).toContain('+ boutique/kustomization.yaml');
    expect(await readdir(shell.folder)).toEqual([]);
  });

  it('should leave edited and foreign files alone and write nothing, until they are named', async () => {
    await run(['export', boutique, '--out', 'out']);
    const changed = await put(
      'shop.zones.yaml',
      (await readFile(boutique, 'utf8'))
        .replaceAll('boutique:', 'shop:')
        .replaceAll('cluster: boutique', 'cluster: shop'),
    );
    const path = 'boutique/kustomization.yaml';
    await writeFile(join(shell.folder, 'out', path), '# mine\n');
    const before = await tree(join(shell.folder, 'out'));
    const refused = await run(['export', changed, '--out', 'out']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`${path} (edited, would be removed)`);
    expect(await tree(join(shell.folder, 'out'))).toEqual(before);

    const confirmed = await run(['export', changed, '--out', 'out', '--overwrite', path]);
    expect(confirmed.code).toBe(0);
    expect(Object.keys(await tree(join(shell.folder, 'out'))).filter((f) => f.startsWith('boutique/'))).toEqual([]);
  });

  it('should export one cluster and leave what others have in the folder', async () => {
    await run(['export', retail, '--out', 'all']);
    const all = await tree(join(shell.folder, 'all'));
    const one = await run(['export', retail, '--out', 'one', '--cluster', 'edge']);
    expect(one.code).toBe(0);
    const files = Object.keys(await tree(join(shell.folder, 'one')));
    expect(files.filter((f) => f.startsWith('core/') || f.startsWith('data/'))).toEqual([]);
    expect(
      JSON.parse((await tree(join(shell.folder, 'one')))['zonewright.json'] ?? '').clusters.map(
        (c: { id: string }) => c.id,
      ),
    ).toEqual(['edge']);
    await run(['export', retail, '--out', 'all', '--cluster', 'edge']);
    expect(await tree(join(shell.folder, 'all'))).toEqual(all);
    await run(['export', retail, '--out', 'one', '--cluster', 'core']);
    await run(['export', retail, '--out', 'one', '--cluster', 'data']);
    expect(await tree(join(shell.folder, 'one'))).toEqual(all);
  });

  it('should write a zip with the same files, and replace only zips of its own', async () => {
    await run(['export', boutique, '--out', 'out']);
    expect((await run(['export', boutique, '--out', 'shop.zip', '--zip'])).code).toBe(0);
    const zip = unzipSync(new Uint8Array(await readFile(join(shell.folder, 'shop.zip'))));
    expect(
      Object.fromEntries(Object.entries(zip).map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])),
    ).toEqual(await tree(join(shell.folder, 'out')));
    expect((await run(['export', boutique, '--out', 'shop.zip', '--zip'])).code).toBe(0);
    await put('other.zip', 'no zip');
    expect((await run(['export', boutique, '--out', 'other.zip', '--zip'])).code).toBe(1);
    expect(await readFile(join(shell.folder, 'other.zip'), 'utf8')).toBe('no zip');
  });

  it('should not export a design of which a part cannot be read', async () => {
    const path = await put('broken.zones.yaml', (await readFile(boutique, 'utf8')).replace('trust: 20', 'trust: much'));
    const result = await run(['export', path, '--out', 'out']);
    expect(result.code).toBe(2);
    expect(result.err).toMatch(/broken\.zones\.yaml:\d+:\d+: error/);
    expect(await readdir(shell.folder)).toEqual(['broken.zones.yaml']);
  });
});

describe('zonewright diff', () => {
  const opened = async () =>
    put(
      'after.zones.yaml',
      (await readFile(boutique, 'utf8')).replace(
        'flows:\n',
        'flows:\n  stock: {from: {workload: adservice}, to: {workload: redis-cart}, ports: [{port: redis}]}\n',
      ),
    );

  it('should find nothing between a design and itself', async () => {
    expect(await run(['diff', boutique, boutique, '--fail-on', 'any'])).toMatchObject({
      code: 0,
      out: '',
      err: 'no differences\n',
    });
  });

  it('should say what opens, and exit with 1 only where asked', async () => {
    const after = await opened();
    const result = await run(['diff', boutique, after]);
    expect(result).toMatchObject({ code: 0, err: '1 opens\n' });
    expect(result.out).toContain('adservice → redis-cart on TCP 6379 becomes possible.');
    expect((await run(['diff', boutique, after, '--fail-on', 'opens'])).code).toBe(1);
    expect((await run(['diff', boutique, after, '--fail-on', 'weakens'])).code).toBe(1);
    expect((await run(['diff', after, boutique, '--fail-on', 'weakens'])).code).toBe(0);
    expect((await run(['diff', after, boutique, '--fail-on', 'any'])).code).toBe(1);
  });

  it('should count for --fail-on only what is grave enough', async () => {
    const quiet = await put(
      'quiet.zones.yaml',
      (await readFile(boutique, 'utf8')).replace('intraZone: deny', 'intraZone: deny\n    dns: none'),
    );
    expect((await run(['diff', quiet, boutique, '--fail-on', 'opens'])).code).toBe(1);
    expect((await run(['diff', quiet, boutique, '--fail-on', 'opens', '--severity', 'medium'])).code).toBe(0);
  });

  it('should print the contract as JSON, with what follows from the edit, and a comment as Markdown', async () => {
    const after = await opened();
    const json = JSON.parse((await run(['diff', boutique, after, '--format', 'json'])).out);
    expect(json).toMatchObject({ apiVersion: 'zonewright/v1', kind: 'Difference' });
    expect(json.entries[0]).toMatchObject({
      class: 'opens',
      severity: 'critical',
      layer: 'record',
      change: 'added',
      subject: { kind: 'flow', id: 'stock' },
      after: { from: { workload: 'adservice' }, to: { workload: 'redis-cart' }, ports: [{ port: 'redis' }] },
      causes: [{ kind: 'flow', id: 'stock' }],
      message: 'Flow adservice → redis-cart added: adservice → redis-cart on TCP 6379 becomes possible.',
    });
    expect(json.entries[1]).toMatchObject({
      class: 'opens',
      layer: 'connection',
      change: 'added',
      after: [{ protocol: 'TCP', start: 6379, end: 6379 }],
      causes: [{ kind: 'flow', id: 'stock' }],
      message: 'adservice can reach redis-cart on TCP 6379, and could not before.',
    });
    expect(new Set(json.entries.map((e: { layer: string }) => e.layer))).toEqual(
      new Set(['record', 'connection', 'manifest']),
    );
    const md = (await run(['diff', boutique, after, '--format', 'md'])).out;
    expect(md).toMatch(/^## One edit opens or weakens something\n/);
    expect(md).toContain('| opens | critical | Flow adservice → redis-cart added |');
    expect(md).toContain('+  name: stock-in');
  });

  it('should print a page with both pictures, and results for tools that read SARIF', async () => {
    const after = await opened();
    const html = (await run(['diff', boutique, after, '--format', 'html'])).out;
    expect(html.match(/<svg /g)).toHaveLength(2);
    expect(html).toContain('class="flow added opens"');
    const sarif = JSON.parse((await run(['diff', boutique, after, '--format', 'sarif'])).out);
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toMatch(/after\.zones\.yaml$/);
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.region.startLine).toBeGreaterThan(1);
  });

  it('should take an empty file for a design in which nothing is drawn', async () => {
    expect((await run(['diff', await put('none', ''), boutique, '--fail-on', 'opens'])).code).toBe(1);
    expect((await run(['diff', boutique, await put('none', ''), '--fail-on', 'opens'])).code).toBe(0);
  });

  it('should compare folders of manifests by object, and a folder with what a design exports', async () => {
    const after = await opened();
    await run(['export', boutique, '--out', 'a']);
    await run(['export', after, '--out', 'b']);
    const entries = async (x: string, y: string) =>
      JSON.parse((await run(['diff', x, y, '--format', 'json'])).out).entries as Array<{
        layer: string;
        change: string;
        subject: { kind: string; id: string };
      }>;
    const found = await entries('a', 'b');
    expect(found.filter((e) => e.change === 'added').map((e) => e.subject.id)).toEqual(
      expect.arrayContaining(['boutique/shop/stock-out', 'boutique/baskets/stock-in']),
    );
    expect(found.filter((e) => e.layer === 'connection').map((e) => e.subject.id)).toEqual([
      expect.stringMatching(/^shop\/.*\[Deployment\] → baskets\/redis-cart\[Deployment\]$/),
    ]);
    expect(new Set(found.map((e) => e.layer))).toEqual(new Set(['connection', 'manifest']));
    expect(await entries('a', boutique)).toEqual([]);
    expect(await entries('b', after)).toEqual([]);
  });

  it('should read designs and folders at a git revision', async () => {
    git(shell.folder, 'init', '-q');
    await put('designs/shop.zones.yaml', await readFile(boutique, 'utf8'));
    await run(['export', 'designs/shop.zones.yaml', '--out', 'live']);
    git(shell.folder, 'add', '.');
    git(shell.folder, 'commit', '-qm', 'First');
    await writeFile(join(shell.folder, 'designs/shop.zones.yaml'), await readFile(await opened(), 'utf8'));
    expect((await run(['diff', 'HEAD:designs/shop.zones.yaml', 'designs/shop.zones.yaml'])).err).toBe('1 opens\n');
    expect(
      (await run(['diff', 'HEAD:./shop.zones.yaml', 'shop.zones.yaml'], { cwd: join(shell.folder, 'designs') })).err,
    ).toBe('1 opens\n');
    expect((await run(['diff', 'HEAD:live', 'live', '--fail-on', 'any'])).code).toBe(0);
    expect(await run(['diff', 'HEAD:designs/gone.zones.yaml', boutique])).toMatchObject({
      code: 2,
      err: expect.stringContaining('was not there at HEAD'),
    });
    expect(await run(['diff', 'nowhere:designs/shop.zones.yaml', boutique])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no revision nowhere'),
    });
  });

  it('should refuse a folder with a file that is no YAML, and name the place', async () => {
    await put('live/a.yaml', 'kind: [\n');
    const result = await run(['diff', 'live', boutique]);
    expect(result.code).toBe(2);
    expect(result.err).toMatch(/live\/a\.yaml:\d+:\d+: error/);
  });
});

describe('zonewright schema', () => {
  it('should print a JSON Schema that names the sections of a design', async () => {
    const schema = JSON.parse((await run(['schema'])).out);
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['zones', 'clusters', 'flows', 'storage']));
  });
});

describe('the built command', () => {
  const bin = new URL('bin.mjs', import.meta.url).pathname;
  beforeAll(() => promisify(execFile)(process.execPath, [bin, '--version']), 120_000);
  afterAll(() => undefined);

  it('should run as a process, with the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect((await promisify(execFile)(process.execPath, [bin, '--version'])).stdout).toBe(`${version}\n`);
  });

  it('should exit with 2 and say nothing on standard output for bad usage', async () => {
    const failure = await promisify(execFile)(process.execPath, [bin, 'validate']).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failure).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('name at least one design') });
  });

  it('should end quietly where the reader closes the pipe', async () => {
    const child = spawn(process.execPath, [bin, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.destroy();
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(err).toBe('');
  });

  it('should read a design from standard input', async () => {
    const child = execFile(process.execPath, [bin, 'validate', '-', '--format', 'json']);
    child.stdin?.end(await readFile(boutique));
    let out = '';
    child.stdout?.on('data', (chunk) => {
      out += chunk;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(JSON.parse(out).kind).toBe('Problems');
  });
});
