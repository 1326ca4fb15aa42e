import { describe, expect, it } from 'vitest';
import { loadDesign, locate, positionOf } from './index.ts';

const head = 'apiVersion: zonewright/v1\nkind: Topology\nmetadata: {name: t}\n';

/** Loads head and body; the problems must be `expected`, each `line:column rule message`. Returns the topology. */
function check(body: string, expected: string[]) {
  return checkWhole(head + body, expected);
}

function checkWhole(text: string, expected: string[]) {
  const { document, problems } = loadDesign(text, { file: 'shop.zones.yaml' });
  expect(problems.map((p) => `${p.line}:${p.column} ${p.rule} ${p.message}`)).toEqual(expected);
  expect(problems.every((p) => p.file === 'shop.zones.yaml')).toBe(true);
  return document?.topology;
}

describe('fields', () => {
  it('should suggest the nearest known name for an unknown field, and load the rest', () => {
    const topology = check('zones:\n  dmz:\n    trust: 20\n    intraZon: deny\n', [
      '7:5 document/unknown-field The field intraZon of zone “dmz” is not known. Did you mean intraZone? Until then it is left out.',
    ]);
    expect(topology?.zones).toEqual({ dmz: { trust: 20 } });
  });

  it('should list the known fields where none is near', () => {
    check('zones:\n  dmz: {trust: 20, images: {colour: red}}\n', [
      '5:29 document/unknown-field The field images.colour of zone “dmz” is not known. Known fields are registries and pin. Remove it or correct its name. Until then it is left out.',
    ]);
  });

  it('should leave out a record that lacks a field it needs', () => {
    const topology = check('zones:\n  dmz: {name: DMZ}\n  app: {trust: 50}\n', [
      '5:3 document/missing-field Zone “dmz” has no field trust, which it needs. Add it: 0 to 100, unique in the design. Inward means towards more trust. Until then zone “dmz” is left out.',
    ]);
    expect(topology?.zones).toEqual({ app: { trust: 50 } });
  });

  it('should say how to write a version that was taken for a number', () => {
    const topology = check('clusters:\n  prod:\n    distribution: kubeadm\n    version: 1.37\n', [
      '7:14 document/wrong-type The field version of cluster “prod” must be text, but is the number 1.37. Put it in quotes: "1.37". Until then cluster “prod” is left out.',
    ]);
    expect(topology?.clusters).toEqual({});
  });

  it('should speak of a version as it is written, which YAML reads as another number', () => {
    check('clusters:\n  prod:\n    distribution: kubeadm\n    version: 1.30\n', [
      '7:14 document/wrong-type The field version of cluster “prod” must be text, but is the number 1.30. Put it in quotes: "1.30". Until then cluster “prod” is left out.',
    ]);
  });

  it('should name the values that are allowed', () => {
    const topology = check('zones:\n  dmz: {trust: 20, podSecurity: restrictd, dns: 5}\n', [
      '5:33 document/not-allowed The field podSecurity of zone “dmz” cannot be the text “restrictd”. Did you mean restricted? Possible are privileged, baseline and restricted. Until then it is left out.',
      '5:49 document/not-allowed The field dns of zone “dmz” cannot be the number 5. Write cluster or none. Until then it is left out.',
    ]);
    expect(topology?.zones).toEqual({ dmz: { trust: 20 } });
  });

  it('should explain values that are out of bounds or malformed', () => {
    check(
      'zones:\n  a: {trust: 200}\nclusters:\n  c: {distribution: kind, version: "1.37", networks: {pods: [10.0.0.1/8]}}\n',
      [
        '5:14 document/bad-value The field trust of zone “a” must be at most 100, but is the number 200. 0 to 100, unique in the design. Inward means towards more trust. Until then zone “a” is left out.',
        '7:62 document/bad-value The field networks.pods[0] of cluster “c” must be an address range such as 10.20.0.0/16 or 2001:db8::/48, without host bits; found the text “10.0.0.1/8”. An address range, canonical CIDR: 10.20.0.0/16, 2001:db8::/48. Until then the field networks.pods of cluster “c” is left out.',
      ],
    );
  });

  it('should leave out a flow whose protocol cannot be read, as it would mean another one without it', () => {
    const topology = check(
      'zones: {a: {trust: 1}}\nflows:\n  f: {from: {zone: a}, to: {zone: a}, ports: [{port: 53, protocol: UPD}]}\n',
      [
        '6:68 document/not-allowed The field ports[0].protocol of flow “f” cannot be the text “UPD”. Did you mean UDP? Possible are TCP, UDP and SCTP. Until then flow “f” is left out.',
      ],
    );
    expect(topology?.flows).toEqual({});
  });

  it('should explain ends of flows', () => {
    check('zones: {a: {trust: 1}}\nflows:\n  f: {from: {zone: a, workload: b}, to: {zone: 5}, ports: all}\n', [
      '6:7 document/bad-value The field from of flow “f” must name exactly one of workload, namespace, zone, external, but is a map. Until then flow “f” is left out.',
      '6:48 document/wrong-type The field to.zone of flow “f” must be text, but is the number 5. Put it in quotes: "5". Until then flow “f” is left out.',
    ]);
  });

  it('should load an empty section, a section of comments, and a record without fields', () => {
    const topology = check('zones:\nflows:\n  # later\nexternals:\n  net:\n', []);
    expect(topology).toEqual({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 't' },
      externals: { net: {} },
    });
  });

  it('should read dates and Chinese names as text', () => {
    const topology = check(
      'zones: {a: {trust: 1, name: 支付}}\nflows: {f: {from: {zone: a}, to: {zone: a}, ports: all, until: 2027-06-30}}\n',
      [],
    );
    expect(topology?.zones?.a?.name).toBe('支付');
    expect(topology?.flows?.f?.until).toBe('2027-06-30');
  });
});

