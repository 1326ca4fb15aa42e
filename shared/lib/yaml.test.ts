import { describe, expect, it } from 'vitest';
import type { YamlNode } from './yaml.ts';
import { parseYaml, placeProblems } from './yaml.ts';
import { indexLines } from './yaml-lines.ts';
import { placeOf } from './yaml-place.ts';
import { readYamlSections } from './yaml-sections.ts';
import { plainValue } from './yaml-value.ts';

function root(text: string): YamlNode {
  const { documents, problems } = parseYaml(text, { version: '1.2' });
  expect(problems).toEqual([]);
  const [document] = documents;
  if (document === undefined) throw new Error('no document');
  return document.root;
}

/** The text that each path's value takes up, from its key on. */
function check(text: string, places: Array<[Array<string | number>, string]>) {
  const node = root(text);
  expect(places.map(([path]) => text.slice(placeOf(node, path).start, placeOf(node, path).end))).toEqual(
    places.map(([, expected]) => expected),
  );
}

describe('places', () => {
  it('should be exact for scalars of every style', () => {
    check("plain: a b # c\nsingle: 'it''s'\ndouble: \"q\\\"\" # c\nempty:\nnext: 1\n", [
      [['plain'], 'plain: a b'],
      [['single'], "single: 'it''s'"],
      [['double'], 'double: "q\\""'],
      [['empty'], 'empty:'],
      [['next'], 'next: 1'],
    ]);
  });

  it('should end block scalars before empty lines, unless they are kept', () => {
    check('a: |2-  # c\n    hi\n   yo\n\n# c\nb: >\n  x\n\nc: |+\n  y\n\nd: |\ne: 1\n', [
      [['b'], 'b: >\n  x'],
      [['c'], 'c: |+\n  y\n'],
      [['d'], 'd: |'],
      [['e'], 'e: 1'],
    ]);
  });

  it('should be exact for braces and brackets with comments inside', () => {
    check('a: { x: 1, # }\n  y: [ "}", b , ], }\nb: {}\nc: [{k: v}, e: f]\nd: { g }\n', [
      [['a'], 'a: { x: 1, # }\n  y: [ "}", b , ], }'],
      [['a', 'y'], 'y: [ "}", b , ]'],
      [['b'], 'b: {}'],
      [['c'], 'c: [{k: v}, e: f]'],
      [['c', 0], '{k: v}'],
      [['c', 1], 'e: f'],
      [['d'], 'd: { g }'],
    ]);
  });

  it('should be exact for block lists, anchors, tags and explicit keys', () => {
    check('a:\n- &k !!str d\n- - e\n-\n? cc\n: - 1\nq: &z\n  m: 1 # s\nr: *z\n', [
      [['a', 0], '&k !!str d'],
      [['a', 1, 0], 'e'],
      [['cc', 0], '1'],
      [['q'], 'q: &z\n  m: 1'],
      [['r'], 'r: *z'],
    ]);
  });
});

