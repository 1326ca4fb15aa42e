import { describe, expect, it } from 'vitest';
import { mutate } from './mutation.ts';

const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
const select =
  'has(object.spec.nodeSelector) ? [JSONPatch{op: "add", path: "/spec/nodeSelector/" + jsonpatch.escapeKey("zone"), value: "dmz"}] : [JSONPatch{op: "add", path: "/spec/nodeSelector", value: {"zone": "dmz"}}]';
const one = 'Object.spec.tolerations{key: "zone", operator: "Equal", value: "dmz"}';
const tolerate = `has(object.spec.tolerations) ? [JSONPatch{op: "add", path: "/spec/tolerations/-", value: ${one}}] : [JSONPatch{op: "add", path: "/spec/tolerations", value: [${one}]}]`;

function spec(before: object, mutation: unknown): unknown {
  return mutate({ spec: before }, mutation)?.spec;
}

describe('mutate', () => {
  it('should set a runtime class', () => {
    const expression = 'Object{spec: Object.spec{runtimeClassName: "kata"}}';
    const mutation = { patchType: 'ApplyConfiguration', applyConfiguration: { expression } };
    expect(spec({ a: 1 }, mutation)).toEqual({ a: 1, runtimeClassName: 'kata' });
    expect(spec({ a: 1 }, { ...mutation, patchType: 'JSONPatch' })).toBeUndefined();
  });

  it('should add a key to the node selector, and the selector where there is none', () => {
    expect(spec({ nodeSelector: { a: 'b', zone: 'app' } }, patch(select))).toEqual({
      nodeSelector: { a: 'b', zone: 'dmz' },
    });
    expect(spec({}, patch(select))).toEqual({ nodeSelector: { zone: 'dmz' } });
  });

  it('should add a toleration behind those that are there', () => {
    const added = { key: 'zone', operator: 'Equal', value: 'dmz' };
    expect(spec({ tolerations: [{ key: 'a', operator: 'Exists' }] }, patch(tolerate))).toEqual({
      tolerations: [{ key: 'a', operator: 'Exists' }, added],
    });
    expect(spec({}, patch(tolerate))).toEqual({ tolerations: [added] });
  });

  it('should guess at no other form', () => {
    for (const other of [patch(`${select} `), patch('[JSONPatch{op: "remove", path: "/spec/nodeSelector"}]'), {}, null])
      expect(spec({}, other)).toBeUndefined();
  });
});
