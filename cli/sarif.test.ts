import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { git } from '../shared/testing/git.ts';
import { testShell } from './test-shell.ts';

const shell = testShell();
const { run, put } = shell;

/** What SARIF 2.1.0 (OASIS) says of the properties that Zonewright writes, and that code hosts show results by. */
const text = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { minLength: 1 } },
};
const level = { enum: ['none', 'note', 'warning', 'error'] };
const object = (required: readonly string[], properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const rule = object(['id', 'shortDescription'], {
  id: { type: 'string', minLength: 1 },
  shortDescription: text,
  fullDescription: text,
  help: text,
  defaultConfiguration: object(['level'], { level }),
  properties: object([], {
    tags: { type: 'array', uniqueItems: true, items: { type: 'string' } },
    'security-severity': { type: 'string', pattern: '^(10|[0-9])(\\.[0-9])?$' },
  }),
});
const location = object(['physicalLocation'], {
  physicalLocation: object(['artifactLocation', 'region'], {
    // A reference of RFC 3986: nothing that has to be written with % stands as it is.
    artifactLocation: object(['uri'], { uri: { type: 'string', pattern: "^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$" } }),
    region: object(['startLine'], {
      startLine: { type: 'integer', minimum: 1 },
      startColumn: { type: 'integer', minimum: 1 },
    }),
  }),
  logicalLocations: {
    type: 'array',
    minItems: 1,
    uniqueItems: true,
    items: object(['name'], {
      name: { type: 'string' },
      kind: { type: 'string' },
      fullyQualifiedName: { type: 'string' },
    }),
  },
});
const result = object(['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'], {
  ruleId: { type: 'string' },
  ruleIndex: { type: 'integer', minimum: 0 },
  level,
  message: text,
  partialFingerprints: { type: 'object', minProperties: 1, additionalProperties: { type: 'string' } },
  locations: { type: 'array', minItems: 1, items: location },
});
const log = object(['$schema', 'version', 'runs'], {
  $schema: { type: 'string' },
  version: { const: '2.1.0' },
  runs: {
    type: 'array',
    minItems: 1,
    items: object(['tool', 'results'], {
      tool: object(['driver'], {
        driver: object(['name'], {
          name: { type: 'string' },
          version: { type: 'string' },
          rules: { type: 'array', uniqueItems: true, items: rule },
        }),
      }),
      automationDetails: object(['id'], { id: { type: 'string' } }),
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      results: { type: 'array', items: result },
    }),
  },
});
const validate = new Ajv({ strictTypes: false, allErrors: true }).compile(log);

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: ReadonlyArray<{
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number; readonly startColumn?: number };
    };
  }>;
}

/** The results of a review, after everything that holds for every review was checked. */
async function review(...args: readonly string[]): Promise<readonly Result[]> {
  const { out } = await run(['diff', ...args, '--format', 'sarif']);
  const sarif = JSON.parse(out);
  expect(validate(sarif), JSON.stringify(validate.errors, undefined, 1)).toBe(true);
  const [{ results, tool }] = sarif.runs as [
    { results: Result[]; tool: { driver: { rules: Array<{ id: string; defaultConfiguration: { level: string } }> } } },
  ];
  for (const { ruleId, ruleIndex, level: own, locations } of results) {
    expect(tool.driver.rules[ruleIndex]).toMatchObject({ id: ruleId, defaultConfiguration: { level: own } });
    for (const { physicalLocation } of locations) {
      const lines = (
        await readFile(join(shell.folder, decodeURI(physicalLocation.artifactLocation.uri)), 'utf8')
      ).split('\n');
      const { startLine, startColumn = 1 } = physicalLocation.region;
      expect(startLine).toBeLessThanOrEqual(lines.length);
      expect(startColumn).toBeLessThanOrEqual((lines[startLine - 1] ?? '').length + 1);
    }
  }
  const prints = results.map((r) => JSON.stringify(r.partialFingerprints));
  expect(new Set(prints).size).toBe(prints.length);
  return results;
}

const lineOf = ({ locations: [first] }: Result) => first?.physicalLocation.region.startLine;
const fileOf = ({ locations: [first] }: Result) => first?.physicalLocation.artifactLocation.uri;

