import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import { ciliumCluster, cluster } from '../testing/random-cluster.ts';
import { connections, connectionsForReading, evaluate, explainPorts } from './index.ts';

const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0.5, 70000, '', 'x', '{{ .Values.x }}', [], {}, [null], { a: null }, [[1]]),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Every way to a value below `spec` of an object. */
function paths(value: unknown, path: ReadonlyArray<string | number> = []): Array<ReadonlyArray<string | number>> {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))];
}

function replaced(object: KubeObject, path: ReadonlyArray<string | number>, value: unknown): KubeObject {
  const copy = JSON.parse(JSON.stringify(object));
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key];
  at[path.at(-1) ?? 'spec'] = value;
  return copy;
}

describe('broken input', () => {
  it('should never make an evaluation throw, and every problem should be a sentence about its object', () => {
    fc.assert(
      fc.property(
        fc.oneof(cluster, ciliumCluster),
        fc.array(fc.record({ object: fc.nat(), path: fc.nat(), value: junk }), { minLength: 1, maxLength: 4 }),
        (objects, faults) => {
          const broken = [...objects];
          for (const { object, path, value } of faults) {
            const i = object % broken.length;
            const chosen = broken[i];
            if (chosen === undefined) continue;
            const ways = paths(chosen.spec, ['spec']);
            broken[i] = replaced(chosen, ways[path % ways.length] ?? ['spec'], value);
          }
          const reach = evaluate(broken.map((object) => ({ object, file: 'all.yaml', line: 1 })));
          for (const problem of reach.problems) {
            expect(problem.message).toMatch(/\.$/);
            expect(problem).toMatchObject({ file: 'all.yaml', line: 1, rule: expect.stringMatching(/^manifest\//) });
          }
          const all = [...connections(reach), ...connectionsForReading(reach)];
          for (const { ports } of all) expect(ports.length).toBeGreaterThan(0);
          for (let thing = 0; thing < reach.pods.length; thing += 1) explainPorts(reach, thing, 0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