describe('values', () => {
  const value = (text: string, version: '1.2' | '1.1' = '1.2') => {
    const stream = parseYaml(text, { version });
    const options =
      version === '1.2'
        ? ({ duplicates: 'first', merges: false } as const)
        : ({ duplicates: 'last', merges: true } as const);
    return stream.documents.map((d) => plainValue(d.root, options).value);
  };

  it('should follow the core schema of YAML 1.2', () => {
    expect(
      value('[1.37, 007, 0o17, 0x1F, .5, 1e3, true, yes, y, off, ~, null, 2027-06-30, 12:30:45, 1_000, -5, "1", .inf]'),
    ).toEqual([
      [
        1.37,
        7,
        15,
        31,
        0.5,
        1000,
        true,
        'yes',
        'y',
        'off',
        null,
        null,
        '2027-06-30',
        '12:30:45',
        '1_000',
        -5,
        '1',
        Infinity,
      ],
    ]);
  });

  it('should follow kubectl for YAML 1.1', () => {
    expect(
      value('[1.37, 0644, 0o17, 0x1F, 0b11, 08, yes, y, off, N, ~, 2027-06-30, 12:30:45, 1_000, "yes"]', '1.1'),
    ).toEqual([[1.37, 420, 15, 31, 3, 8, true, true, false, false, null, '2027-06-30', '12:30:45', 1000, 'yes']]);
  });

  it('should report what YAML 1.1 reads unexpectedly', () => {
    const { problems } = parseYaml('mode: 0644\nlabel: on\nquoted: "on"\n', { version: '1.1' });
    expect(problems.map((p) => [p.rule, p.severity, p.offset])).toEqual([
      ['yaml/octal', 'info', 6],
      ['yaml/boolean', 'warning', 18],
    ]);
  });

  it('should apply merge keys where asked, the own keys winning', () => {
    expect(value('a: &a {x: 1, p: 2}\nb: &b {z: 3, x: 4}\nc: {<<: [*a, *b], p: 5}\nd:\n  <<: *a\n', '1.1')).toEqual([
      { a: { x: 1, p: 2 }, b: { z: 3, x: 4 }, c: { x: 1, p: 5, z: 3 }, d: { x: 1, p: 2 } },
    ]);
  });

  it('should take the anchor that stands last before an alias', () => {
    expect(value('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual([{ a: 1, b: 1, c: 2, d: 2 }]);
  });

  it('should read streams', () => {
    expect(value('\uFEFFa: 1\n---\n# nothing\n---\nb: 1\n...\n')).toEqual([{ a: 1 }, null, { b: 1 }]);
  });
});

describe('faults', () => {
  it('should hide no other section of the stream', () => {
    const text = 'a: 1\n---\nb: [\n---\nc: {{ .Values.x }}\n---\nd: 1\nd: 2\n';
    const { sections, problems } = readYamlSections(text, '1.1', { duplicates: 'last', merges: true });
    expect(sections.map((s) => s.value)).toEqual([{ a: 1 }, { c: {} }, { d: 2 }]);
    expect(placeProblems(problems, indexLines(text), 'f.yaml').map((p) => [p.rule, p.line, p.column])).toEqual([
      ['yaml/syntax', 4, 1],
      ['yaml/key', 5, 5],
      ['yaml/duplicate-key', 8, 1],
    ]);
  });

  it('should name both places of a duplicate', () => {
    const text = 'x: 1\r\ny:\r\n  x: 2\r\nx: 3\r\n';
    const [problem] = placeProblems(parseYaml(text, { version: '1.2' }).problems, indexLines(text), undefined);
    expect(problem).toMatchObject({ line: 4, column: 1 });
    expect(problem?.message).toContain('The first one is in line 1, column 1.');
  });

  it('should refuse 50 MB within a second', () => {
    const { problems } = parseYaml('- abc\n'.repeat(9_000_000), { version: '1.2' });
    expect(problems.map((p) => p.message)).toEqual([
      'The text is 51.5 MB long; at most 20 MB can be read. Split it into several files.',
    ]);
  });

  it('should be told however many there are', () => {
    // More than a function takes as arguments.
    const text = 'a: 1\n'.repeat(150_000);
    const { problems } = readYamlSections(text, '1.1', { duplicates: 'last', merges: true });
    expect(problems).toHaveLength(149_999);
    expect(placeProblems(problems, indexLines(''), undefined)).toHaveLength(149_999);
  });

  it('should report tags that it does not know, and values that do not fit theirs', () => {
    const { problems } = parseYaml('a: !Ref x\nb: !!int x\nc: !!set {x}\nd: !!str 5\ne: !!int "5"\n', {
      version: '1.2',
    });
    expect(problems.map((p) => [p.rule, p.severity])).toEqual([
      ['yaml/tag', 'warning'],
      ['yaml/tag', 'error'],
      ['yaml/tag', 'warning'],
    ]);
  });
});

describe('lines', () => {
  it('should be counted for LF, CRLF and CR, the byte order mark being no column', () => {
    const text = '\uFEFFab\r\nc\rd\ne';
    const lines = indexLines(text);
    expect([1, 3, 5, 7, 9, 99, -1].map((offset) => lines.positionAt(offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
      { line: 3, column: 1 },
      { line: 4, column: 1 },
      { line: 4, column: 2 },
      { line: 1, column: 1 },
    ]);
  });
});
