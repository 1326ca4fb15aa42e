import { type Entry, recordPath, ref, type Workload } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';
import { runsOn } from '../runtimes-of.ts';

export const onNoPool = defineRule({
  id: 'runtime/on-no-pool',
  severity: 'error',
  title: 'Runtime that no node of the zone has',
  docs: {
    what: 'Workloads use a runtime that is installed on no node pool of their cluster in their zone.',
    why: 'A RuntimeClass sends its pods to nodes that have the runtime. Where there are none, the pods wait forever.',
    todo: 'Install the runtime on a pool of the zone, or choose one that is installed.',
  },
  examples: {
    good: [
      { shows: 'the runtime of the container engine, which every node has', design: {} },
      {
        shows: 'a runtime that one pool has',
        design: {
          zones: { dmz: { trust: 20, exposure: ['loadBalancer'], runtimes: ['gvisor'] } },
          runtimes: { gvisor: { from: 'gvisor' } },
          clusters: {
            prod: {
              distribution: 'kubeadm',
              version: '1.37',
              pools: { a: { zone: 'dmz', nodes: 1 }, b: { zone: 'dmz', nodes: 1, runtimes: ['gvisor'] } },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'a runtime that no pool has',
        design: {
          zones: { dmz: { trust: 20, exposure: ['loadBalancer'], runtimes: ['gvisor'] } },
          runtimes: { gvisor: { from: 'gvisor' } },
        },
      },
    ],
  },
  *check({ lookup }) {
    const groups = new Map<
      string,
      { cluster: string; zone: string; runtime: string; workloads: Array<Entry<Workload>> }
    >();
    for (const workload of lookup.workloads) {
      const zone = lookup.zoneOf(ref('workload', workload.id));
      const runtime = lookup.runtimeOf(workload.id);
      if (zone === undefined || runtime === undefined) continue;
      for (const cluster of lookup.homesOf(workload.namespace)) {
        const key = JSON.stringify([cluster, zone, runtime]);
        const group = groups.get(key) ?? { cluster, zone, runtime, workloads: [] };
        group.workloads.push(workload);
        groups.set(key, group);
      }
    }
    for (const { cluster: clusterId, zone, runtime, workloads } of groups.values()) {
      const cluster = lookup.get('cluster', clusterId);
      const pools = lookup.poolsOf(clusterId, zone);
      const [first] = workloads;
      const [pool] = pools;
      if (cluster === undefined || first === undefined || pool === undefined) continue;
      if (lookup.get('runtime', runtime) === undefined) continue;
      if (pools.some((p) => runsOn(lookup, runtime, p, cluster))) continue;
      const who =
        workloads.length === 1
          ? called(lookup, ref('workload', first.id))
          : `${workloads.length} workloads, “${first.id}” among them,`;
      yield {
        message: `${capital(who)} in ${called(lookup, ref('zone', zone))} ${workloads.length === 1 ? 'uses' : 'use'} runtime “${runtime}”, but no node pool of ${called(lookup, ref('cluster', clusterId))} there has it. Their pods would wait forever. Install the runtime on a pool of the zone, or choose one that is installed.`,
        subject: ref('workload', first.id),
        path: ['workloads', first.id],
        also: [...workloads.slice(1).map((w) => ref('workload', w.id)), ...pools.map((p) => ref('pool', p.id))],
        fix: {
          label: `Install it on pool “${pool.poolId}”`,
          commands: [
            {
              id: 'field/set',
              args: {
                path: [...recordPath(ref('pool', pool.id)), 'runtimes'],
                value: [...(pool.runtimes ?? []), runtime],
              },
            },
          ],
        },
      };
    }
  },
});
