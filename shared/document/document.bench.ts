import { bench, describe } from 'vitest';
import type { Topology } from '../model/index.ts';
import { loadDesign, newDesign, saveDesign } from './index.ts';

describe.each([200, 1000, 5000])('a design of %i workloads', (count) => {
  const text = newDesign(designOf(count));
  const { document } = loadDesign(text);
  if (document === undefined) throw new Error('The design for the bench does not load.');
  const { workloads = {}, ...rest } = document.topology;
  const edited: Topology = { ...rest, workloads: { ...workloads, w7: { namespace: 'n7', replicas: 9 } } };

  bench('load', () => {
    loadDesign(text);
  });

  bench('save one edit', () => {
    saveDesign(document, edited);
  });
});

/** Ten namespaces for every hundred workloads, a flow and a place on the canvas for each workload. */
function designOf(count: number): Topology {
  const all = <T>(n: number, prefix: string, make: (i: number) => T): Record<string, T> =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`${prefix}${i}`, make(i)]));
  const namespaces = Math.ceil(count / 10);
  return {
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'bench' },
    zones: all(8, 'z', (i) => ({ trust: i * 10 })),
    clusters: all(4, 'c', () => ({ distribution: 'kubeadm', version: '1.37' })),
    namespaces: all(namespaces, 'n', (i) => ({ cluster: `c${i % 4}`, zone: `z${i % 8}` })),
    workloads: all(count, 'w', (i) => ({
      namespace: `n${i % namespaces}`,
      labels: { app: `w${i}` },
      ports: { http: { port: 8080 } },
    })),
    flows: all(count, 'f', (i) => ({
      from: { workload: `w${i}` },
      to: { workload: `w${(i + 1) % count}` },
      ports: [{ port: 'http' }],
      owner: 'team',
    })),
    layout: { workloads: all(count, 'w', (i) => ({ x: (i % 100) * 20, y: Math.floor(i / 100) * 20 })) },
  };
}
