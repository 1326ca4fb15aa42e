import { bench, describe } from 'vitest';
import type { Flow, Namespace, Topology, Workload } from '../model/index.ts';
import { reviewDesigns } from './index.ts';

/** Ten workloads in a namespace, a zone for each third of the namespaces, two flows per workload. */
function design(workloadCount: number): Topology {
  const zones = ['dmz', 'app', 'db'];
  const namespaces: Record<string, Namespace> = {};
  const workloads: Record<string, Workload> = {};
  const flows: Record<string, Flow> = {};
  for (let i = 0; i < workloadCount; i += 1) {
    const namespace = `ns-${Math.floor(i / 10)}`;
    namespaces[namespace] ??= { cluster: 'prod', zone: zones[Math.floor(i / 10) % 3] ?? 'app' };
    workloads[`w-${i}`] = { namespace, ports: { http: { port: 8080 } } };
    for (const step of [1, 7]) {
      const to = { workload: `w-${(i + step) % workloadCount}` };
      const exception = { reason: 'bench', owner: 'bench', until: '2030-01-01' };
      flows[`f-${i}-${step}`] = { from: { workload: `w-${i}` }, to, ports: [{ port: 'http' }], exception };
    }
  }
  return {
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'bench' },
    zones: { dmz: { trust: 20 }, app: { trust: 50 }, db: { trust: 80 } },
    clusters: {
      prod: {
        distribution: 'kubeadm',
        version: '1.37.1',
        cni: { name: 'calico' },
        networks: { pods: ['10.20.0.0/16'], nodes: ['10.1.0.0/24'] },
        pools: { dmz: { zone: 'dmz', nodes: 3 }, app: { zone: 'app', nodes: 3 }, db: { zone: 'db', nodes: 3 } },
      },
    },
    namespaces,
    workloads,
    externals: { internet: { kind: 'internet' } },
    flows,
  };
}

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

describe('two versions of a design', () => {
  for (const count of [200, 1000, 5000]) {
    const before = design(count);
    const after = changed(before);
    bench(
      `reviewDesigns, ${count} workloads, ${count * 2} flows`,
      () => {
        // Copies, because the index of a design is kept with the design.
        reviewDesigns({ ...before }, { ...after });
      },
      { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 },
    );
  }
});
