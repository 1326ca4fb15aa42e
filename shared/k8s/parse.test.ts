import { describe, expect, it } from 'vitest';
import { parseManifests } from './parse.ts';

/** Names with lines, and problems as `line:column rule`. */
function check(text: string, objects: string[], problems: string[]) {
  const result = parseManifests(text, { file: 'm.yaml' });
  expect(result.objects.map(({ object, line }) => `${line} ${object.kind}/${object.metadata.name}`)).toEqual(objects);
  expect(result.problems.map((p) => `${p.line}:${p.column} ${p.rule}`)).toEqual(problems);
  expect(result.problems.every((p) => p.file === 'm.yaml' && p.message.endsWith('.'))).toBe(true);
  return result;
}

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n`;

describe('manifests', () => {
  it('should take a tab at the start of a line inside brackets, as kubectl does, and no other', () => {
    const { objects } = check(`${pod('a')}args: [\n    1,\n\t    2,\n  ]\n`, ['1 Pod/a'], []);
    expect(objects[0]?.object.args).toEqual([1, 2]);
    check('apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n', [], ['4:1 yaml/syntax']);
  });

  it('should be read from several documents, empty ones skipped', () => {
    check(`# all\n---\n${pod('a')}---\n---\n# nothing\n---\n${pod('b')}...\n`, ['3 Pod/a', '10 Pod/b'], []);
  });

  it('should be taken out of lists, whose items may leave out their type', () => {
    const { objects } = check(
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- {apiVersion: v1, kind: PodList, items: [{metadata: {name: b}, spec: {x: 1}}, 5]}\n',
      ['4 Pod/a', '7 Pod/b'],
      ['7:80 manifest/not-an-object'],
    );
    expect(objects[1]?.object).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec: { x: 1 } });
    expect(objects[1]?.positionOf(['spec', 'x'])).toEqual({ line: 7, column: 75 });
  });

  it('should leave out what Zonewright keeps for itself, wherever it lies', () => {
    check(
      `${pod('a')}---\napiVersion: zonewright/v1\nkind: Topology\nmetadata: {name: shop}\n---\napiVersion: zonewright/v1\nkind: Proof\n`,
      ['1 Pod/a'],
      ['5:1 manifest/design'],
    );
  });

  it('should be left out where they are no objects, and say what is missing', () => {
    check(
      `${pod('a')}---\nkind: Pod\nmetadata: {name: b}\n---\napiVersion: v1\nmetadata: {name: c}\n---\napiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nmetadata: {generateName: d-}\n---\n- a\n---\ntext\n`,
      ['1 Pod/a'],
      [
        '5:1 manifest/missing-field',
        '8:1 manifest/missing-field',
        '11:1 manifest/missing-field',
        '16:1 manifest/missing-field',
        '18:1 manifest/not-an-object',
        '20:1 manifest/not-an-object',
      ],
    );
  });

  it.each([
    ['[Pod]', 'a list'],
    ['{a: 1}', 'a map'],
    ['1', 'the number 1'],
    ['true', 'the boolean true'],
  ])('should be left out where their kind is %s, and say that it is %s', (kind, what) => {
    const { problems } = parseManifests(`apiVersion: v1\nkind: ${kind}\nmetadata: {name: a}\n`);
    expect(problems.map((p) => p.message)).toEqual([
      `The field kind must be text, but is ${what}. Until then the object is left out.`,
    ]);
  });

  it('should be left out where Kubernetes would refuse their types', () => {
    const { problems } = check(
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: 5\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    on: x\n    enabled: yes\n---\napiVersion: v1\nkind: Pod\nmetadata: [a]\n---\napiVersion: 1\nkind: Pod\n',
      [],
      [
        '4:9 manifest/wrong-type',
        '11:5 yaml/boolean',
        '12:14 yaml/boolean',
        '12:14 manifest/wrong-type',
        '16:1 manifest/wrong-type',
        '18:13 manifest/wrong-type',
      ],
    );
    expect(problems[3]?.message).toBe(
      'The field metadata.labels.enabled of this Pod must be text, but is the boolean true. Put it in quotes. Kubernetes refuses the object as it is, so it is left out.',
    );
  });

  it('should be left out where their names hold what no line of text does', () => {
    const { problems } = check(
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: "web\\n::error::"\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: "\\e[2J"}\n',
      [],
      ['4:9 manifest/bad-name', '8:32 manifest/bad-name'],
    );
    expect(problems[0]?.message).toBe(
      'The field metadata.name of this Pod holds line breaks or control characters, which no name in a cluster has. Kubernetes refuses the object, so it is left out. Correct the name.',
    );
  });

  it('should be read beside templates that were never rendered', () => {
    const { problems } = check(
      `${pod('a')}---\n${pod('{{ .Values.name }}')}---\n{{- if .Values.x }}\n${pod('c')}{{- end }}\n---\n${pod('d')}`,
      ['1 Pod/a', '15 Pod/d'],
      ['7:12 manifest/wrong-type', '7:19 yaml/key', '9:3 yaml/syntax'],
    );
    expect(problems[1]?.message).toContain('Render it first');
    expect(problems[2]?.message).toContain('render it first');
  });

  it('should be read as kubectl reads them', () => {
    const { objects } = check(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nbase: &b {mode: 0644, on: 1}\ncopy:\n  <<: *b\n  date: 2027-06-30\nx: 1\nx: 2\n',
      ['1 ConfigMap/a'],
      ['4:17 yaml/octal', '4:23 yaml/boolean', '9:1 yaml/duplicate-key'],
    );
    expect(objects[0]?.object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      base: { mode: 420, true: 1 },
      copy: { mode: 420, true: 1, date: '2027-06-30' },
      x: 2,
    });
  });

  it('should survive anything', () => {
    for (const text of ['', '\uFEFF', '\0', '---', '{', '&a [*a]', '? ? ?', '%YAML 9.9\n---\na', '- '.repeat(300)]) {
      expect(parseManifests(text).objects).toEqual([]);
    }
  });
});
