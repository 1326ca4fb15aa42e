import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/index.ts';
import type { DesignDocument } from './index.ts';
import { loadDesign, newDesign, saveDesign } from './index.ts';

interface Draft {
  zones: Record<string, Record<string, unknown>>;
  workloads?: Record<string, Record<string, unknown>>;
}

const head = 'apiVersion: zonewright/v1\nkind: Topology\nmetadata: {name: t}\n';

/** Loads the text, applies the edit, and expects the saved text to be exactly `expected`; returns its problems. */
function check(text: string, edit: (draft: Draft) => void, expected: string) {
  const document = load(text);
  const draft = structuredClone(document.topology) as unknown as Draft;
  edit(draft);
  const saved = saveDesign(document, draft as unknown as Topology);
  expect(saved.text).toBe(expected);
  return saved.problems;
}

function load(text: string): DesignDocument {
  const { document, problems } = loadDesign(text, { file: 't.zones.yaml' });
  if (document === undefined) throw new Error(JSON.stringify(problems));
  return document;
}

describe('changing a value', () => {
  it('should keep comments, order and quotes', () => {
    check(
      `${head}# all zones\nzones:\n    dmz:   # outer\n        trust: 20   # low\n        name: 'DMZ'\n`,
      (d) => {
        Object.assign(d.zones.dmz ?? {}, { trust: 30, name: "it's" });
      },
      `${head}# all zones\nzones:\n    dmz:   # outer\n        trust: 30   # low\n        name: 'it''s'\n`,
    );
  });

  it('should edit a map in braces in place', () => {
    check(
      `${head}zones: { dmz: { trust: 20, name: DMZ }, app: {trust: 50} } # all\n`,
      (d) => {
        Object.assign(d.zones.dmz ?? {}, { trust: 21, dns: 'none' });
      },
      `${head}zones: { dmz: { trust: 21, dns: none, name: DMZ }, app: {trust: 50} } # all\n`,
    );
  });

  it('should put a new field on a line of its own, in schema order and in the indentation of the file', () => {
    check(
      `${head}zones:\n   dmz:\n      trust: 20\n      cpu: shared\n`,
      (d) => {
        Object.assign(d.zones.dmz ?? {}, { intraZone: 'deny', name: 'DMZ' });
      },
      `${head}zones:\n   dmz:\n      name: DMZ\n      trust: 20\n      intraZone: deny\n      cpu: shared\n`,
    );
  });

  it('should keep CRLF, the byte order mark and a missing break at the end', () => {
    const text = `\uFEFF${head}zones:\n  dmz: {trust: 20}\n  app:\n    trust: 50`.replaceAll('\n', '\r\n');
    check(
      text,
      (d) => {
        Object.assign(d.zones.app ?? {}, { name: 'App' });
        d.zones.new = { trust: 60 };
      },
      text.replace('    trust: 50', '    name: App\r\n    trust: 50\r\n  new:\r\n    trust: 60'),
    );
  });

  it.each([
    ['1.37', '"1.37"'],
    ['y', '"y"'],
    ['no', '"no"'],
    ['0123', '"0123"'],
    ['1_000', '"1_000"'],
    ['12:30:45', '"12:30:45"'],
    ['2027-06-30', '2027-06-30'],
    ['a # b', '"a # b"'],
    ['a#b', 'a#b'],
    ['a: b', '"a: b"'],
    ['- a', '"- a"'],
    ['*a', '"*a"'],
    ['&a', '"&a"'],
    ['!a', '"!a"'],
    ['null', '"null"'],
    ['', '""'],
    [' a', '" a"'],
    ['支付系统', '支付系统'],
    ['a\tb', '"a\\tb"'],
    ['\u0007', '"\\x07"'],
    ['two\nlines', '|-\n      two\n      lines'],
    ['two\nlines\n', '|\n      two\n      lines'],
    [' two\nlines', '" two\\nlines"'],
  ])('should write the text %j as %s', (text, written) => {
    check(
      `${head}zones:\n  dmz:\n    trust: 20\n    description: old # note\n`,
      (d) => {
        Object.assign(d.zones.dmz ?? {}, { description: text });
      },
      `${head}zones:\n  dmz:\n    trust: 20\n    description: ${written.includes('\n') ? written.replace('\n', ' # note\n') : `${written} # note`}\n`,
    );
  });

  it('should replace a value of several lines', () => {
    check(
      `${head}zones:\n  dmz:\n    description: |\n      one\n      two\n\n    # next\n    trust: 20\n`,
      (d) => {
        Object.assign(d.zones.dmz ?? {}, { description: 'short' });
      },
      `${head}zones:\n  dmz:\n    description: short\n\n    # next\n    trust: 20\n`,
    );
  });

  it('should edit items of lists where they stand', () => {
    check(
      `${head}zones:\n  dmz:\n    trust: 20\n    runtimes:\n    - a # first\n    - b\n    - c # last\n    exposure: [ingress, direct]\n`,
      (d) => {
        Object.assign(d.zones.dmz ?? {}, { runtimes: ['a', 'x', 'c', 'd'], exposure: ['direct'] });
      },
      `${head}zones:\n  dmz:\n    trust: 20\n    runtimes:\n    - a # first\n    - x\n    - c # last\n    - d\n    exposure: [direct]\n`,
    );
  });
});

