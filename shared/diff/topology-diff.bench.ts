import { bench, describe } from 'vitest';
import { emptyTopology, type Topology } from '../model/index.ts';
import { diffTopology } from './index.ts';

function design(prefix: string, count: number): Topology {
  const record = (i: number) => ({ namespace: 'web', replicas: i, labels: { app: `${prefix}${i}`, team: prefix } });
  return {
    ...emptyTopology('bench'),
    workloads: Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, record(i)])),
  };
}

describe.each([200, 1000, 5000])('two designs of %d workloads with nothing in common', (count) => {
  const [before, after] = [design('a', count), design('b', count)];
  bench('diffTopology', () => {
    diffTopology(before, after);
  });
});
