/**
 * Mutations in the few fixed forms that Zonewright writes: a runtime class by ApplyConfiguration, a key of the node selector
 * and a toleration by JSONPatch. Any other form is not guessed at.
 */
import { type Fields, fieldAt, listAt, mapAt, textAt, withField } from './fields.ts';

const text = '"([^"\\\\]*)"';
const runtimeClass = new RegExp(`^Object\\{spec: Object\\.spec\\{runtimeClassName: ${text}\\}\\}$`);
const nodeSelector = new RegExp(
  `^has\\(object\\.spec\\.nodeSelector\\) \\? \\[JSONPatch\\{op: "add", path: "/spec/nodeSelector/" \\+ jsonpatch\\.escapeKey\\(${text}\\), value: ${text}\\}\\] : \\[JSONPatch\\{op: "add", path: "/spec/nodeSelector", value: \\{${text}: ${text}\\}\\}\\]$`,
);
const oneToleration = `Object\\.spec\\.tolerations\\{key: ${text}, operator: "Equal", value: ${text}\\}`;
const toleration = new RegExp(
  `^has\\(object\\.spec\\.tolerations\\) \\? \\[JSONPatch\\{op: "add", path: "/spec/tolerations/-", value: ${oneToleration}\\}\\] : \\[JSONPatch\\{op: "add", path: "/spec/tolerations", value: \\[${oneToleration}\\]\\}\\]$`,
);

/** The object after one entry of `mutations`; undefined where its form is not one of ours. */
export function mutate(object: Fields, mutation: unknown): Fields | undefined {
  const applied = textAt(mutation, 'applyConfiguration', 'expression');
  const patch = textAt(mutation, 'jsonPatch', 'expression');
  const type = textAt(mutation, 'patchType');
  if (type === 'ApplyConfiguration' && applied !== undefined) return setRuntimeClass(object, applied);
  if (type === 'JSONPatch' && patch !== undefined)
    return addNodeSelector(object, patch) ?? addToleration(object, patch);
  return undefined;
}

function setRuntimeClass(object: Fields, expression: string): Fields | undefined {
  const match = runtimeClass.exec(expression);
  return match === null ? undefined : withField(object, ['spec', 'runtimeClassName'], match[1]);
}

function addNodeSelector(object: Fields, expression: string): Fields | undefined {
  const match = nodeSelector.exec(expression);
  if (match === null) return undefined;
  const [, key = '', value, otherKey = '', otherValue] = match;
  const has = fieldAt(object, 'spec', 'nodeSelector') !== undefined;
  const before = mapAt(object, 'spec', 'nodeSelector');
  return withField(object, ['spec', 'nodeSelector'], has ? { ...before, [key]: value } : { [otherKey]: otherValue });
}

function addToleration(object: Fields, expression: string): Fields | undefined {
  const match = toleration.exec(expression);
  if (match === null) return undefined;
  const [, key, value, otherKey, otherValue] = match;
  const has = fieldAt(object, 'spec', 'tolerations') !== undefined;
  return withField(
    object,
    ['spec', 'tolerations'],
    has
      ? [...listAt(object, 'spec', 'tolerations'), { key, operator: 'Equal', value }]
      : [{ key: otherKey, operator: 'Equal', value: otherValue }],
  );
}