describe('taints', () => {
  it('should be keys and values that can stand in a command, because the node steps write them into one', () => {
    for (const taint of ["{key: 'a;id', effect: NoExecute}", "{key: a, value: '$(id)', effect: NoExecute}"]) {
      const { document, problems } = loadDesign(
        `${head}zones: {app: {trust: 5}}\nclusters:\n  c: {distribution: kubeadm, version: "1.37", pools: {p: {zone: app, nodes: 1, taints: [${taint}]}}}\n`,
      );
      expect(problems.map((p) => p.rule)).toEqual(['document/bad-value']);
      expect(JSON.stringify(document?.topology)).not.toContain('id');
    }
  });
});

describe('names', () => {
  it('should refuse ids that are no DNS labels', () => {
    const topology = check('zones:\n  My Zone: {trust: 1}\n  5: {trust: 2}\n', [
      '5:3 document/bad-name “My Zone” cannot be a name in the field zones: it must be a DNS-1123 label: lower-case letters, digits and "-", at most 63 characters. Rename it, here and where it is referred to. Until then it is left out.',
    ]);
    expect(topology?.zones).toEqual({ 5: { trust: 2 } });
  });

  it('should report a key that stands twice, with both places', () => {
    const topology = check('zones:\n  a: {trust: 1}\n  b: {trust: 2}\n  a: {trust: 3}\n', [
      '7:3 yaml/duplicate-key The key “a” stands twice in one map, and only one of them can count. Remove one or rename it. The first one is in line 5, column 3.',
    ]);
    expect(topology?.zones).toEqual({ a: { trust: 1 }, b: { trust: 2 } });
  });

  it('should refuse keys that are lists', () => {
    check('zones:\n  [a, b]: {trust: 1}\n', [
      '5:3 yaml/key A key has to be text; lists, maps, aliases and nothing at all cannot be keys here. Write a name before the colon.',
    ]);
  });

  it('should not let __proto__ in, and take constructor for a name like any other', () => {
    const topology = check('zones:\n  __proto__: {trust: 1}\n  constructor: {trust: 2}\n', [
      '5:3 yaml/unsafe-key The key “__proto__” is not read, because it would change the program’s own objects. Rename or remove it.',
    ]);
    expect(Object.keys(topology?.zones ?? {})).toEqual(['constructor']);
    expect(Object.getPrototypeOf(topology?.zones)).toBe(Object.prototype);
  });
});

describe('references', () => {
  it('should report a name that leads nowhere and keep the record', () => {
    const topology = check(
      'zones:\n  dmz: {trust: 1}\nnamespaces:\n  web: {cluster: prod, zone: dmx}\nmatrix:\n  gone: {}\n',
      [
        '7:18 reference/dangling Namespace “web” names the cluster “prod”, which does not exist. Add the cluster or correct the name.',
        '7:30 reference/dangling Namespace “web” names the zone “dmx”, which does not exist. Did you mean “dmz”? Correct the name.',
        '9:3 reference/dangling The matrix names the zone “gone”, which does not exist. Add the zone or correct the name.',
      ],
    );
    expect(topology?.namespaces?.web).toEqual({ cluster: 'prod', zone: 'dmx' });
  });

  it('should say where the target is there but could not be read', () => {
    const { problems } = loadDesign(
      `${head}zones: {a: {trust: x}}\nnamespaces: {n: {cluster: c, zone: a}}\nclusters: {c: {distribution: kind, version: "1.37"}}\n`,
    );
    expect(problems.at(-1)?.message).toBe(
      'Namespace “n” names the zone “a”, which could not be loaded. It stands in the file but cannot be read; correct it there.',
    );
  });
});

