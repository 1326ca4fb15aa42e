import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../shared/k8s/index.ts';
import { connections, evaluate } from '../../shared/reach/index.ts';
import { generateCluster } from './generate.ts';

describe('generateCluster', () => {
  it('should give the same bytes for the same seed, and others for another', () => {
    expect(generateCluster(60, 1)).toEqual(generateCluster(60, 1));
    expect(generateCluster(60, 2)).not.toEqual(generateCluster(60, 1));
  });

  it('should give as many workloads and policies as it says, all valid, with connections left to judge', () => {
    const input = generateCluster(100, 7);
    const objects = input.files.flatMap(({ path, text }) => parseManifests(text, { file: path }).objects);
    const reach = evaluate(objects);
    expect({ pods: reach.pods.length, policies: reach.policies.length, problems: reach.problems }).toEqual({
      pods: 100,
      policies: 400,
      problems: [],
    });
    const count = [...connections(reach)].length;
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThan(100 * 100);
  });
});

describe('the engine', () => {
  it('should have no more classes than workloads and pieces of the address space', () => {
    for (const size of [50, 400]) {
      const sources = generateCluster(size, 3).files.flatMap(({ text }) => parseManifests(text).objects);
      const { classes, pods, pieces } = evaluate(sources);
      expect(classes.members.length).toBeLessThanOrEqual(pods.length + pieces.length);
    }
  });

  it('should put workloads that no policy tells apart into one class', () => {
    const base = generateCluster(20, 3).files.flatMap(({ text }) => parseManifests(text).objects);
    const twin = (i: number) =>
      parseManifests(
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: twin${i}, namespace: elsewhere }\nspec: { template: { metadata: { labels: { id: t${i} } }, spec: { containers: [{ name: c }] } } }\n`,
      ).objects;
    const one = evaluate([...base, ...twin(0)]).classes.members.length;
    const many = evaluate([...base, ...Array.from({ length: 500 }, (_, i) => twin(i)).flat()]).classes.members.length;
    expect(many).toBe(one);
  });
});
