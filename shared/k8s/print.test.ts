import fc from 'fast-check';
import { CORE_SCHEMA, load, loadAll, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { printObject, printObjects } from './print.ts';
import type { KubeObject } from './types.ts';

const schemas = { core: CORE_SCHEMA, yaml11: YAML11_SCHEMA };

const object = (spec: unknown): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, spec });

function checkRoundTrip(value: unknown) {
  const text = printObject(object(value));
  for (const [name, schema] of Object.entries(schemas)) {
    expect(load(text, { schema }), `${name}:\n${text}`).toEqual(object(value));
  }
}

describe('print', () => {
  it('should put keys in the customary order, whatever order they were built in', () => {
    const policy: KubeObject = {
      spec: {
        egress: [{ ports: [{ port: 53, protocol: 'UDP' }], to: [{ podSelector: {}, namespaceSelector: {} }] }],
        policyTypes: ['Egress'],
        podSelector: { matchLabels: { b: '1', app: 'x', name: 'y' } },
      },
      metadata: { namespace: 'web', labels: { b: '2', a: '1' }, name: 'f-out' },
      kind: 'NetworkPolicy',
      apiVersion: 'networking.k8s.io/v1',
    } as unknown as KubeObject;
    expect(printObject(policy)).toBe(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: f-out
  namespace: web
  labels:
    a: "1"
    b: "2"
spec:
  podSelector:
    matchLabels:
      app: x
      b: "1"
      name: "y"
  policyTypes:
  - Egress
  egress:
  - to:
    - namespaceSelector: {}
      podSelector: {}
    ports:
    - protocol: UDP
      port: 53
`);
  });

  it('should quote what a reader of YAML 1.1 or 1.2 could take for something else than text', () => {
    const traps = [
      ...[
        'y',
        'Y',
        'n',
        'no',
        'NO',
        'on',
        'Off',
        'yes',
        'true',
        'False',
        'null',
        'Null',
        '~',
        '',
        ' ',
        'a ',
        ' a',
        '-',
        '?',
        ':',
      ],
      ...[
        '0x1f',
        '1e3',
        '1.5',
        '.5',
        '+1',
        '-1',
        '0o17',
        '017',
        '0b11',
        '1_000',
        '12:30',
        '1:20:30',
        '190:20',
        '2027-06-30',
        '2027-06-30T10:00:00Z',
      ],
      ...[
        '.inf',
        '-.INF',
        '.nan',
        '=',
        '<<',
        '*a',
        '&a',
        '!x',
        '!has(a.b)',
        '%',
        '@',
        '`',
        '[a]',
        '{a}',
        'a: b',
        'a #b',
        'a:',
        '#',
        '|',
        '>',
        '- a',
        '---',
        '...',
      ],
      ...[
        '443',
        '10.1.0.10',
        '10.0.0.0/8',
        '::/0',
        'fd00::/8',
        '12:34:56:78:9a:bc',
        '1Gi',
        '250m',
        '1E',
        '1e',
        '0',
        '00',
        '1.',
        'a, b',
        "it's",
        '"q"',
        "'q'",
        '\\',
        'a\tb',
        'a\nb',
        '\n',
        'a\n',
        'a\n\n',
        ' a\nb',
        'a \nb',
        '\ta\nb',
        'a\r\nb',
      ],
      ...['ü', '漢字', '\u0085', '\u2028', '\ufeff', '\u0000', '\u007f', '😀', 'e1', 'E', 'x'.repeat(2000)],
    ];
    for (const trap of traps) checkRoundTrip({ value: trap, list: [trap, [trap]], map: { inner: trap } });
    for (const trap of traps.filter((t) => t.length < 1000)) checkRoundTrip({ [trap]: 1, labels: { [trap]: trap } });
  });

  it('should keep CEL expressions readable and intact', () => {
    const cel = `has(object.spec.nodeSelector) && 'k/zone' in object.spec.nodeSelector && object.spec.nodeSelector['k/zone'] == "db"`;
    checkRoundTrip({
      validations: [{ expression: cel }, { expression: "!has(object.spec.nodeName) || object.spec.nodeName == ''" }],
    });
    expect(printObject(object({ expression: "!has(object.spec.nodeName) || object.spec.nodeName == ''" }))).toContain(
      `  expression: "!has(object.spec.nodeName) || object.spec.nodeName == ''"\n`,
    );
    checkRoundTrip({ expression: "variables.a\n  && variables.b\n  || 'c'" });
  });

  it('should print what any reader reads back unchanged', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'yYnNoO01eE.:-+_xX #\n\'"\\,[]{}&*!|>%@`~=<') }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('list'), tie('map')),
      leaf: fc.oneof(text, fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)),
      list: fc.array(tie('tree'), { maxLength: 4 }),
      map: fc.dictionary(
        text.filter((k) => k !== '__proto__'),
        tie('tree'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    }));
    fc.assert(fc.property(tree, checkRoundTrip), { numRuns: 500 });
  });

  it('should give the lines each object stands on', () => {
    const objects = [object({ a: 1 }), object({ b: ['x', 'y'] }), object({})];
    const { text, ranges } = printObjects(objects, ['A comment', '', 'More: of it']);
    expect(loadAll(text)).toEqual(objects);
    const lines = text.split('\n');
    expect(ranges.map(({ startLine, endLine }) => load(lines.slice(startLine - 1, endLine).join('\n')))).toEqual(
      objects,
    );
    expect(lines.slice(0, 4)).toEqual(['# A comment', '#', '# More: of it', 'apiVersion: v1']);
  });

  it('should print nothing for no objects', () => {
    expect(printObjects([])).toEqual({ text: '', ranges: [] });
  });
});