describe('files that are no design', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', 'document/empty'],
    ['comments only', '# hello\n', 'document/empty'],
    ['a list', '- a\n', 'document/not-a-design'],
    ['a text', 'hello', 'document/not-a-design'],
    ['a manifest', 'apiVersion: v1\nkind: Pod\n', 'document/not-a-design'],
    ['another kind', 'apiVersion: zonewright/v1\nkind: Other\n', 'document/wrong-kind'],
    ['a newer version', 'apiVersion: zonewright/v2\nkind: Topology\n', 'document/newer-version'],
    ['a version of no kind', 'apiVersion: zonewright/vx\nkind: Topology\n', 'document/not-a-design'],
    ['a NUL byte', 'a: \0\n', 'yaml/syntax'],
    ['a tab', 'a:\n\tb: 1\n', 'yaml/syntax'],
    ['an open bracket', `${head}zones: {a: [\n`, 'yaml/syntax'],
    ['too much text', 'a'.repeat(21 * 1024 * 1024), 'yaml/too-large'],
    ['deep nesting', '['.repeat(5000), 'yaml/syntax'],
  ])('should refuse %s with one problem', (_, text, rule) => {
    const { document, problems } = loadDesign(text);
    expect(document).toBeUndefined();
    expect(problems.map((p) => p.rule)).toEqual([rule]);
    expect(problems[0]?.line).toBeGreaterThan(0);
    expect(problems[0]?.message).toMatch(/\.$/);
  });

  it('should place syntax errors', () => {
    checkWhole(`${head}zones:\n\tdmz: {trust: 1}\n`, [
      '5:1 yaml/syntax This is not valid YAML: tab characters must not be used in indentation. Indent with spaces instead of tabs.',
    ]);
  });

  it('should report an alias of its own value, and load the rest', () => {
    const topology = check('zones: {a: {trust: 1}, b: &b {trust: 2, runtimes: *b}, c: {trust: 3, runtimes: *d}}\n', [
      '4:51 yaml/recursive-alias The alias *b stands inside the value that it names, so the value would have no end. Write the inner value out.',
      '4:80 yaml/unknown-alias The alias *d names no anchor that stands before it. Write the value itself, or put &d on an earlier value.',
    ]);
    expect(topology?.zones).toEqual({ a: { trust: 1 }, b: { trust: 2 }, c: { trust: 3 } });
  });

  it('should refuse a billion laughs at once', () => {
    const bomb = [
      'a0: &a0 [lol, lol]',
      ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
    ].join('\n');
    const { document, problems } = loadDesign(`${head}${bomb}\n`);
    expect(document).toBeUndefined();
    expect(problems.map((p) => p.rule)).toEqual(['yaml/alias-bomb']);
  });

  it('should list every one of very many problems', () => {
    // More than a function takes as arguments.
    expect(loadDesign(`${head}zones: {}\n${'zones: {}\n'.repeat(150_000)}`).problems).toHaveLength(150_000);
  });

  it('should take a file without apiVersion for the first version, and say so', () => {
    const topology = checkWhole('kind: Topology\nmetadata: {name: t}\nzones: {a: {trust: 1}}\n', [
      '1:1 document/missing-version The document does not say which version of the format it has. Add apiVersion: zonewright/v1 as the first line. Until then it is read as that version.',
    ]);
    expect(topology?.apiVersion).toBe('zonewright/v1');
  });

  it('should name a design without a name after its file', () => {
    const topology = checkWhole('apiVersion: zonewright/v1\nkind: Topology\n', [
      '1:1 document/missing-field The document has no field metadata, which it needs. Add it. Until then the design is named after its file.',
    ]);
    expect(topology?.metadata).toEqual({ name: 'shop' });
  });
});

describe('positions', () => {
  const { document } = loadDesign(
    `\uFEFF${head}zones:\n  dmz:\n    trust: 20\n    runtimes: [a, b]\n`.replaceAll('\n', '\r\n'),
    { file: 'f' },
  );
  if (document === undefined) throw new Error('loads');

  it('should be those of scalars, keys of maps, and items', () => {
    expect(positionOf(document, ['apiVersion'])).toEqual({ line: 1, column: 13 });
    expect(positionOf(document, ['zones', 'dmz'])).toEqual({ line: 5, column: 3 });
    expect(positionOf(document, ['zones', 'dmz', 'trust'])).toEqual({ line: 6, column: 12 });
    expect(positionOf(document, ['zones', 'dmz', 'runtimes', 1])).toEqual({ line: 7, column: 19 });
  });

  it('should fall back to the nearest parent', () => {
    expect(positionOf(document, ['zones', 'dmz', 'images', 'pin'])).toEqual({ line: 5, column: 3 });
    expect(positionOf(document, ['flows', 'f'])).toEqual({ line: 1, column: 1 });
  });

  it('should be given to problems by path or by subject', () => {
    const problem = { rule: 'r', severity: 'error', message: 'm.', fixable: false } as const;
    const located = locate(
      [
        { ...problem, path: ['zones', 'dmz', 'trust'] },
        { ...problem, subject: { kind: 'zone', id: 'dmz' } },
        { ...problem, subject: { kind: 'Pod', id: 'p' } },
      ],
      document,
    );
    expect(located.map(({ file, line }) => [file, line])).toEqual([
      ['f', 6],
      ['f', 5],
      [undefined, undefined],
    ]);
  });
});
