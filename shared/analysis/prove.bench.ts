import { bench, describe } from 'vitest';
import { compile } from '../compile/index.ts';
import type { Topology } from '../model/index.ts';
import { prove } from './index.ts';

/** Three zones of one cluster, twenty workloads to a namespace, two flows from each workload. */
function shop(workloads: number): Topology {
  const zones = ['dmz', 'app', 'db'];
  const namespaces = Math.ceil(workloads / 20);
  const id = (i: number) => `w${i}`;
  const ids = Array.from({ length: workloads }, (_, i) => i);
  return {
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'shop' },
    zones: Object.fromEntries(zones.map((zone, i) => [zone, { trust: 20 + i * 30, intraZone: 'deny' as const }])),
    clusters: { prod: { distribution: 'kubeadm', version: '1.37', cni: { name: 'calico' } } },
    namespaces: Object.fromEntries(
      Array.from({ length: namespaces }, (_, i) => [`ns${i}`, { cluster: 'prod', zone: zones[i % 3] ?? 'dmz' }]),
    ),
    workloads: Object.fromEntries(
      ids.map((i) => [id(i), { namespace: `ns${i % namespaces}`, ports: { http: { port: 8080 } } }]),
    ),
    flows: Object.fromEntries(
      ids.flatMap((i) =>
        [i + namespaces, i + 1].map((to, n) => [
          `f${i}-${n}`,
          { from: { workload: id(i) }, to: { workload: id(to % workloads) }, ports: [{ port: 'http' }] },
        ]),
      ),
    ),
  };
}

describe('prove', () => {
  for (const workloads of [200, 1000, 3000]) {
    const topology = shop(workloads);
    const bundle = compile(topology);
    bench(`${workloads} workloads`, () => void prove(topology, bundle), {
      iterations: 3,
      warmupIterations: 1,
      time: 0,
    });
  }
});
