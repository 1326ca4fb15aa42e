import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printMessy } from '../testing/messy-yaml.ts';
import { parsePart } from './yaml.ts';
import { quickNodes, quickValues } from './yaml-quick.ts';
import { plainValue } from './yaml-value.ts';

const casesFolder = 'shared/compile/cases';
const manifests = readdirSync(casesFolder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => readFileSync(join(casesFolder, path), 'utf8'));

const quickRoot = (text: string) => quickNodes(text, '1.1').read(0, text.length)?.root;

/** Never another answer than the full reader's: the same nodes, or none. */
function check(text: string): boolean {
  const root = quickRoot(text);
  if (root === undefined) return false;
  const full = parsePart(text, 0, { version: '1.1' });
  const quick = quickValues(text, '1.1');
  const value = quick.read(0, text.length);
  const expected = plainValue(root, { duplicates: 'last', merges: true });
  if (expected.problems.length === 0) expect([value?.root, quick.rootStart]).toEqual([expected.value, root.start]);
  else expect(value).toBeUndefined();
  expect({ roots: [root], problems: [] }).toEqual({
    roots: full.documents.map((d) => d.root),
    problems: full.problems,
  });
  return true;
}

describe('the quick reader', () => {
  it.each([
    'a: 1\n',
    '---\na: {}\nb: []\n',
    '--- # first\n# about\na:\n  b: x y # why\n\n  c:\n  - 1\n  - k: v\n    l:\n\n      - "q"\n  d:\nlast: \'s\'',
    '- a\n- b:\n    c: https://example.org/x?y=1#z\n-\n- {a: 10.0.0.0/8, b: [x, "y z", {c: }]}\n',
    'spec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  args:\n    - --flag=1\n    - -1\n',
    'key: a:b\nother: 支付 服务\nmore: ~\n',
  ])('should read %j as the full reader does', (text) => {
    expect(check(text) || text.includes('{c: }')).toBe(true);
  });

  it.each([
    ['text that goes on below', 'a: one\n  two\n'],
    ['block text', 'a: |\n  one\n'],
    ['anchors', 'a: &x 1\nb: *x\n'],
    ['tags', 'a: !!str 1\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['YAML 1.1 booleans', 'a: yes\n'],
    ['octal numbers', 'mode: 0644\n'],
    ['templates', 'a: {{ .Values.x }}\n'],
    ['tabs', 'a:\tb\n'],
    ['Windows line ends', 'a: 1\r\nb: 2\r\n'],
    ['uneven indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['several documents', 'a: 1\n---\nb: 2\n'],
    ['ends of documents', 'a: 1\n...\n'],
    ['a colon inside a value', 'a: b: c\n'],
    ['escapes', 'a: "\\n"\n'],
    ['nothing at all', '# only this\n'],
  ])('should leave %s to the full reader', (_, text) => {
    expect(quickRoot(text)).toBeUndefined();
  });

  it('should read most of our own exports itself', () => {
    const read = manifests.flatMap((text) => text.split(/^(?=---$)/m)).map(check);
    expect(read.filter((isRead) => isRead).length / read.length).toBeGreaterThan(0.6);
  });

  it('should never differ from the full reader on messy designs', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue({ maxDepth: 3 })),
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        (value, decisions, hasFinalBreak) => {
          const next = (below: number) => (decisions.next().value ?? 0) % below;
          check(
            printMessy(value as Record<string, unknown>, {
              step: 2,
              eol: '\n',
              hasByteOrderMark: false,
              hasFinalBreak,
              next,
            }),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('should never differ from the full reader on manifests that somebody damaged', () => {
    const pieces = fc.constantFrom(
      ' ',
      '  ',
      '\n',
      ':',
      ': ',
      '- ',
      '#',
      ' #',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '|',
      '&a',
      '*a',
      '!',
      '?',
      'a',
      '0',
      '~',
      '---\n',
      '%',
      '\t',
      '.',
      '<<: ',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...manifests.map((text) => text.slice(0, 1200))),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), pieces), { minLength: 1, maxLength: 4 }),
        (text, edits) => {
          let damaged = text;
          for (const [place, removed, piece] of edits) {
            const at = place % (damaged.length + 1);
            damaged = damaged.slice(0, at) + piece + damaged.slice(at + removed);
          }
          check(damaged);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
