import { bench, describe } from 'vitest';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import { noFindings } from './findings.ts';
import { arrange } from './layout.ts';
import { nearDetail } from './level.ts';
import { noMarks } from './review-scene.ts';
import { drawnClaims, drawnFlows, routeFlows, waysOf } from './routes.ts';
import { toEdges, toNodes } from './to-flow.ts';

/** Three zones, one cluster over all of them, namespaces of ten workloads and two flows for each workload. */
function design(workloads: number): Topology {
  const zones = ['dmz', 'app', 'db'];
  const namespaces = Math.ceil(workloads / 10);
  const record = <T>(count: number, make: (i: number) => [string, T]): Record<string, T> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => make(i)));
  return {
    ...emptyTopology('large'),
    zones: record(3, (i) => [zones[i] ?? '', { trust: 20 + i * 30 }]),
    clusters: {
      prod: {
        distribution: 'kubeadm',
        version: '1.37',
        pools: record(3, (i) => [`p${i}`, { zone: zones[i] ?? '', nodes: 3 }]),
      },
    },
    namespaces: record(namespaces, (i) => [`ns-${i}`, { cluster: 'prod', zone: zones[i % 3] ?? '' }]),
    workloads: record(workloads, (i) => [`w-${i}`, { namespace: `ns-${i % namespaces}` }]),
    flows: record(workloads * 2, (i) => [
      `f-${i}`,
      { from: { workload: `w-${i % workloads}` }, to: { workload: `w-${(i * 7 + 1) % workloads}` }, ports: 'all' },
    ]),
  };
}

for (const size of [200, 1000, 5000]) {
  const topology = design(size);
  const placement = arrange(topology);
  const flows = drawnFlows(topology, placement, noFindings, 'near');
  const routes = routeFlows(flows, placement, nearDetail);
  const routing = waysOf(flows, placement, 'near');
  const claims = drawnClaims(topology, placement);
  const input = {
    topology,
    placement,
    findings: noFindings,
    selection: new Set<string>(),
    review: noMarks,
    isReadOnly: false,
    flows,
    routes,
    claims,
  };
  const nodes = toNodes(input);
  const edges = toEdges(input);
  describe(`${size} workloads`, () => {
    bench('arrange afresh', () => {
      arrange(topology);
    });
    bench('arrange after an edit', () => {
      arrange(topology, placement);
    });
    bench('route all flows', () => {
      routeFlows(flows, placement, nearDetail);
    });
    bench('route all flows after one of them changed', () => {
      waysOf(flows.slice(1), placement, 'near', { before: routing });
    });
    bench('project again', () => {
      toNodes(input, nodes);
      toEdges(input, edges);
    });
  });
}
