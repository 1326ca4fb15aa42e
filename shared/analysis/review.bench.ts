import { bench, describe } from 'vitest';
import type { Topology } from '../model/index.ts';
import { largeDesign } from '../testing/designs.ts';
import { reviewDesigns } from './index.ts';

/** What a change request looks like: flows, a port, a runtime, a moved workload, a zone that opens. */
function changed(before: Topology): Topology {
  const exception = { reason: 'bench', owner: 'bench', until: '2030-01-01' };
  const { 'f-3-7': _, ...flows } = before.flows ?? {};
  return {
    ...before,
    workloads: {
      ...before.workloads,
      'w-5': { ...before.workloads?.['w-5'], namespace: 'ns-4' },
      'w-8': { namespace: 'ns-0', ports: { http: { port: 9090 } } },
      'w-new': { namespace: 'ns-1', ports: { http: { port: 8080 } } },
    },
    flows: {
      ...flows,
      out: { from: { workload: 'w-40' }, to: { external: 'internet' }, ports: [{ port: 443 }], exception },
      direct: { from: { workload: 'w-1' }, to: { workload: 'w-22' }, ports: 'all', exception },
      fresh: { from: { workload: 'w-new' }, to: { workload: 'w-30' }, ports: [{ port: 'http' }], exception },
    },
  };
}

/** One word that changes every pair inside a zone: a third of the workloads with each other. */
function closed(before: Topology): Topology {
  return { ...before, zones: { ...before.zones, app: { trust: 50, intraZone: 'deny' } } };
}

describe('two versions of a design', () => {
  for (const count of [200, 1000, 5000]) {
    const before: Topology = { ...largeDesign(count), externals: { internet: { kind: 'internet' } } };
    const after = changed(before);
    bench(
      `reviewDesigns, ${count} workloads, ${count * 2} flows`,
      () => {
        // Copies, because the index of a design is kept with the design.
        reviewDesigns({ ...before }, { ...after });
      },
      // Enough of them for a median, and first some that only let the code get warm.
      { iterations: count > 1000 ? 5 : 15, warmupIterations: count > 1000 ? 1 : 5, time: 0, warmupTime: 0 },
    );
    if (count === 1000)
      bench(
        `reviewDesigns, ${count} workloads, a zone that closes`,
        () => {
          reviewDesigns({ ...before }, closed(before));
        },
        { iterations: 5, warmupIterations: 2, time: 0, warmupTime: 0 },
      );
  }
});
