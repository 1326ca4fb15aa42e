import { bench, describe } from 'vitest';
import { largeDesign } from '../testing/designs.ts';
import { compile } from './index.ts';

describe('compile', () => {
  for (const count of [200, 1000, 5000]) {
    const original = largeDesign(count);
    bench(
      `${count} workloads, ${count * 2} flows`,
      () => {
        // A copy, because the index of a design is kept with the design.
        compile({ ...original });
      },
      { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 },
    );
  }
});