const design = `apiVersion: zonewright/v1
kind: Topology
metadata: {name: shop}
zones:
  dmz: {trust: 20, runtimes: [kata]}
  db: {trust: 90, intraZone: deny, podSecurity: restricted}
clusters:
  prod: {distribution: kubeadm, version: "1.37", cni: {name: calico}}
  spare: {distribution: kubeadm, version: "1.37", cni: {name: calico}}
namespaces:
  web: {cluster: prod, zone: dmz}
  data: {cluster: prod, zone: db}
workloads:
  gateway: {namespace: web, ports: {https: {port: 8443}}}
  store: {namespace: data, ports: {sql: {port: 5432}}}
runtimes:
  kata: {from: kata-qemu}
  runc: {from: runc}
`;
const opening = `flows:
  sql: {from: {workload: gateway}, to: {workload: store}, ports: [{port: sql}], exception: {reason: a, owner: b, until: "2030-01-01"}}
`;
const weaker = design.replace('runtimes: [kata]', 'runtimes: [runc]').replace(', podSecurity: restricted', '');

describe('SARIF of a review', () => {
  it('should be valid for two designs, with the line of the edit', async () => {
    await put('a b/before.zones.yaml', design);
    await put('a b/after.zones.yaml', weaker + opening);
    const results = await review('a b/before.zones.yaml', 'a b/after.zones.yaml');
    expect(new Set(results.map((r) => r.ruleId.split('/').slice(1, 3).join(' ')))).toEqual(
      new Set(['record opens', 'record weakens', 'connection opens', 'isolation weakens']),
    );
    expect(new Set(results.map(fileOf))).toEqual(new Set(['a%20b/after.zones.yaml']));
    const connection = results.find((r) => r.ruleId.startsWith('diff/connection/'));
    expect(connection && lineOf(connection)).toBe(weaker.split('\n').length + 1);
  });

  it('should be valid where nothing differs, and where only something closes', async () => {
    await put('before.zones.yaml', design + opening);
    await put('after.zones.yaml', design);
    expect(await review('before.zones.yaml', 'before.zones.yaml')).toEqual([]);
    expect(await review('before.zones.yaml', 'after.zones.yaml')).toEqual([]);
  });

  it('should have the same fingerprints in every run, wherever the edit stands in the file', async () => {
    await put('before.zones.yaml', design);
    await put('after.zones.yaml', weaker + opening);
    await put('later.zones.yaml', `# A comment moves every line.\n\n${weaker}${opening}`);
    const [one, again, later] = [
      await review('before.zones.yaml', 'after.zones.yaml'),
      await review('before.zones.yaml', 'after.zones.yaml'),
      await review('before.zones.yaml', 'later.zones.yaml'),
    ];
    const prints = (results: readonly Result[]) => results.map((r) => r.partialFingerprints);
    expect(again).toEqual(one);
    expect(prints(later)).toEqual(prints(one));
    expect(later.map(lineOf)).toEqual(one.map((r) => (lineOf(r) ?? 0) + 2));
  });

  it('should be valid for a revision, and stay in the file as it is where what weakens is gone', async () => {
    git(shell.folder, 'init', '-q');
    const guarded = `${design}matrix:\n  dmz:\n    db: {access: block-all}\n${opening}`;
    await put('shop.zones.yaml', guarded.replace(/, exception: .*\}\}/, '}'));
    git(shell.folder, 'add', '.');
    git(shell.folder, 'commit', '-qm', 'First');
    const after = design.split('\n').slice(0, 16).join('\n');
    await writeFile(
      join(shell.folder, 'shop.zones.yaml'),
      guarded.replace(/, exception: .*\}\}/, '}').replace('block-all', 'allow-all'),
    );
    expect((await review('HEAD:shop.zones.yaml', 'shop.zones.yaml')).map(fileOf)).toContain('shop.zones.yaml');
    await writeFile(join(shell.folder, 'shop.zones.yaml'), `${after}\n`);
    expect((await review('HEAD:shop.zones.yaml', 'shop.zones.yaml')).length).toBeGreaterThan(0);
  });

  it('should be valid for folders of manifests, with the line of the object, and for what is live', async () => {
    await put('shop.zones.yaml', design + opening);
    await run(['export', 'shop.zones.yaml', '--out', 'was']);
    await run(['export', 'shop.zones.yaml', '--out', 'is']);
    const namespaces = join(shell.folder, 'is/prod/namespaces.yaml');
    const strict = await readFile(namespaces, 'utf8');
    const open = strict.replace('enforce: restricted', 'enforce: privileged');
    expect(open).not.toBe(strict);
    await writeFile(namespaces, open);
    const results = await review('was', 'is');
    expect(results.length).toBeGreaterThan(0);
    expect(new Set(results.map(fileOf))).toEqual(new Set(['is/prod/namespaces.yaml']));
    expect(await review('shop.zones.yaml', 'is')).not.toEqual([]);
    expect(await review('was', 'shop.zones.yaml')).toEqual([]);
    // What is gone is shown in the file that is left.
    await writeFile(join(shell.folder, 'is/prod/policies/data.yaml'), '# empty\n');
    expect(new Set((await review('was', 'is')).map(fileOf)).size).toBeGreaterThan(0);
  });
});
