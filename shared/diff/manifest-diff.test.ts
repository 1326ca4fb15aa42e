import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, diffObjects, objectName, type PlacedObject } from './index.ts';

function object(kind: string, name: string, spec: unknown, place: Partial<PlacedObject> = {}): PlacedObject {
  return { object: { apiVersion: 'networking.k8s.io/v1', kind, metadata: { name, namespace: 'web' }, spec }, ...place };
}

describe('diffLines', () => {
  it('should number the lines on both sides', () => {
    expect(diffLines('x\ny\n', 'x\nz\n')).toEqual([
      { change: 'same', before: 1, after: 1, text: 'x' },
      { change: 'removed', before: 2, text: 'y' },
      { change: 'added', after: 2, text: 'z' },
    ]);
  });

  it('should hold every line of both texts in order', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const result = diffLines(a.join('\n'), b.join('\n'));
        const trimmed = (list: string[]) => (list.at(-1) === '' ? list.slice(0, -1) : list);
        expect(result.filter((l) => l.change !== 'added').map((l) => l.text)).toEqual(
          trimmed(a.join('\n').split('\n')),
        );
        expect(result.filter((l) => l.change !== 'removed').map((l) => l.text)).toEqual(
          trimmed(b.join('\n').split('\n')),
        );
      }),
    );
  });
});

describe('diffObjects', () => {
  it('should compare by kind, namespace and name, wherever the object stands', () => {
    const before = [object('NetworkPolicy', 'a', { x: 1 }, { file: '1.yaml' }), object('NetworkPolicy', 'b', {})];
    const after = [object('NetworkPolicy', 'c', { z: 1 }), object('NetworkPolicy', 'a', { x: 2 }, { file: '2.yaml' })];
    expect(diffObjects(before, after).map((c) => [objectName(c.id), c.change, c.fields])).toEqual([
      ['NetworkPolicy web/a', 'changed', [{ path: ['spec', 'x'], before: 1, after: 2 }]],
      ['NetworkPolicy web/b', 'removed', []],
      ['NetworkPolicy web/c', 'added', []],
    ]);
  });

  it('should take an upgrade of the API version for one change', () => {
    const older = object('NetworkPolicy', 'a', {});
    const newer = { object: { ...older.object, apiVersion: 'networking.k8s.io/v2' } };
    expect(diffObjects([older], [newer]).map((c) => c.fields)).toEqual([
      [{ path: ['apiVersion'], before: 'networking.k8s.io/v1', after: 'networking.k8s.io/v2' }],
    ]);
  });

  it('should take one of the same name for what moved, whatever else has its content', () => {
    const pod = (name: string, namespace: string): PlacedObject => ({
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: { app: name } },
    });
    const changes = diffObjects([pod('shop', 'web')], [pod('fresh', 'app'), pod('shop', 'lab')]);
    expect(changes.map((c) => [objectName(c.id), c.renamedFrom && objectName(c.renamedFrom)])).toEqual([
      ['Pod app/fresh', undefined],
      ['Pod lab/shop', 'Pod web/shop'],
    ]);
  });

  it('should keep clusters apart', () => {
    expect(
      diffObjects(
        [object('NetworkPolicy', 'a', {}, { cluster: 'x' })],
        [object('NetworkPolicy', 'a', {}, { cluster: 'y' })],
      ),
    ).toHaveLength(2);
  });
});
