import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clusterKinds } from '../electron/files/cluster-kinds.ts';
import { analyze } from '../shared/analysis/index.ts';
import { commands } from '../shared/commands/index.ts';
import { compile } from '../shared/compile/index.ts';
import { emitters } from '../shared/compile/pipeline.ts';
import { loadDesign } from '../shared/document/index.ts';
import { rules } from '../shared/rules/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** Files below a folder, relative to it, with `/`. */
function filesBelow(folder: string, accept: (path: string) => boolean): string[] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter(accept)
    .sort();
}

const isSource = (path: string) => path.endsWith('.ts') && !/\.(test|bench)\.ts$/.test(path);

describe('registries', () => {
  const ids = (folder: string) =>
    filesBelow(folder, (path) => isSource(path) && path.includes('/'))
      .map((path) => path.slice(0, -'.ts'.length))
      .sort();

  it('should list every rule under the name of its file, and nothing else', () => {
    expect(rules.map((rule) => rule.id)).toEqual(ids('shared/rules'));
  });

  it('should list every command under the name of its file, and nothing else', () => {
    expect(Object.keys(commands)).toEqual(ids('shared/commands'));
    expect(Object.values(commands).map((command) => command.id)).toEqual(Object.keys(commands));
  });

  it('should have in the pipeline every file of emit that makes an emitter', () => {
    const pipeline = readFileSync(join(root, 'shared/compile/pipeline.ts'), 'utf8');
    const made = filesBelow('shared/compile/emit', isSource).filter((path) =>
      /: Emitter = \{/.test(readFileSync(join(root, 'shared/compile/emit', path), 'utf8')),
    );
    expect(made.length).toBeGreaterThan(3);
    for (const path of made) expect(pipeline).toContain(`'./emit/${path}'`);
  });

  it('should read from a cluster every kind that an export applies, or drift would call it gone', () => {
    const read = new Set(clusterKinds.map(({ api, kind }) => `${api.replace(/^apis?\//, '')} ${kind}`));
    const designs = [
      ...filesBelow('templates', (file) => file.endsWith('.zones.yaml')).map((file) => `templates/${file}`),
      ...filesBelow('shared/compile/cases', (file) => file.endsWith('/topology.yaml')).map(
        (file) => `shared/compile/cases/${file}`,
      ),
    ];
    const applied = designs.flatMap((path) => {
      const { document } = loadDesign(readFileSync(join(root, path), 'utf8'), { file: path });
      const files = document === undefined ? [] : compile(document.topology).files;
      return files
        .filter((f) => f.cluster !== undefined && !/^[^/]+\/(inventory|cluster|nodes)\//.test(f.path))
        .flatMap((f) => f.objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
    });
    expect(applied.length).toBeGreaterThan(1000);
    // The other version of ClusterNetworkPolicy is asked where this one is not served.
    const missing = applied.filter((kind) => !read.has(kind.replace('io/v1alpha2 Cluster', 'io/v1beta1 Cluster')));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('should have a case for every emitter', () => {
    const emitted = new Set<string>();
    for (const emitter of emitters) {
      const { emit } = emitter;
      vi.spyOn(emitter, 'emit').mockImplementation((cluster) => {
        const emission = emit.call(emitter, cluster);
        if (emission.files.length > 0) emitted.add(emitter.id);
        return emission;
      });
    }
    for (const path of filesBelow('shared/compile/cases', (file) => file.endsWith('/topology.yaml'))) {
      const { document } = loadDesign(readFileSync(join(root, 'shared/compile/cases', path), 'utf8'), { file: path });
      if (document !== undefined) compile(document.topology);
    }
    vi.restoreAllMocks();
    expect([...emitted].sort()).toEqual(emitters.map((emitter) => emitter.id).sort());
  });
});

describe('templates', () => {
  it.each(filesBelow('templates', (path) => path.endsWith('.zones.yaml')))(
    'should load and have no errors: %s',
    (name) => {
      const { document, problems } = loadDesign(readFileSync(join(root, 'templates', name), 'utf8'), { file: name });
      expect(problems).toEqual([]);
      const found = document === undefined ? [] : analyze(document.topology, { asOf: '2026-11-01' }).problems;
      expect(found.filter((p) => p.severity === 'error').map((p) => `${p.rule}: ${p.message}`)).toEqual([]);
    },
  );
});

describe('documents', () => {
  it('should be fresh where they come from registries', { timeout: 60_000 }, async () => {
    await expect(run(process.execPath, ['cli/dev/docs.mjs', '--check'], { cwd: root })).resolves.toBeDefined();
  });

  it('should name only paths that exist, besides placeholders in capitals', () => {
    const documents = [
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      ...['docs/recipes', 'docs/decisions'].flatMap((folder) =>
        filesBelow(folder, () => true).map((p) => `${folder}/${p}`),
      ),
    ];
    const missing = documents
      .filter((document) => existsSync(join(root, document)))
      .flatMap((document) => {
        const named = readFileSync(join(root, document), 'utf8').matchAll(
          /`((?:shared|renderer|electron|cli|docs|templates|e2e)\/[\w./-]*)`/g,
        );
        return [...named]
          .map(([, path = '']) => path)
          .filter((path) => !/[A-Z]{4}/.test(path) && !existsSync(join(root, path)))
          .map((path) => `${document}: ${path}`);
      });
    expect(missing).toEqual([]);
  });

  it('should give every decision a number of its own, and every library that is shipped a line in the first', () => {
    const decisions = filesBelow('docs/decisions', () => true);
    const titles = decisions.map((name) => readFileSync(join(root, 'docs/decisions', name), 'utf8').slice(0, 7));
    expect(titles).toEqual(decisions.map((name) => `# ${name.slice(0, 4)}:`));
    expect(new Set(titles).size).toBe(titles.length);
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
    const rows = readFileSync(join(root, 'docs/decisions/0001-libraries.md'), 'utf8').matchAll(/^\| ([^|]+) \|/gm);
    const told = [...rows].flatMap(([, names = '']) => names.split(', '));
    expect(Object.keys(dependencies).filter((name) => !told.includes(name))).toEqual([]);
  });
});

describe('layers', () => {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const planted = mkdtempSync(join(tmpdir(), 'zonewright-layers-'));

  interface Cruise {
    readonly summary: {
      readonly totalCruised: number;
      readonly error: number;
      readonly violations: ReadonlyArray<{ rule: { name: string }; from: string; to: string }>;
    };
  }

  async function cruise(cwd: string, areas: readonly string[]): Promise<Cruise> {
    const output = join(planted, 'cruise.json');
    const args = [cruiser, ...areas, '--config', '.dependency-cruiser.mjs', '-T', 'json', '-f', output];
    rmSync(output, { force: true });
    // It exits with the number of violations, which is no fault of the run; a run that failed writes no file.
    const failed = await run(process.execPath, args, { cwd }).then(
      () => '',
      (error: { stderr: string }) => error.stderr,
    );
    expect(existsSync(output), failed).toBe(true);
    return JSON.parse(readFileSync(output, 'utf8'));
  }

  beforeAll(() => {
    for (const file of ['.dependency-cruiser.mjs', 'tsconfig.base.json', 'package.json']) {
      writeFileSync(join(planted, file), readFileSync(join(root, file)));
    }
    symlinkSync(join(root, 'node_modules'), join(planted, 'node_modules'), 'dir');
    const plant = (path: string, text: string) => {
      mkdirSync(dirname(join(planted, path)), { recursive: true });
      writeFileSync(join(planted, path), text);
    };
    plant(
      'shared/model/index.ts',
      "import type { Window } from '../../renderer/window.ts';\nexport type Model = Window;\n",
    );
    plant('shared/reach/index.ts', "import type { Model } from '../model/index.ts';\nexport type Reach = Model;\n");
    plant('shared/rules/inner.ts', 'export const inner = 1;\n');
    plant(
      'renderer/ui/Button.tsx',
      "import type { Window } from '../window.ts';\nexport const Button = (p: { of: Window }) => <b title={p.of} />;\n",
    );
    plant('renderer/window.ts', "export { inner } from '../shared/rules/inner.ts';\nexport type Window = string;\n");
  });
  afterAll(() => rmSync(planted, { recursive: true, force: true }));

  it('should hold in all files, and all files should have been read', { timeout: 120_000 }, async () => {
    const areas = ['shared', 'renderer', 'electron', 'cli', 'e2e'].filter((area) => existsSync(join(root, area)));
    const { summary } = await cruise(root, areas);
    expect(summary.totalCruised).toBeGreaterThan(filesBelow('shared', isSource).length);
    expect(summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`)).toEqual([]);
  });

  it('should catch planted violations, type-only imports among them', { timeout: 60_000 }, async () => {
    const { summary } = await cruise(planted, ['shared', 'renderer']);
    const found = summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`);
    expect(found).toContain('layer-shared-model: shared/model/index.ts -> renderer/window.ts');
    expect(found).toContain('layer-shared-reach: shared/reach/index.ts -> shared/model/index.ts');
    expect(found).toContain('through-the-front-door: renderer/window.ts -> shared/rules/inner.ts');
    expect(found).toContain('layer-renderer-ui: renderer/ui/Button.tsx -> renderer/window.ts');
  });
});