describe('adding and removing records', () => {
  it('should append a record to its section in canonical form', () => {
    check(
      `${head}zones:\n  dmz: {trust: 20}\n  # app comes here\n\nexternals:\n  net: {kind: internet}\n`,
      (d) => {
        d.zones.app = { trust: 50, runtimes: ['runc'] };
      },
      `${head}zones:\n  dmz: {trust: 20}\n  app:\n    trust: 50\n    runtimes: [runc]\n  # app comes here\n\nexternals:\n  net: {kind: internet}\n`,
    );
  });

  it('should put a new section into its place', () => {
    check(
      `${head}zones:\n  dmz: {trust: 20}\n# who is outside\nexternals:\n  net: {kind: internet}\n`,
      (d) => {
        d.workloads = { w: { namespace: 'shop' } };
      },
      `${head}zones:\n  dmz: {trust: 20}\nworkloads:\n  w:\n    namespace: shop\n# who is outside\nexternals:\n  net: {kind: internet}\n`,
    );
  });

  it('should fill a section that is there but empty', () => {
    check(
      `${head}zones:\n  # none yet\nexternals: {}\n`,
      (d) => {
        d.zones = { dmz: { trust: 20 } };
      },
      `${head}zones:\n  dmz:\n    trust: 20\n  # none yet\nexternals: {}\n`,
    );
  });

  it('should remove a record with the comment on it, and keep the comment of the section', () => {
    check(
      `${head}zones:\n  # the zones, from outside to inside\n\n  # faces the internet\n  # and nothing else\n  dmz:\n    trust: 20\n    # inside dmz\n  # the rest\n  app: {trust: 50}\n`,
      (d) => {
        delete d.zones.dmz;
      },
      `${head}zones:\n  # the zones, from outside to inside\n\n  # the rest\n  app: {trust: 50}\n`,
    );
  });

  it('should rename a record where it stands', () => {
    check(
      `${head}zones:\n  # outer\n  "dmz": # the zone\n    trust: 20 # low\n  app: {trust: 50}\n`,
      (d) => {
        const { dmz, ...rest } = d.zones;
        Object.assign(d, { zones: { ...rest, edge: { ...dmz, trust: 20 } } });
      },
      `${head}zones:\n  # outer\n  "edge": # the zone\n    trust: 20 # low\n  app: {trust: 50}\n`,
    );
  });

  it('should rename a record that was edited as well', () => {
    check(
      `${head}zones:\n  # outer\n  dmz:\n    name: A\n    dns: none\n    trust: 20\n`,
      (d) => {
        Object.assign(d, { zones: { edge: { name: 'A', dns: 'none', trust: 21 } } });
      },
      `${head}zones:\n  # outer\n  edge:\n    name: A\n    dns: none\n    trust: 21\n`,
    );
  });

  it('should leave braces behind where the last record goes', () => {
    check(
      `${head}zones:\n  dmz:\n    trust: 20\nexternals: {a: {trust: 1}}\n`,
      (d) => {
        Object.assign(d, { zones: {}, externals: {} });
      },
      `${head}zones: {}\nexternals: {}\n`,
    );
  });
});

describe('aliases', () => {
  const text = `${head}zones:\n  a: &base {trust: 20, images: &i {pin: tag}}\n  b: {trust: 30, images: *i}\n  c: {trust: 40, images: *i}\n`;

  it('should write out only the alias that is edited', () => {
    check(
      text,
      (d) => {
        Object.assign(d.zones.b ?? {}, { images: { pin: 'digest' } });
      },
      text.replace('b: {trust: 30, images: *i}', 'b: {trust: 30, images: {pin: digest}}'),
    );
  });

  it('should write out the others where the anchored value is edited', () => {
    check(
      text,
      (d) => {
        Object.assign(d.zones.a?.images as object, { pin: 'none' });
      },
      text.replace('{pin: tag}', '{pin: none}').replaceAll('*i', '{pin: tag}'),
    );
  });

  it('should write them out where the anchored item of a list is removed', () => {
    check(
      `${head}zones:\n  a: {trust: 1, runtimes: [&r runc, kata]}\n  b: {trust: 2, runtimes: [*r]}\n`,
      (d) => {
        Object.assign(d.zones.a ?? {}, { runtimes: ['kata'] });
      },
      `${head}zones:\n  a: {trust: 1, runtimes: [kata]}\n  b: {trust: 2, runtimes: [runc]}\n`,
    );
  });

  it('should write them out where the anchored record is removed', () => {
    check(
      text,
      (d) => {
        delete d.zones.a;
      },
      `${head}zones:\n  b: {trust: 30, images: {pin: tag}}\n  c: {trust: 40, images: {pin: tag}}\n`,
    );
  });
});

describe('what could not be read', () => {
  const text = `${head}zones:\n  bad: {trust: high} # mine\n  dmz:\n    trust: 20\n    intraZon: deny\n`;

  it('should keep its bytes', () => {
    const problems = check(
      text,
      (d) => {
        Object.assign(d.zones.dmz ?? {}, { trust: 21 });
      },
      text.replace('trust: 20', 'trust: 21'),
    );
    expect(problems.map((p) => p.rule)).toEqual(['document/wrong-type', 'document/unknown-field']);
  });

  it('should become a comment where a new record takes its id', () => {
    check(
      text,
      (d) => {
        d.zones.bad = { trust: 60 };
      },
      text.replace('  bad: {trust: high} # mine\n', '  # bad: {trust: high} # mine\n  bad:\n    trust: 60\n'),
    );
  });

  it('should not come to light where its namesake goes', () => {
    check(
      `${head}zones:\n  a: {trust: 1}\n  b: {trust: 2}\n  a: {trust: 3}\n`,
      (d) => {
        delete d.zones.a;
      },
      `${head}zones:\n  b: {trust: 2}\n`,
    );
  });

  it('should keep documents behind the first', () => {
    check(
      `${head}zones: {a: {trust: 1}}\n---\nother: true\n`,
      (d) => {
        d.zones.b = { trust: 2 };
      },
      `${head}zones: {a: {trust: 1}, b: {trust: 2}}\n---\nother: true\n`,
    );
  });
});

describe('saving', () => {
  it('should edit entries with explicit keys', () => {
    const text = `${head}? zones\n: ? a\n  : trust: 1\n  ? b\n  : {trust: 2}\nexternals: {x: {trust: 1}} # keep\n`;
    check(
      text,
      (d) => {
        d.zones = { a: { trust: 1 }, b: { trust: 3 }, c: { trust: 4 } };
      },
      text.replace('trust: 2', 'trust: 3').replace('externals', '  c:\n      trust: 4\nexternals'),
    );
  });

  it('should write a section anew where a patch would say something else, keep what it cannot read, and say so', () => {
    // The name of the zone is an alias of its own key, so renaming the key takes the name away.
    const text = `${head}zones:\n  # outer\n  &key dmz: {trust: 1, name: *key}\n  bad: {trust: high}\nexternals: {x: {trust: 1}, y: {trust: low}} # keep\n`;
    const document = load(text);
    const topology = { ...document.topology, zones: { edge: { trust: 1, name: 'dmz' } } };
    const saved = saveDesign(document, topology);
    expect(saved.text).toBe(
      `${head}zones:\n  edge:\n    name: dmz\n    trust: 1\nexternals: {x: {trust: 1}, y: {trust: low}} # keep\n\n# Could not be read:\n# zones.bad:\n# bad: {trust: high}\n`,
    );
    expect(saved.document.topology).toEqual(topology);
    // What cannot be read in other sections stands where it stood.
    expect(saved.problems.map((p) => p.rule)).toEqual(['document/rewritten', 'document/wrong-type']);
  });

  it('should write a design that breaks the schema all the same, and report it', () => {
    const document = load(`${head}zones:\n  a: {trust: 1}\n`);
    const saved = saveDesign(document, { ...document.topology, zones: { a: { trust: 500 } } });
    expect(saved.text).toBe(`${head}zones:\n  a: {trust: 500}\n`);
    expect(saved.problems.map((p) => p.rule)).toEqual(['document/bad-value']);
  });

  it('should give a document that the next save starts from', () => {
    const first = saveDesign(load(`${head}zones:\n  a: {trust: 1}\n`), {
      ...load(head).topology,
      zones: { a: { trust: 2 } },
    });
    const second = saveDesign(first.document, { ...first.document.topology, zones: { a: { trust: 3 } } });
    expect(second.text).toBe(`${head}zones:\n  a: {trust: 3}\n`);
  });

  it('should write a new design in schema order', () => {
    expect(
      newDesign({
        metadata: { name: 'new' },
        kind: 'Topology',
        zones: { a: { cpu: 'shared', trust: 1 } },
        apiVersion: 'zonewright/v1',
      }),
    ).toBe(
      'apiVersion: zonewright/v1\nkind: Topology\nmetadata:\n  name: new\nzones:\n  a:\n    trust: 1\n    cpu: shared\n',
    );
  });
});
